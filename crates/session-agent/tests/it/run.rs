//! Short commands.

use carrel_proto::agent::v1 as pb;
use carrel_proto::code::ServiceCode;

use crate::support::{World, eventually};

fn run(argv: &[&str]) -> pb::RunRequest {
    pb::RunRequest { argv: argv.iter().map(|w| (*w).to_owned()).collect(), ..Default::default() }
}

#[tokio::test]
async fn output_exit_code_and_variables() {
    let world = World::new().await;
    world.ready().await;
    let reply = world.run(&["sh", "-c", "echo out; echo err >&2; exit 3"]).await.unwrap();
    assert_eq!(
        (reply.exit_code, reply.stdout.as_slice(), reply.stderr.as_slice()),
        (3, &b"out\n"[..], &b"err\n"[..])
    );
    assert!(!reply.truncated);
    assert_eq!(world.run(&["sh", "-c", "kill -9 $$"]).await.unwrap().exit_code, 137);
    let said = world
        .output(&["sh", "-c", "echo $TERM $LANG $CARREL_SESSION $http_proxy $HOME $CARREL_SLOT; pwd"])
        .await;
    let (line, cwd) = said.trim().split_once('\n').unwrap();
    let words: Vec<&str> = line.split(' ').collect();
    assert_eq!(words[..3], ["xterm-256color", "C.UTF-8", "se-one"]);
    assert!(words[3].starts_with("http://127.0.0.1:"), "{line}");
    assert_eq!(words[4..], [world.path("home").to_str().unwrap(), "sl-test"]);
    assert_eq!(std::fs::canonicalize(cwd).unwrap(), std::fs::canonicalize(world.workspace()).unwrap());
}

#[tokio::test]
async fn a_warm_slot_runs_what_waits_for_nothing() {
    let world = World::new().await;
    let request = pb::RunRequest { wait_for: pb::WaitFor::Nothing.into(), ..run(&["echo", "hi"]) };
    let reply: pb::RunReply = world.post("Run", &request).await.unwrap();
    assert_eq!(reply.stdout, b"hi\n");
}

#[tokio::test]
async fn too_much_output_is_cut_and_too_much_time_ends_everything() {
    let world = World::new().await;
    world.ready().await;
    let reply =
        world.run(&["sh", "-c", "yes | head -c 3000000; yes no | head -c 1500000 >&2"]).await.unwrap();
    assert_eq!(
        (reply.stdout.len(), reply.stderr.len(), reply.truncated, reply.exit_code),
        (1 << 20, 1 << 20, true, 0)
    );
    let pids = world.workspace().join("pids");
    let script = "sleep 1000 & echo $! > pids; sleep 1000";
    let mut pid = String::new();
    // On a busy machine the first may be over before there is a descendant to kill.
    for timeout_ms in [300, 3_000, 30_000] {
        let request = pb::RunRequest { timeout_ms, ..run(&["sh", "-c", script]) };
        let (code, message) = world.refused("Run", &request).await;
        assert_eq!(code, ServiceCode::DeadlineExceeded);
        assert!(message.contains(&format!("{timeout_ms} ms")), "{message}");
        pid = std::fs::read_to_string(&pids).unwrap_or_default().trim().to_owned();
        if !pid.is_empty() {
            break;
        }
    }
    assert!(!pid.is_empty(), "the script never got to its second command");
    eventually("the descendant is killed too", async || {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        (stat.is_empty() || stat.contains(") Z ")).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_descendant_that_keeps_the_output_does_not_keep_the_answer() {
    let world = World::new().await;
    world.ready().await;
    let reply = world.run(&["sh", "-c", "sleep 30 & echo done"]).await.unwrap();
    assert_eq!(reply.stdout, b"done\n");
}

#[tokio::test]
async fn what_cannot_run_is_said_clearly() {
    let world = World::new().await;
    world.ready().await;
    std::fs::write(world.workspace().join("plain"), "x").unwrap();
    for (request, wanted) in [
        (run(&[]), ServiceCode::InvalidArgument),
        (run(&[""]), ServiceCode::InvalidArgument),
        (run(&["no-such-program"]), ServiceCode::NotFound),
        (run(&["./plain"]), ServiceCode::FailedPrecondition),
        (run(&["echo", "a\0b"]), ServiceCode::InvalidArgument),
        (pb::RunRequest { cwd: "../..".to_owned(), ..run(&["true"]) }, ServiceCode::PermissionDenied),
        (pb::RunRequest { cwd: "nowhere".to_owned(), ..run(&["true"]) }, ServiceCode::NotFound),
        (pb::RunRequest { cwd: "plain".to_owned(), ..run(&["true"]) }, ServiceCode::FailedPrecondition),
    ] {
        let (code, message) = world.refused("Run", &request).await;
        assert_eq!(code, wanted, "{request:?}: {message}");
    }
}
