//! Randomness as a seam: the system's source in daemons, a seed in tests.

use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// A source of random numbers; clones share it.
#[derive(Debug, Clone)]
pub struct Random(Source);

#[derive(Debug, Clone)]
enum Source {
    System,
    Seeded(Arc<Mutex<u64>>),
}

impl Random {
    /// The operating system's source, fit for secrets.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// The same numbers for the same seed, for tests and simulations only.
    pub fn seeded(seed: u64) -> Self {
        Self(Source::Seeded(Arc::new(Mutex::new(seed))))
    }

    /// Fills a buffer.
    ///
    /// # Panics
    /// If the operating system has no randomness: a daemon that went on would make guessable secrets.
    pub fn fill(&self, buffer: &mut [u8]) {
        match &self.0 {
            Source::System => getrandom::fill(buffer).expect("the operating system gives random bytes"),
            Source::Seeded(state) => {
                let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
                for chunk in buffer.chunks_mut(8) {
                    let bytes = split_mix(&mut state).to_le_bytes();
                    chunk.copy_from_slice(&bytes[..chunk.len()]);
                }
            }
        }
    }

    /// 64 random bits.
    pub fn u64(&self) -> u64 {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    /// 128 random bits, as ids want them.
    pub fn u128(&self) -> u128 {
        let mut bytes = [0; 16];
        self.fill(&mut bytes);
        u128::from_le_bytes(bytes)
    }

    /// A number below `limit` (0 for a limit of 0). Good for jitter and choices; the bias is below `limit` / 2^64.
    pub fn below(&self, limit: u64) -> u64 {
        let wide = u128::from(self.u64()) * u128::from(limit);
        u64::try_from(wide >> 64).unwrap_or(0)
    }

    /// 256 random bits as 43 characters that need no escaping anywhere.
    pub fn secret(&self) -> String {
        let mut bytes = [0; 32];
        self.fill(&mut bytes);
        URL_SAFE_NO_PAD.encode(bytes)
    }
}

/// SplitMix64: one multiplication chain per number, every seed good.
fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_replays_and_the_system_does_not() {
        assert_eq!(Random::seeded(7).u128(), Random::seeded(7).u128());
        assert_ne!(Random::seeded(7).u128(), Random::seeded(8).u128());
        assert_ne!(Random::system().secret(), Random::system().secret());
        assert_eq!(Random::system().secret().len(), 43);
    }

    #[test]
    fn below_stays_below() {
        let random = Random::seeded(1);
        assert_eq!(random.below(0), 0);
        let mut seen = [false; 6];
        for _ in 0..200 {
            seen[usize::try_from(random.below(6)).expect("small")] = true;
        }
        assert_eq!(seen, [true; 6]);
    }
}
