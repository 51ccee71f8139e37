//! The browser IDE as the front-end master serves it: a folder of built files (`web_root`) behind strict headers.
//!
//! - `app/` (not Rust) holds the sources; `npm run build` makes the folder. A Rust build never needs npm.
//! - [`router`] serves it, [`is_public_path`] says which addresses are the app's, [`cookies`] keeps tokens out of
//!   the page: a browser that logs in through the JSON interface gets an HttpOnly cookie instead of the token.
//!
//! Invariant: nothing outside `web_root` is ever read, and no link below it is followed out of it.
//! Invariant: a page of ours loads no script that is not a file of ours.

mod assets;
mod cookies;
mod headers;
mod pages;

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;

pub use cookies::{ASK_HEADER, cookies};
pub use pages::{is_page, is_public_path};

/// The app's pages and files as a fallback for whatever no other route takes.
///
/// Without a folder each page says how to get one, so that a master built without the app is not a blank screen.
pub fn router(web_root: Option<PathBuf>) -> Router {
    Router::new().fallback(serve).with_state(Arc::new(assets::Root::new(web_root)))
}

async fn serve(State(root): State<Arc<assets::Root>>, request: Request) -> Response {
    let (parts, _body) = request.into_parts();
    headers::guarded(assets::answer(&root, &parts).await)
}
