//! The suite that every store passes, and what is particular to the embedded one.
#![allow(clippy::unwrap_used, reason = "a test's helper fails by panicking")]

mod cuts;
mod model_disk;
mod postgres;
mod real;
mod suite;

use carrel_ids::{DocumentId, UserId};

use super::*;

fn user(number: u128) -> UserId {
    UserId::from_random(number)
}

fn document(number: u128) -> DocumentId {
    DocumentId::from_random(number)
}

fn meta(owner: u128) -> Meta {
    let owner = user(owner).to_string();
    Meta { title: "notes".to_owned(), owner, created_at: 5, ..Meta::default() }
}
