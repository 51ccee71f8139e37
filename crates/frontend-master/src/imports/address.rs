//! Which addresses an import may reach: public ones, and networks that the owner names.
//!
//! Without this a learner could make the front-end master fetch from the rack's own machines, the cloud's metadata
//! service or the owner's router.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// A network as the owner writes it: `10.0.0.0/8`, `fd00::/8`, or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(try_from = "String")]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

/// Why a text is no network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no network; write it like 10.0.0.0/8 or 127.0.0.1")]
pub struct NetworkError(String);

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let bad = || NetworkError(text.to_owned());
        let (address, prefix) =
            text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
        let address: IpAddr = address.parse().map_err(|_| bad())?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Ok(longest), str::parse).map_err(|_| bad())?;
        if prefix > longest { Err(bad()) } else { Ok(Self { address, prefix }) }
    }
}

impl TryFrom<String> for Network {
    type Error = NetworkError;

    fn try_from(text: String) -> Result<Self, NetworkError> {
        text.parse()
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

impl Network {
    /// Whether an address is in it.
    pub fn holds(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(network), IpAddr::V4(address)) => same_start(
                u128::from(network.to_bits()) << 96,
                u128::from(address.to_bits()) << 96,
                self.prefix,
            ),
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                same_start(network.to_bits(), address.to_bits(), self.prefix)
            }
            _ => false,
        }
    }
}

fn same_start(a: u128, b: u128, bits: u8) -> bool {
    bits == 0 || (a ^ b) >> (128 - u32::from(bits)) == 0
}

/// Whether an import may connect there.
pub fn may_reach(address: IpAddr, allowed: &[Network]) -> bool {
    // An IPv4 address in the clothes of an IPv6 one is judged as what it is.
    let address = address.to_canonical();
    allowed.iter().any(|network| network.holds(address)) || is_public(address)
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = match (a, b, c) {
        // "This" network, private, loopback.
        (0 | 10 | 127, _, _) => true,
        // Shared by carriers.
        (100, 64..=127, _) => true,
        // Link-local, where clouds keep their metadata.
        (169, 254, _) => true,
        (172, 16..=31, _) | (192, 168, _) => true,
        // Protocols, documentation, old relays, benchmarks.
        (192, 0, 0 | 2) | (192, 88, 99) | (198, 18..=19, _) | (198, 51, 100) | (203, 0, 113) => true,
        // Multicast, reserved, broadcast.
        (224..=255, _, _) => true,
        _ => false,
    };
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    // Only what is given out as global unicast; of that, not the ranges that stand for something else.
    if parts[0] & 0xe000 != 0x2000 {
        return embedded_v4(&parts).is_some_and(is_public_v4);
    }
    match (parts[0], parts[1]) {
        // Teredo, benchmarks, and other protocols in 2001::/23; documentation.
        (0x2001, 0..=0x01ff | 0x0db8) => false,
        (0x3fff, 0..=0x0fff) => false,
        // 6to4 carries an IPv4 address.
        (0x2002, _) => is_public_v4(Ipv4Addr::from((u32::from(parts[1]) << 16) | u32::from(parts[2]))),
        _ => true,
    }
}

/// The IPv4 address behind a translated one, `64:ff9b::/96`.
fn embedded_v4(parts: &[u16; 8]) -> Option<Ipv4Addr> {
    let translated = parts[0] == 0x64 && parts[1] == 0xff9b && parts[2..6] == [0; 4];
    translated.then(|| Ipv4Addr::from((u32::from(parts[6]) << 16) | u32::from(parts[7])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_reached() {
        let may = |text: &str| may_reach(text.parse().expect("an address"), &[]);
        for good in
            ["1.1.1.1", "140.82.121.3", "172.32.0.1", "2606:4700::1111", "2a00:1450::1", "64:ff9b::101:101"]
        {
            assert!(may(good), "{good}");
        }
        for bad in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "192.0.0.1",
            "198.18.0.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "fe80::1",
            "fec0::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "2002:7f00:1::",
            "2002:a00:1::",
            "2001::1",
            "2001:db8::1",
            "fd00:ec2::254",
        ] {
            assert!(!may(bad), "{bad}");
        }
    }

    #[test]
    fn the_owner_opens_networks() {
        let networks = ["10.1.0.0/16", "127.0.0.1", "fd00::/8"].map(|text| text.parse().expect("a network"));
        let may = |text: &str| may_reach(text.parse().expect("an address"), &networks);
        assert!(may("10.1.255.1") && may("127.0.0.1") && may("fdff::1") && may("::ffff:127.0.0.1"));
        assert!(!may("10.2.0.1") && !may("127.0.0.2") && !may("fe80::1") && !may("::1"));
        assert!(may_reach(
            "10.0.0.1".parse().expect("an address"),
            &["0.0.0.0/0".parse().expect("all of it")]
        ));
        for bad in ["", "10.0.0.0/33", "::/129", "10.0.0/8", "host", "10.0.0.0/x"] {
            assert!(bad.parse::<Network>().is_err(), "{bad}");
        }
    }
}
