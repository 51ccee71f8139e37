//! Every Nix file of the repository is as alejandra, the flake's formatter, writes it.

use std::fs;

use alejandra::format::{Status, in_memory};

use crate::tools::{all_nix, root};

/// The text as alejandra writes it, or what is wrong with it.
fn formatted(path: &str, text: &str) -> Result<String, String> {
    match in_memory(path.to_owned(), text.to_owned()) {
        (Status::Error(error), _) => Err(format!("{path}: {error}")),
        (Status::Changed(_), text) => Ok(text),
    }
}

/// The number of the first line that differs, and that line as it should be.
fn first_difference(is: &str, should: &str) -> (usize, String) {
    let same = is.lines().zip(should.lines()).take_while(|(is, should)| is == should).count();
    (same + 1, should.lines().nth(same).unwrap_or("the end of the file").trim().to_owned())
}

/// What is wrong with these files; with `write`, what is only badly formatted is put right instead.
fn faults(files: &[(String, String)], write: bool) -> Vec<String> {
    let mut faults = Vec::new();
    for (path, text) in files {
        match formatted(path, text) {
            Err(fault) => faults.push(fault),
            Ok(should) if should == *text => {}
            Ok(should) if write => {
                fs::write(root().join(path), should).unwrap_or_else(|error| panic!("write {path}: {error}"));
            }
            Ok(should) => {
                let (line, should) = first_difference(text, &should);
                faults.push(format!("{path}:{line}: should read `{should}`"));
            }
        }
    }
    faults
}

#[test]
fn every_nix_file_is_formatted() {
    let files = all_nix();
    assert!(files.len() > 60, "only {} files found: the search is broken", files.len());
    let faults = faults(&files, std::env::var_os("CARREL_REGENERATE").is_some());
    assert!(
        faults.is_empty(),
        "\n{}\n`nix fmt` puts this right, or, without Nix:\n\
         CARREL_REGENERATE=1 cargo test -p carrel-testkit --test nix every_nix_file_is_formatted",
        faults.join("\n")
    );
}

#[test]
fn a_badly_formatted_file_is_noticed() {
    let file = |text: &str| vec![("some.nix".to_owned(), text.to_owned())];
    assert_eq!(faults(&file("{a = 1;}\n"), false), Vec::<String>::new());
    assert_eq!(faults(&file("{\n  a = 1;\n    b = 2;\n}\n"), false), ["some.nix:3: should read `b = 2;`"]);
    assert_eq!(faults(&file("{a = 1;}"), false).len(), 1, "no newline at the end");
    let broken = faults(&file("{ a = 1"), true);
    assert!(broken.len() == 1 && broken[0].starts_with("some.nix: "), "{broken:?}");
}
