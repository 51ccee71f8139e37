//! The real program, killed without warning.

use std::process::Stdio;

use carrel_proto::compute::v1::NodeReport;
use serde_json::json;
use tokio::process::{Child, Command};

use crate::world::{World, claim_request, image};

/// Writes the configuration and starts the program.
fn start(world: &World) -> Child {
    let dir = world.dir.path();
    let config = format!(
        "node = \"{}\"\nstate_dir = \"{}\"\nimage = \"{}\"\nfrontend_url = \"{}\"\n\
         [[listeners]]\naddr = \"unix:{}\"\naudience = \"rack\"\n\
         [pools.standard]\nwanted = 2\ncores = 1\nmemory_mib = 256\ndisk_mib = 128\nown_cores = false\n\
         [pools.burst]\nwanted = 0\n",
        world.node,
        world.config.state_dir.display(),
        world.config.image,
        world.config.frontend_url,
        world.socket().display(),
    );
    let file = dir.join("node.toml");
    std::fs::write(&file, config).expect("write");
    Command::new(env!("CARGO_BIN_EXE_carrel-compute-node"))
        .arg("--config")
        .arg(file)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("start the node")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_node_comes_back_with_its_sessions() {
    let Some(image) = image("a_killed_node_comes_back_with_its_sessions") else { return };
    let world = World::prepare(&image, 2);
    let mut node = start(&world);
    world.warm(2).await;
    let claim = claim_request(5);
    let slot = world.claim(claim.clone()).await.expect("claim");
    let program = json!({ "argv": ["sh", "-c", "echo $$ > /tmp/pid; exec sleep 1000"], "pty": false });
    let (status, terminal) = world.ask(&claim.session_id, 5, "api/OpenTerminal", &program).await;
    assert_eq!(status, http::StatusCode::OK, "{terminal}");
    let wait = "until test -s /tmp/pid; do sleep 0.02; done; cat /tmp/pid";
    let (code, pid) = world.run(&claim, &["timeout", "30", "sh", "-c", wait]).await;
    assert_eq!(code, 0);
    let first = world.master.report.borrow().clone().expect("a report").boot_epoch;

    node.kill().await.expect("kill -9");
    let mut node = start(&world);
    let again = |report: &NodeReport| report.boot_epoch > first;
    let report = world.master.reported("the next start", |report| report.as_ref().is_some_and(again)).await;
    assert_eq!(report.sessions.len(), 1, "the first report has the session");
    assert_eq!((report.sessions[0].slot_id.as_str(), report.sessions[0].fence), (slot.as_str(), 5));
    world.warm(1).await;
    assert_eq!(world.engine_slots().await, 2, "nothing was made anew");
    let (code, output) = world.run(&claim, &["kill", "-0", pid.trim()]).await;
    assert_eq!(code, 0, "the program runs on: {output}");
    assert_eq!(world.claim(claim.clone()).await.expect("repeated"), slot);

    assert!(world.release(&claim).await);
    world.warm(2).await;
    let id = i32::try_from(node.id().expect("running")).expect("a process id");
    let pid = rustix::process::Pid::from_raw(id).expect("a process id");
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("SIGTERM");
    let ended =
        tokio::time::timeout(crate::world::PATIENCE, node.wait()).await.expect("stops").expect("status");
    assert!(ended.success(), "{ended}");
    assert_eq!(world.engine_slots().await, 2, "slots outlive the daemon");
    world.end().await;
}

#[tokio::test]
async fn a_bad_configuration_is_refused_with_all_its_faults() {
    let dir = tempfile::tempdir().expect("temporary directory");
    let file = dir.path().join("node.toml");
    std::fs::write(&file, "node = \"x\"\nfrontend_url = \"ftp://x\"\n[pools.standard]\ncores = 0\n")
        .expect("write");
    let output = Command::new(env!("CARGO_BIN_EXE_carrel-compute-node"))
        .args(["check-config", "--config"])
        .arg(&file)
        .output()
        .await
        .expect("run");
    let said =
        String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(64), "{said}");
    for key in ["node", "frontend_url", "pools.standard.cores"] {
        assert!(said.contains(key), "{key} in {said}");
    }
}
