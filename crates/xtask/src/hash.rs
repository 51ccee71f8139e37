//! One hash over the inputs of something, so that it is made again only when an input changed.

use std::path::Path;

use sha2::{Digest, Sha256};

use crate::error::Error;

/// Collects named inputs; the order in which they are added counts.
pub struct Inputs(Sha256);

impl Inputs {
    /// `what` names the thing made and the version of its recipe.
    pub fn new(what: &str) -> Self {
        let mut inputs = Self(Sha256::new());
        inputs.add("what", what.as_bytes());
        inputs
    }

    /// Adds one input. Name and length go in too, so that no two lists of inputs run together to the same bytes.
    pub fn add(&mut self, name: &str, bytes: &[u8]) {
        for part in [name.as_bytes(), bytes] {
            self.0.update((part.len() as u64).to_le_bytes());
            self.0.update(part);
        }
    }

    /// Adds a file under its name.
    pub fn add_file(&mut self, path: &Path) -> Result<(), Error> {
        let bytes = std::fs::read(path).map_err(Error::file(path))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        self.add(&name, &bytes);
        Ok(())
    }

    /// The plain SHA-256 of some bytes, as package indexes want it.
    pub fn sha256(bytes: &[u8]) -> String {
        hex(&Sha256::digest(bytes))
    }

    /// 16 hex digits: 64 bits are plenty to tell a handful of images apart, and fit a tag.
    pub fn finish(self) -> String {
        hex(&self.0.finalize()[..8])
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(inputs: &[(&str, &str)]) -> String {
        let mut all = Inputs::new("test 1");
        for (name, bytes) in inputs {
            all.add(name, bytes.as_bytes());
        }
        all.finish()
    }

    #[test]
    fn same_inputs_same_hash() {
        assert_eq!(hash(&[("a", "1"), ("b", "2")]), hash(&[("a", "1"), ("b", "2")]));
        assert_eq!(hash(&[]).len(), 16);
    }

    #[test]
    fn every_part_of_an_input_counts() {
        let base = hash(&[("a", "1"), ("b", "2")]);
        assert_ne!(base, hash(&[("a", "1"), ("b", "3")]));
        assert_ne!(base, hash(&[("a", "1"), ("c", "2")]));
        assert_ne!(base, hash(&[("b", "2"), ("a", "1")]));
        assert_ne!(base, hash(&[("a", "1b2")]));
    }

    #[test]
    fn inputs_do_not_run_together() {
        assert_ne!(hash(&[("a", "bc")]), hash(&[("ab", "c")]));
        assert_ne!(hash(&[("a", ""), ("b", "")]), hash(&[("a", "b")]));
    }

    #[test]
    fn sha256_is_the_known_one() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(Inputs::sha256(b""), empty);
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = Inputs::new("x").add_file(Path::new("/no/such/file")).unwrap_err();
        assert!(error.to_string().contains("/no/such/file"), "{error}");
    }
}
