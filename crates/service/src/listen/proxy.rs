//! Where a request really comes from, when proxies of the owner's stand in front.
//!
//! `X-Forwarded-For` is a list that each proxy adds to at its end; what a client wrote itself stands at its start. So
//! it is read from the end, and only as far as known proxies vouch for it.

use std::net::IpAddr;

use http::HeaderMap;

/// What proxies add their peer's address to.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// The first address from the end of the list that is no proxy of ours; the peer itself if it is none, or if the
/// list says nothing that can be read.
pub(super) fn origin(headers: &HeaderMap, peer: IpAddr, proxies: &[IpAddr]) -> IpAddr {
    let mut origin = peer;
    let values = headers.get_all(FORWARDED_FOR).iter().rev().map(|value| value.to_str().unwrap_or_default());
    for entry in values.flat_map(|value| value.rsplit(',')) {
        if !proxies.contains(&origin.to_canonical()) {
            break;
        }
        match entry.trim().parse::<IpAddr>() {
            Ok(address) => origin = address,
            Err(_) => break,
        }
    }
    origin
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(peer: &str, lines: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED_FOR, line.parse().expect("a value"));
        }
        let proxies = ["127.0.0.1".parse().expect("an address"), "10.0.0.1".parse().expect("an address")];
        origin(&headers, peer.parse().expect("an address"), &proxies).to_string()
    }

    #[test]
    fn only_proxies_are_believed_and_only_about_their_own_peer() {
        assert_eq!(of("127.0.0.1", &["203.0.113.9"]), "203.0.113.9");
        assert_eq!(of("127.0.0.1", &["1.1.1.1, 203.0.113.9"]), "203.0.113.9", "what a client made up");
        assert_eq!(of("127.0.0.1", &["1.1.1.1", "203.0.113.9, 10.0.0.1"]), "203.0.113.9", "two proxies");
        assert_eq!(of("::ffff:127.0.0.1", &["2001:db8::1"]), "2001:db8::1");
        assert_eq!(of("203.0.113.9", &["1.1.1.1"]), "203.0.113.9", "no proxy");
        assert_eq!(of("127.0.0.1", &[]), "127.0.0.1");
        assert_eq!(of("127.0.0.1", &["unknown"]), "127.0.0.1");
        assert_eq!(of("127.0.0.1", &["", "203.0.113.9, "]), "127.0.0.1");
    }
}
