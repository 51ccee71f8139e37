//! The starter files of a repository that has none: enough to open a session and to build something. And whole samples.

/// A starter file.
pub struct Starter {
    /// Its name at the top of the repository.
    pub name: &'static str,
    /// Its text.
    pub text: &'static str,
}

/// A working project to start with.
pub struct Sample {
    /// What requests call it.
    pub name: &'static str,
    /// Its files.
    pub files: &'static [Starter],
}

macro_rules! files {
    ($folder:literal: $($name:literal),+ $(,)?) => {
        &[$(Starter { name: $name, text: include_str!(concat!("starters/", $folder, $name)) }),+]
    };
}

/// In the order in which they are named to people.
pub const STARTERS: &[Starter] = files!("": "default.nix", "shell.nix", "carrel.toml");

/// The samples.
pub const SAMPLES: &[Sample] = &[Sample {
    name: "blinky",
    files: files!(
        "blinky/": ".gitignore", "Makefile", "README.md", "blinky.v", "blinky_tb.v", "carrel.toml", "default.nix",
        "icestick.pcf", "shell.nix",
    ),
}];

/// The files that can define the environment, in the order in which a session looks for them.
pub const ENVIRONMENT_FILES: [&str; 3] = ["shell.nix", "nix.shell", "flake.nix"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_is_the_one_that_the_suite_builds() {
        let tested = concat!(env!("CARGO_MANIFEST_DIR"), "/../testkit/samples/blinky");
        let mut names: Vec<String> = std::fs::read_dir(tested)
            .expect("the tested sample")
            .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"))
            .collect();
        names.sort();
        let files = SAMPLES[0].files;
        assert_eq!(files.iter().map(|file| file.name).collect::<Vec<_>>(), names);
        for file in files {
            let text = std::fs::read_to_string(format!("{tested}/{}", file.name)).expect("reads");
            assert_eq!(text, file.text, "{}", file.name);
        }
    }
}
