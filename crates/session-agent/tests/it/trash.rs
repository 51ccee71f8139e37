//! Deleting so that it can be taken back, and looking at single paths.

use carrel_proto::agent::v1 as pb;
use carrel_proto::code::ServiceCode;
use serde_json::json;

use crate::support::World;

#[tokio::test]
async fn what_was_deleted_comes_back_as_it_was() {
    let mut world = World::new().await;
    world.ready().await;
    world
        .output(&["sh", "-c", "mkdir -p d/e; echo x > d/e/f; printf y > ./-a; chmod +x ./-a; ln -s /etc l"])
        .await;
    let request = json!({ "paths": ["d", "d/e/f", "-a", "l", "missing"] });
    let taken: pb::TrashFilesReply = world.post("TrashFiles", &request).await.unwrap();
    assert_eq!(taken.paths, ["-a", "d", "l"]);
    assert!(taken.problem.contains("missing"), "{}", taken.problem);
    assert_eq!(world.output(&["sh", "-c", "ls -A"]).await, "");
    // Something else took one of the places; the agent was restarted meanwhile.
    world.output(&["sh", "-c", "echo other > ./-a"]).await;
    world.kill().await;
    world.start().await;
    world.until_ready().await;
    let back: pb::RestoreFilesReply = world.post("RestoreFiles", &json!({ "id": taken.id })).await.unwrap();
    assert_eq!(back.paths, ["d", "l"]);
    assert!(back.problem.contains("-a"), "{}", back.problem);
    assert_eq!(world.output(&["cat", "d/e/f"]).await, "x\n");
    world.output(&["rm", "./-a"]).await;
    let back: pb::RestoreFilesReply = world.post("RestoreFiles", &json!({ "id": taken.id })).await.unwrap();
    assert_eq!((back.paths.as_slice(), back.problem.as_str()), (&["-a".to_owned()][..], ""), "the rest");
    assert_eq!(world.output(&["sh", "-c", "test -x ./-a && cat ./-a"]).await, "y");
    for id in [taken.id.as_str(), "", "../../x", "99"] {
        let (code, _) = world.refused("RestoreFiles", &json!({ "id": id })).await;
        assert_eq!(code, ServiceCode::NotFound, "{id:?}");
    }
    for path in ["..", "/etc", "l/passwd", ""] {
        let answer = world.post::<_, pb::TrashFilesReply>("TrashFiles", &json!({ "paths": [path] })).await;
        assert!(answer.is_err() || answer.is_ok_and(|it| it.id.is_empty() && !it.problem.is_empty()));
    }
}

#[tokio::test]
async fn single_paths_are_looked_at() {
    let world = World::new().await;
    world.ready().await;
    world.output(&["sh", "-c", "mkdir d; echo x > d/f; ln -s /etc out"]).await;
    let request = json!({ "paths": ["d/f", "nothing", "d", "d/f/x", "out/passwd", "out"] });
    let reply: pb::StatFilesReply = world.post("StatFiles", &request).await.unwrap();
    let found: Vec<_> = reply.entries.iter().map(|it| (it.path.as_str(), it.kind.as_str())).collect();
    assert_eq!(found, [("d/f", "file"), ("d", "folder"), ("out", "link")]);
    let many = vec!["x"; 1_001];
    assert_eq!(world.refused("StatFiles", &json!({ "paths": many })).await.0, ServiceCode::TooLarge);
}
