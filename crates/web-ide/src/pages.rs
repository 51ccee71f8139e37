//! Which addresses are the app's own.

/// Pages whose address ends there.
const PAGES: &[&str] =
    &["/", "/login", "/repositories", "/sessions", "/account", "/admin", "/admin/users", "/admin/sessions"];

/// Below these one more segment follows: `/ide/<session>`.
const PAGES_OF_ONE: &[&str] = &["/ide/"];

/// Files at the root that browsers ask for by themselves.
const FILES: &[&str] = &["/favicon.svg", "/favicon.ico", "/robots.txt"];

/// Built files, named by their content.
pub(crate) const ASSETS: &str = "/assets/";

/// The longest segment taken: ids have 29 characters.
const SEGMENT_MAX: usize = 64;

/// Whether a path is a page of the app; all of them are one document, and the script shows the right one.
pub fn is_page(path: &str) -> bool {
    PAGES.contains(&path)
        || is_repository_page(path)
        || PAGES_OF_ONE.iter().any(|start| path.strip_prefix(start).is_some_and(is_segment))
}

/// Views of a repository: `/repositories/<owner>/<name>` and one of these below it.
const REPOSITORY_VIEWS: &[&str] = &["file", "history", "commit", "notes", "settings"];

fn is_repository_page(path: &str) -> bool {
    let Some(rest) = path.strip_prefix("/repositories/") else { return false };
    let is_name = |part: &str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
        (1..=SEGMENT_MAX).contains(&part.len()) && part.bytes().all(plain) && !part.starts_with('.')
    };
    match rest.split('/').collect::<Vec<_>>()[..] {
        [owner, name] => is_name(owner) && is_name(name),
        [owner, name, view] => is_name(owner) && is_name(name) && REPOSITORY_VIEWS.contains(&view),
        _ => false,
    }
}

/// Whether a path needs no login: a page, or a file that pages need. Everything in them is public.
pub fn is_public_path(path: &str) -> bool {
    is_page(path) || FILES.contains(&path) || asset(path).is_some()
}

/// The file name of `/assets/<name>`.
pub(crate) fn asset(path: &str) -> Option<&str> {
    path.strip_prefix(ASSETS).filter(|name| is_file_name(name))
}

/// The file name of a file at the root.
pub(crate) fn root_file(path: &str) -> Option<&str> {
    FILES.contains(&path).then(|| &path[1..])
}

/// One name of plain characters that is no hidden file and no way out.
fn is_file_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    (1..=128).contains(&name.len())
        && name.bytes().all(plain)
        && !name.starts_with('.')
        && !name.contains("..")
}

fn is_segment(segment: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=SEGMENT_MAX).contains(&segment.len()) && segment.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_known_ones_only() {
        for page in [
            "/",
            "/login",
            "/ide/se-01h2xcejqtf2nbrexx3vqjhp41",
            "/admin/users",
            "/repositories/ada/blinky",
            "/repositories/ada/a.b_c/history",
        ] {
            assert!(is_page(page) && is_public_path(page), "{page}");
        }
        let long = format!("/ide/{}", "a".repeat(SEGMENT_MAX + 1));
        for other in [
            "",
            "/x",
            "/repositories/",
            "/repositories/a",
            "/repositories/a/b/x",
            "/repositories/a/..",
            "/repositories/a/b/file/c",
            "/ide/",
            "/ide/a/b",
            "/ide/../x",
            "/login/",
            "/api/v1/x",
            "/s/se-1",
            "//",
            &long,
        ] {
            assert!(!is_page(other) && !is_public_path(other), "{other}");
        }
    }

    #[test]
    fn assets_are_single_plain_names() {
        assert_eq!(asset("/assets/index-a1B2.js"), Some("index-a1B2.js"));
        assert!(is_public_path("/favicon.svg"));
        for bad in [
            "/assets/",
            "/assets/.x",
            "/assets/a/b",
            "/assets/../index.html",
            "/assets/%2e%2e",
            "/assets/a\\b",
        ] {
            assert!(asset(bad).is_none() && !is_public_path(bad), "{bad}");
        }
    }
}
