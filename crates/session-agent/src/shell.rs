//! What commands and shells find around them.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use crate::Config;
use crate::state::Binding;

/// Used where the slot gives none.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const RC: &str = "bashrc";

/// A prompt that works in an empty home; the person's own files come after it and win.
const RC_TEXT: &str = r#"# Written by the session's agent at each start; put your own settings into ~/.bashrc.
PS1="\[\e[1;32m\]${CARREL_PROMPT-\u}\[\e[0m\]:\[\e[1;34m\]\w\[\e[0m\]\$ "
PROMPT_DIRTRIM=3
HISTCONTROL=ignoredups
HISTSIZE=10000
shopt -s checkwinsize histappend
[ -r ~/.bashrc ] && . ~/.bashrc
"#;

/// Writes the file that interactive shells start with.
pub fn write_rc(run_dir: &Path) -> io::Result<()> {
    std::fs::create_dir_all(run_dir)?;
    crate::state::write_atomically(&run_dir.join(RC), RC_TEXT.as_bytes())
}

/// The person's shell; as a terminal it gets the prompt.
pub fn shell(config: &Config, variables: &BTreeMap<String, String>, pty: bool) -> Vec<String> {
    let shell = variables.get("SHELL").cloned().unwrap_or_else(|| "/bin/sh".to_owned());
    if pty && shell.ends_with("/bash") {
        let rc = config.run_dir.join(RC).to_string_lossy().into_owned();
        return vec![shell, "--rcfile".to_owned(), rc, "-i".to_owned()];
    }
    vec![shell]
}

fn default_shell(config: &Config) -> String {
    let inherited = config.inherited("SHELL").filter(|shell| Path::new(shell).is_file());
    inherited.unwrap_or(if Path::new("/bin/bash").is_file() { "/bin/bash" } else { "/bin/sh" }).to_owned()
}

/// The variables of every command. Of the agent's own only those pass that a program needs to find its way.
pub fn base_variables(config: &Config, proxy: &str, binding: Option<&Binding>) -> BTreeMap<String, String> {
    let passed =
        |name: &str| name.starts_with("NIX_") || matches!(name, "TZ" | "SSL_CERT_FILE" | "SSL_CERT_DIR");
    let mut variables: BTreeMap<String, String> = config
        .environment
        .iter()
        .filter(|(name, _)| passed(name))
        .map(|(n, v)| (n.clone(), v.clone()))
        .collect();
    let mut set = |name: &str, value: &str| drop(variables.insert(name.to_owned(), value.to_owned()));
    let account = config.inherited("USER").or(config.inherited("LOGNAME")).unwrap_or("learner");
    set("PATH", config.inherited("PATH").unwrap_or(PATH));
    set("HOME", &config.home.to_string_lossy());
    set("USER", account);
    set("LOGNAME", account);
    set("SHELL", &default_shell(config));
    set("LANG", "C.UTF-8");
    set("TERM", "xterm-256color");
    for name in ["http_proxy", "https_proxy"] {
        set(name, proxy);
    }
    set("no_proxy", "localhost,127.0.0.1,::1");
    // Whoever clears up after a slot finds by it what outlived the agent.
    set("CARREL_SLOT", &config.slot);
    set("CARREL_WORKSPACE", &config.workspace.to_string_lossy());
    if let Some(binding) = binding {
        set("CARREL_SESSION", &binding.session);
        let user = if binding.user.is_empty() { account } else { &binding.user };
        let prompt = match binding.repository() {
            "" => user.to_owned(),
            repository => format!("{user}@{repository}"),
        };
        set("CARREL_PROMPT", &plain(&prompt));
    }
    variables
}

/// A prompt is expanded by the shell: only what means nothing to it may be in a name.
fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, '@' | '-' | '_' | '.' | '+'))
        .take(64)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_run_commands_in_the_prompt() {
        assert_eq!(plain("ada$(id)`x`\\e@blinky"), "adaidxe@blinky");
    }
}
