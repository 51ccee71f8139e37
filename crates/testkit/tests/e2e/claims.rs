//! Many claims at once on few slots.

use std::thread;

use crate::rack::{Pools, Rack, text};

#[test]
fn fifty_opens_on_five_slots_have_five_winners() {
    let rack = Rack::start(Pools { standard: 0, burst: 5 });
    let outputs: Vec<_> = thread::scope(|scope| {
        let open = || rack.try_run("admin", &["session", "open", "--class", "burst", "--no-wait", "--json"]);
        let opens: Vec<_> = (0..50).map(|_| scope.spawn(open)).collect();
        opens.into_iter().map(|open| open.join().expect("join")).collect()
    });
    let (won, lost): (Vec<_>, Vec<_>) = outputs.iter().partition(|output| output.status.success());
    let said: Vec<_> = lost.iter().map(|output| text(&output.stderr)).collect();
    assert_eq!((won.len(), lost.len()), (5, 45), "{said:?}");
    for answer in &said {
        assert!(answer.contains("free") && answer.contains("burst"), "not a clear answer: {answer}");
    }
    rack.wait_slots("claimed", 5);
    rack.wait_containers(5);

    let listed = rack.json("admin", &["session", "list"]);
    let ids: Vec<String> =
        listed.to_string().split('"').filter(|it| it.starts_with("se-")).map(str::to_owned).collect();
    for id in ids.iter().collect::<std::collections::BTreeSet<_>>() {
        rack.run("admin", &["session", "close", id, "--force"]);
    }
    rack.wait_slots("warm", 5);
    rack.wait_containers(5);
}
