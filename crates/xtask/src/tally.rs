//! Counting: what a test runner said, added up over all suites into one closing line.

use std::fmt;

/// Passed, failed and skipped tests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub passed: u64,
    pub failed: u64,
    pub skipped: u64,
}

impl Counts {
    /// A check that is one thing and went well or did not.
    pub fn of(ok: bool) -> Self {
        Self { passed: u64::from(ok), failed: u64::from(!ok), skipped: 0 }
    }

    /// Takes some tests that did not really run out of the passed ones.
    pub fn skip(&mut self, tests: u64) {
        let moved = tests.min(self.passed);
        self.passed -= moved;
        self.skipped += moved;
    }
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// The closing line.
impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

/// Reads nextest's summary, such as `Summary [ 1.2s] 9 tests run: 7 passed (1 slow), 1 failed, 1 timed out, 2 skipped`.
/// Whatever was to run and did not pass has failed: nextest has several words for it, and a run that was
/// cut short says `5/9 tests run`.
pub fn nextest(log: &str) -> Option<Counts> {
    let line = log.lines().rev().find(|line| line.trim_start().starts_with("Summary ["))?;
    let (before, after) = line.split_once(" run: ")?;
    let ran = before.rsplit(']').next()?.split_whitespace().next()?;
    let planned: u64 = ran.rsplit('/').next()?.parse().ok()?;
    let passed = before_word(after, "passed").unwrap_or(0);
    let skipped = before_word(after, "skipped").unwrap_or(0);
    Some(Counts { passed, failed: planned.saturating_sub(passed), skipped })
}

/// Adds up every `test result:` line of cargo's own runner.
pub fn cargo_test(log: &str) -> Option<Counts> {
    let mut sum = None;
    for line in log.lines().filter(|line| line.trim_start().starts_with("test result:")) {
        *sum.get_or_insert_with(Counts::default) += Counts {
            passed: before_word(line, "passed")?,
            failed: before_word(line, "failed")?,
            skipped: before_word(line, "ignored")?,
        };
    }
    sum
}

/// The number that stands before a word.
fn before_word(text: &str, word: &str) -> Option<u64> {
    let words: Vec<&str> = text.split([' ', ',', ';']).filter(|word| !word.is_empty()).collect();
    let at = words.iter().position(|found| *found == word)?;
    words.get(at.checked_sub(1)?)?.parse().ok()
}

/// Whether a source file has an example in its documentation that `cargo test --doc` would run.
pub fn has_doc_test(source: &str) -> bool {
    let comment = |line: &'_ str| -> Option<String> {
        let line = line.trim_start();
        let text = line.strip_prefix("///").or_else(|| line.strip_prefix("//!"))?;
        Some(text.trim().to_owned())
    };
    let mut inside = false;
    for text in source.lines().filter_map(comment) {
        let Some(language) = text.strip_prefix("```") else { continue };
        if !inside && is_rust(language) {
            return true;
        }
        inside = !inside;
    }
    false
}

fn is_rust(language: &str) -> bool {
    const TESTED: [&str; 5] = ["rust", "no_run", "should_panic", "compile_fail", "edition2024"];
    language.split([',', ' ']).filter(|word| !word.is_empty()).all(|word| TESTED.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(passed: u64, failed: u64, skipped: u64) -> Option<Counts> {
        Some(Counts { passed, failed, skipped })
    }

    #[test]
    fn nextest_summaries_are_read() {
        let read = |tail: &str| {
            nextest(&format!("    Starting 9 tests\n     Summary [   0.123s] {tail}\n     noise"))
        };
        assert_eq!(read("12 tests run: 12 passed, 0 skipped"), counts(12, 0, 0));
        assert_eq!(read("1 test run: 1 passed, 3 skipped"), counts(1, 0, 3));
        assert_eq!(
            read("9 tests run: 7 passed (1 slow, 2 leaky), 1 failed, 1 timed out, 2 skipped"),
            counts(7, 2, 2)
        );
        assert_eq!(read("5/9 tests run: 4 passed, 1 failed, 0 skipped"), counts(4, 5, 0));
        assert_eq!(read("3 tests run: 0 passed, 3 failed, 0 skipped"), counts(0, 3, 0));
    }

    #[test]
    fn without_a_summary_nothing_is_claimed() {
        assert_eq!(nextest("error: could not compile `carrel-cli`"), None);
        assert_eq!(nextest("Summary [ 1s] tests run: some"), None);
        assert_eq!(cargo_test("error: could not compile"), None);
    }

    #[test]
    fn cargo_test_results_are_added_up() {
        let log = "running 3 tests\ntest result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s\n\
                   test result: FAILED. 1 passed; 2 failed; 4 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";
        assert_eq!(cargo_test(log), counts(4, 2, 4));
    }

    #[test]
    fn the_closing_line_is_exact() {
        let mut sum = Counts::of(true);
        sum += Counts::of(false);
        sum += Counts { passed: 5, failed: 0, skipped: 1 };
        sum.skip(2);
        assert_eq!(sum.to_string(), "4 passed, 1 failed, 3 skipped");
    }

    #[test]
    fn more_skips_than_passes_do_not_go_below_zero() {
        let mut sum = Counts::of(true);
        sum.skip(3);
        assert_eq!(sum, Counts { passed: 0, failed: 0, skipped: 1 });
    }

    #[test]
    fn only_rust_examples_in_documentation_are_tests() {
        assert!(has_doc_test("/// ```\n/// let a = 1;\n/// ```\n"));
        assert!(has_doc_test("    //! ```rust,no_run\n"));
        assert!(!has_doc_test("/// ```text\n/// x\n/// ```\npub fn x() {}\n"));
        assert!(has_doc_test("/// ```text\n/// x\n/// ```\n/// ```\n"));
        assert!(!has_doc_test("// ```\nlet s = \"```\";\n"));
    }
}
