//! Tasks and artefacts.

use carrel_proto::agent::v1 as pb;
use carrel_proto::code::ServiceCode;
use sha2::{Digest, Sha256};

use crate::support::{World, repository};

const TASKS: &str = r#"
[tasks.make]
description = "Make the bitstream"
command = ["sh", "-c", "mkdir -p build; printf bits > build/blinky.bin; printf log > build/log; tty || true"]
artefacts = ["build/*.bin", "never-made"]
"#;

async fn artefacts(world: &World) -> Vec<pb::Artefact> {
    let reply: pb::ListArtefactsReply =
        world.post("ListArtefacts", &pb::ListArtefactsRequest {}).await.unwrap();
    reply.artefacts
}

#[tokio::test]
async fn a_task_runs_and_its_artefacts_are_offered() {
    let world = World::new().await;
    let url = repository(&world, "blinky", &[("carrel.toml", TASKS)]);
    world.bind(&url).await;
    let run = pb::RunTaskRequest { name: "make".to_owned(), pty: true, ..Default::default() };
    // Asked for before the clone is there: it waits.
    let terminal: pb::Terminal = world.post("RunTask", &run).await.unwrap();
    assert_eq!((terminal.title.as_str(), terminal.pty), ("make", true));
    let (out, _, code) = world.attach(&terminal.id, "tab", 0).await.read_to_end().await;
    assert!(code == 0 && out.contains("/dev/pts/"), "{out}");
    let tasks: pb::ListTasksReply = world.post("ListTasks", &pb::ListTasksRequest {}).await.unwrap();
    assert_eq!((tasks.tasks.len(), tasks.problem.as_str()), (1, ""));
    assert_eq!(tasks.tasks[0].description, "Make the bitstream");
    let found = artefacts(&world).await;
    assert_eq!(found.len(), 1);
    let sha256: String = Sha256::digest(b"bits").iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!((found[0].name.as_str(), found[0].size, &found[0].sha256), ("build/blinky.bin", 4, &sha256));
    let (_, headers, body) = world.send("GET", "/artefact?name=build/blinky.bin", &[], b"").await;
    assert_eq!((body.as_ref(), headers["content-length"].to_str().unwrap()), (&b"bits"[..], "4"));
    world.output(&["sh", "-c", "printf BITS > build/blinky.bin"]).await;
    assert_ne!(artefacts(&world).await[0].sha256, sha256);
}

#[tokio::test]
async fn a_bad_task_file_is_named_with_its_line() {
    let world = World::new().await;
    let url = repository(&world, "blinky", &[("carrel.toml", "[tasks.a]\ncommand = \"make\"\n")]);
    world.bind(&url).await;
    world.until_ready().await;
    let tasks: pb::ListTasksReply = world.post("ListTasks", &pb::ListTasksRequest {}).await.unwrap();
    assert!(tasks.problem.starts_with("carrel.toml, line 2: invalid type"), "{}", tasks.problem);
    let run = pb::RunTaskRequest { name: "a".to_owned(), ..Default::default() };
    let (code, message) = world.refused("RunTask", &run).await;
    assert_eq!(code, ServiceCode::NotFound);
    assert!(message.contains("line 2"), "{message}");
    world.output(&["rm", "carrel.toml"]).await;
    let (_, message) = world.refused("RunTask", &run).await;
    assert!(message.contains("no task \"a\""), "{message}");
    world.output(&["mkfifo", "carrel.toml"]).await;
    let tasks: pb::ListTasksReply = world.post("ListTasks", &pb::ListTasksRequest {}).await.unwrap();
    assert!(tasks.problem.contains("not a file"), "{}", tasks.problem);
}
