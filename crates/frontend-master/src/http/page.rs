//! The page at `/`: what this is and how to use it, without any script.

use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};

use crate::state::SharedState;

/// `GET /`
pub(super) async fn home(State(state): State<SharedState>) -> Response {
    let address = escape(&state.public_url);
    Html(document(
        "Carrel",
        &format!(
            "<h1>Carrel</h1>\n\
             <p>This is a Carrel rack: repositories, and sessions to work on them, from the command line.</p>\n\
             <pre>carrel login {address} --name YOU\n\
             git push {address}/git/YOU/PROJECT.git main\n\
             carrel session open YOU/PROJECT\n\
             carrel session shell</pre>\n\
             <p>Programs use the JSON interface described at \
             <a href=\"/api/v1/openapi.json\">/api/v1/openapi.json</a>.</p>",
        ),
    ))
    .into_response()
}

/// A whole page around some markup that the caller has escaped.
pub(super) fn document(title: &str, body: &str) -> String {
    let title = escape(title);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title}</title>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )
}

/// Text as markup that shows it.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_text_is_shown_and_not_obeyed() {
        assert_eq!(escape("<a href='x'>\"&"), "&lt;a href=&#39;x&#39;&gt;&quot;&amp;");
        assert!(document("<t>", "<p>ok</p>").contains("<title>&lt;t&gt;</title>"));
    }
}
