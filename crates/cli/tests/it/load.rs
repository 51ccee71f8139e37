//! `load sync`, small: that it measures, not what.

use crate::fake::{carrel, feed, text};

#[tokio::test]
async fn documents_are_measured_and_every_edit_is_counted() {
    let dir = tempfile::tempdir().expect("dir");
    let arguments =
        ["load", "sync", "--no-peer", "--scale", "1", "--json", "--only", "observers", "--only", "durable"];
    let output = feed(carrel(&arguments, dir.path()), b"").await;
    assert!(output.status.success(), "{}", text(&output.stderr));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(report["scenario"], "sync");
    let rows = report["rows"].as_array().expect("rows");
    let ours = |what: &str| {
        let of = rows.iter().filter(|row| row["what"].as_str().is_some_and(|it| it.contains(what)));
        of.map(|row| row["ours"].as_f64().expect("a figure")).collect::<Vec<_>>()
    };
    assert!(
        ours("did not arrive").len() == 6 && ours("did not arrive").iter().all(|lost| *lost == 0.0),
        "{rows:?}"
    );
    assert_eq!(ours("not acknowledged"), [0.0]);
    assert!(ours("CPU per edit and observer").iter().all(|cpu| *cpu > 0.0), "{rows:?}");
    let peers = rows.iter().filter_map(|row| row["peer_name"].as_str());
    assert!(peers.filter(|name| name.ends_with("left out")).count() > 0, "rows say which peers are missing");
}
