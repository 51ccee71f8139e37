//! A program inside a slot that tries everything it can think of to get out.

use crate::world::{World, claim_request, image};

const SCRIPT: &str = include_str!("hostile.py");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_but_git_and_caches_is_reached() {
    let Some(image) = image("nothing_but_git_and_caches_is_reached") else { return };
    let world = World::start(&image, 2).await;
    let (victim, hostile) = (claim_request(1), claim_request(2));
    world.claim(victim.clone()).await.expect("claim");
    world.claim(hostile.clone()).await.expect("claim");
    let secret = "secret-of-the-other-slot";
    let (code, _) =
        world.run(&victim, &["sh", "-c", &format!("echo {secret} > /home/learner/secret.txt")]).await;
    assert_eq!(code, 0);
    let (code, output) = world.run(&hostile, &["python3", "-c", SCRIPT]).await;
    assert_eq!(code, 0, "{output}");
    assert!(output.contains("tried ") && !output.contains("REACHED"), "{output}");
    assert!(!output.contains(secret), "{output}");
    let git = format!("minted-for-{}", hostile.session_id);
    let paths = world.master.paths();
    assert!(
        paths.iter().any(|line| line.starts_with("GET /git/a/b.git/info/refs") && line.ends_with(&git)),
        "{paths:?}"
    );
    assert!(paths.iter().any(|line| line == "GET /cache/rack/nix-cache-info -"), "{paths:?}");
    for line in &paths {
        let path = line.split(' ').nth(1).unwrap_or_default();
        assert!(path.starts_with("/git/a/b.git/") || path.starts_with("/cache/rack/"), "{line}");
        assert!(!path.contains("..") && !path.contains('%'), "{line}");
    }
    // The node is as well as before.
    assert_eq!(world.run(&victim, &["cat", "/home/learner/secret.txt"]).await.1.trim(), secret);
    world.end().await;
}
