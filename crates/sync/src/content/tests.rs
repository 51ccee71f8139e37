//! Content made, read and brought back.
#![allow(clippy::unwrap_used, reason = "a test's helper fails by panicking")]

use carrel_service::Random;
use yrs::types::text::TextPrelim;
use yrs::{
    Array as _, Doc, GetString as _, Map as _, MapPrelim, ReadTxn as _, StateVector, Text as _,
    Transact as _, XmlElementPrelim, XmlFragment as _,
};

use super::*;

fn whole(doc: &Doc) -> Vec<u8> {
    doc.transact().encode_state_as_update_v1(&StateVector::default())
}

fn merged(base: &[u8], edit: Option<Vec<u8>>) -> Vec<u8> {
    let doc = load(base).unwrap();
    if let Some(edit) = edit {
        apply(&doc, &edit).unwrap();
    }
    whole(&doc)
}

const EMPTY: [u8; 2] = [0, 0];

#[test]
fn json_goes_in_and_comes_out() {
    let wanted = r#"{"list":[1,"two",{"three":[3]}],"map":{"a":1,"b":{"c":null}},"text":"héllo 😀"}"#;
    let made = merged(&EMPTY, import_json(&EMPTY, wanted).unwrap());
    let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    assert_eq!(json(&made).unwrap().replace(".0", ""), value(wanted).to_string());
    assert_eq!(text(&made, "text").unwrap(), "héllo 😀");
    assert_eq!(text(&made, "none").unwrap(), "");
    assert_eq!(import_json(&made, wanted).unwrap(), None, "again changes nothing");
    let other = r#"{"list":["two"],"map":{"b":{"c":null},"d":true}}"#;
    let made = merged(&made, import_json(&made, other).unwrap());
    let now = value(&json(&made).unwrap());
    assert_eq!(now["list"], value(other)["list"]);
    assert_eq!(now["map"], value(other)["map"]);
    assert_eq!(now["text"], "héllo 😀", "what is not named stays");
    assert!(matches!(import_json(&made, r#"{"map":"text"}"#), Err(ContentError::Kind(_))));
    assert!(matches!(import_json(&made, r#"{"new":1}"#), Err(ContentError::Shape(_))));
    assert!(matches!(import_json(&made, "[]"), Err(ContentError::Json(_))));
    assert!(matches!(text(&made, "map"), Err(ContentError::Kind(_))));
}

#[test]
fn a_text_is_changed_by_the_smallest_edit_and_merges() {
    let made = merged(&EMPTY, import_text(&EMPTY, "text", "a 😀 b 😁 c").unwrap());
    let edit = import_text(&made, "text", "a 😀 b 😂 c").unwrap().unwrap();
    assert!(edit.len() < 40, "{}", edit.len());
    // Somebody else writes at the front and at the end in the meantime.
    let other = load(&made).unwrap();
    let shared = other.get_or_insert_text("text");
    shared.insert(&mut other.transact_mut(), 0, "» ");
    let end = shared.len(&other.transact());
    shared.insert(&mut other.transact_mut(), end, " «");
    apply(&other, &edit).unwrap();
    assert_eq!(shared.get_string(&other.transact()), "» a 😀 b 😂 c «");
}

#[test]
fn seeds_are_whole_or_refused() {
    assert!(seed(EMPTY.to_vec()).unwrap().is_none());
    assert!(matches!(seed(vec![9, 9, 9]), Err(ContentError::Decode(_))));
    let doc = Doc::new();
    let text = doc.get_or_insert_text("text");
    text.insert(&mut doc.transact_mut(), 0, "one");
    let before = doc.transact().state_vector();
    text.insert(&mut doc.transact_mut(), 3, "two");
    assert!(seed(whole(&doc)).unwrap().is_some());
    let part = doc.transact().encode_state_as_update_v1(&before);
    assert!(matches!(seed(part), Err(ContentError::Incomplete)));
    assert_eq!(to_v1(&to_v2(&whole(&doc)).unwrap()).unwrap(), whole(&doc));
    assert_eq!(to_v1(&to_v2(&EMPTY).unwrap()).unwrap(), EMPTY);
}

#[test]
fn every_kind_of_type_comes_back() {
    let doc = super::empty(false);
    let (text, map, list) =
        (doc.get_or_insert_text("text"), doc.get_or_insert_map("map"), doc.get_or_insert_array("list"));
    let xml = doc.get_or_insert_xml_fragment("xml");
    {
        let mut txn = doc.transact_mut();
        text.insert(&mut txn, 0, "the first text");
        map.insert(&mut txn, "a", 1);
        map.insert(&mut txn, "nested", MapPrelim::from([("b", "deep")]));
        list.insert_range(&mut txn, 0, ["x", "y", "z"]);
        let p = xml.insert(&mut txn, 0, XmlElementPrelim::empty("p"));
        p.insert(&mut txn, 0, XmlElementPrelim::empty("b"));
    }
    let then = whole(&doc);
    {
        let mut txn = doc.transact_mut();
        text.remove_range(&mut txn, 4, 6);
        text.insert(&mut txn, 0, "not ");
        map.insert(&mut txn, "a", 2);
        map.remove(&mut txn, "nested");
        map.insert(&mut txn, "new", TextPrelim::new("text"));
        list.remove_range(&mut txn, 0, 2);
        xml.remove_range(&mut txn, 0, 1);
    }
    doc.get_or_insert_map("later").insert(&mut doc.transact_mut(), "k", "v");
    let now = whole(&doc);
    let edit = restore(&now, &then).unwrap();
    assert!(edit.is_some());
    let back = serde_json::from_str::<serde_json::Value>(&json(&merged(&now, edit)).unwrap()).unwrap();
    let wanted = serde_json::from_str::<serde_json::Value>(&json(&then).unwrap()).unwrap();
    for (name, value) in wanted.as_object().unwrap() {
        assert_eq!(&back[name], value, "{name}");
    }
    assert!(back["later"].as_object().is_none_or(serde_json::Map::is_empty) || back["later"] == "");
    assert_eq!(restore(&then, &then).unwrap(), None);
}

#[test]
fn random_histories_come_back() {
    for seed in 0..200 {
        let random = Random::seeded(seed);
        let (one, two) = (super::empty(false), super::empty(false));
        let edit = |doc: &Doc| {
            let text = doc.get_or_insert_text("text");
            let mut txn = doc.transact_mut();
            let length = text.len(&txn);
            if length > 4 && random.below(3) == 0 {
                let at = random.below(u64::from(length) - 2) as u32;
                text.remove_range(&mut txn, at, 1 + random.below(2) as u32);
            } else {
                let at = random.below(u64::from(length) + 1) as u32;
                text.insert(&mut txn, at, ["a", "bc", "def", "ü"][random.below(4) as usize]);
            }
        };
        let exchange = || {
            let (a, b) = (whole(&one), whole(&two));
            apply(&one, &b).unwrap();
            apply(&two, &a).unwrap();
        };
        let mut then = None;
        for round in 0..60 {
            edit(if random.below(2) == 0 { &one } else { &two });
            if random.below(5) == 0 {
                exchange();
            }
            if round == 20 {
                exchange();
                then = Some(whole(&one));
            }
        }
        exchange();
        let (now, then) = (whole(&one), then.unwrap());
        let back = merged(&now, restore(&now, &then).unwrap());
        assert_eq!(text(&back, "text").unwrap(), text(&then, "text").unwrap(), "seed {seed}");
    }
}

#[test]
fn what_nests_without_end_is_refused_and_overflows_nothing() {
    let doc = Doc::new();
    let root = doc.get_or_insert_map("map");
    let mut txn = doc.transact_mut();
    let mut map = root.insert(&mut txn, "m", MapPrelim::default());
    for _ in 0..2_000 {
        map = map.insert(&mut txn, "m", MapPrelim::default());
    }
    drop(txn);
    assert!(matches!(json(&whole(&doc)), Err(ContentError::TooDeep)));
}
