//! Where a login comes from.

/// The longest description of a client that is kept; browsers take some 120 characters.
const CLIENT_MAX: usize = 200;

/// Where a login comes from: what limits count by, and what the list of logins shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whence {
    /// The address, as limits count it.
    pub address: String,
    /// The client's own words.
    pub client: String,
}

impl Whence {
    /// From a request's headers. A stranger writes them: one line of plain characters, not too long.
    pub fn new(address: String, headers: &http::HeaderMap) -> Self {
        let words = headers.get(http::header::USER_AGENT).and_then(|value| value.to_str().ok());
        let words = words.unwrap_or_default().chars().filter(|c| !c.is_control());
        Self { address, client: words.take(CLIENT_MAX).collect::<String>().trim().to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_describes_itself_in_one_short_line() {
        let of = |value: &[u8]| {
            let mut headers = http::HeaderMap::new();
            headers.insert("user-agent", http::HeaderValue::from_bytes(value).expect("a value"));
            Whence::new("a".to_owned(), &headers).client
        };
        assert_eq!(of(b" carrel/0.1\t(linux) "), "carrel/0.1(linux)");
        assert_eq!(of("\u{202e}x".as_bytes()), "", "plain characters only");
        assert_eq!(of(&[b'x'; 900]).len(), CLIENT_MAX);
        assert_eq!(Whence::new(String::new(), &http::HeaderMap::new()).client, "");
    }
}
