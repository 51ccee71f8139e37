//! Commands in a session, over connections that break.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncWriteExt;

use crate::fake::{Fake, SESSION, World, text};

/// For anything that must happen at all, on a busy machine.
const LIMIT: Duration = Duration::from_secs(90);

#[tokio::test]
async fn output_error_and_exit_code_are_the_commands_own() {
    let fake = Fake::logged_in(World::default()).await;
    let output = fake.run(&["session", "run", "blinky", "--", "both"]).await;
    assert_eq!(text(&output.stdout), "out\n");
    assert_eq!(text(&output.stderr), "err\n");
    assert_eq!(output.status.code(), Some(3));
}

#[tokio::test]
async fn no_byte_of_output_is_lost_or_doubled_when_the_connection_breaks() {
    let fake = Fake::logged_in(World { cut_after: 7, ..World::default() }).await;
    let output = fake.run(&["session", "run", SESSION, "--", "count", "2000"]).await;
    let wanted: String = (0..2000).map(|n| format!("{n}\n")).collect();
    assert_eq!(text(&output.stdout), wanted, "{}", text(&output.stderr));
    assert_eq!(output.status.code(), Some(0));
    assert!(*fake.world.connections.lock().expect("lock") > 5);
}

#[tokio::test]
async fn no_byte_of_input_is_lost_or_doubled_when_the_connection_breaks() {
    let fake = Fake::logged_in(World { cut_after: 2, ..World::default() }).await;
    let input: Vec<u8> = (0..60_000_u32).flat_map(|n| n.to_be_bytes()).collect();
    let output = fake.with_input(&["session", "run", SESSION, "--", "cat"], &input).await;
    let said = text(&output.stderr);
    assert_eq!(output.stdout.len(), input.len(), "{said}");
    assert!(output.stdout == input, "{said}");
    assert_eq!(output.status.code(), Some(0));
}

#[tokio::test]
async fn an_interrupt_is_passed_on() {
    let fake = Fake::logged_in(World::default()).await;
    let mut command = fake.command(&["session", "run", SESSION, "--", "wait"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("spawn");
    until(|| *fake.world.connections.lock().expect("lock") > 0).await;
    let pid = rustix::process::Pid::from_raw(child.id().expect("runs").cast_signed()).expect("pid");
    // The first one may come before the greeting; a second one ends the command itself, as a person would.
    let ended = async {
        loop {
            rustix::process::kill_process(pid, rustix::process::Signal::INT).expect("kill");
            if let Ok(ended) = tokio::time::timeout(Duration::from_secs(1), child.wait()).await {
                break ended.expect("wait").code();
            }
        }
    };
    assert_eq!(tokio::time::timeout(LIMIT, ended).await.expect("ends in time"), Some(130));
}

#[tokio::test]
async fn a_closed_session_ends_the_command_with_a_clear_message() {
    let fake = Fake::logged_in(World { refuse: Some(4410), ..World::default() }).await;
    let output = fake.run(&["session", "run", SESSION, "--", "both"]).await;
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).starts_with("error: the session was closed\n"), "{}", text(&output.stderr));
}

#[tokio::test]
async fn a_terminal_that_is_gone_is_not_tried_for_ever() {
    let fake = Fake::logged_in(World::default()).await;
    let output = fake.run(&["session", "shell", SESSION, "--terminal", "te-99"]).await;
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("there is no such terminal"), "{}", text(&output.stderr));
}

/// A shell line on a terminal of its own, as a person sits at one.
struct Seat {
    child: tokio::process::Child,
    stdin: tokio::process::ChildStdin,
}

impl Seat {
    fn take(fake: &Fake, line: &str) -> Self {
        let mut script = tokio::process::Command::new("script");
        let line = format!("stty cols 100 rows 40; {line}");
        script.args(["-q", "-e", "-f", "-E", "never", "-c", &line, "/dev/null"]);
        script
            .env("XDG_CONFIG_HOME", fake.config.path())
            .env("CARREL_SERVER", &fake.url)
            .env("TERM", "xterm");
        script.env("SHELL", "/bin/sh").env("CARREL", env!("CARGO_BIN_EXE_carrel")).env_remove("CARREL_TOKEN");
        script.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = script.spawn().expect("spawn");
        let stdin = child.stdin.take().expect("stdin");
        Self { child, stdin }
    }

    /// Types once the command has told the terminal its size so many times.
    async fn typing(mut self, fake: &Fake, told: usize, typed: &[u8]) -> String {
        until(|| fake.world.terminal("te-0").is_some_and(|found| found.sizes().len() >= told)).await;
        self.stdin.write_all(typed).await.expect("type");
        self.end().await
    }

    /// What was on the screen when the line had ended. The keyboard stays until then.
    async fn end(self) -> String {
        let ended = tokio::time::timeout(LIMIT, self.child.wait_with_output()).await;
        drop(self.stdin);
        text(&ended.expect("ends in time").expect("output").stdout)
    }
}

async fn until(seen: impl Fn() -> bool) {
    let deadline = tokio::time::Instant::now() + LIMIT;
    while !seen() {
        assert!(tokio::time::Instant::now() < deadline, "never seen");
        // poll: a state, within the bound of this loop.
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_shell_passes_every_key_and_the_size_and_leaves_the_terminal_as_it_was() {
    let fake = Fake::logged_in(World::default()).await;
    let seat = Seat::take(&fake, "stty echo; \"$CARREL\" session shell blinky; echo code $?; stty -a");
    let seen = seat.typing(&fake, 1, b"hello\x03\r~~q").await;
    assert!(seen.contains("HELLO\x03\r~Q"), "{seen:?}");
    assert!(seen.contains("code 7"), "{seen:?}");
    assert!(seen.contains(" icanon") && seen.contains(" echo ") && seen.contains("opost"), "{seen:?}");
    let terminal = fake.world.terminal("te-0").expect("opened");
    assert_eq!(terminal.input(), b"hello\x03\r~q");
    assert_eq!(terminal.sizes(), [(100, 40)]);
}

#[tokio::test]
async fn leaving_a_shell_keeps_it_and_says_how_to_come_back() {
    let fake = Fake::logged_in(World::default()).await;
    let seat = Seat::take(&fake, "\"$CARREL\" session shell blinky; echo code $?");
    let seen = seat.typing(&fake, 1, b"abc\r~.").await;
    assert!(seen.contains(&format!("carrel session shell {SESSION} --terminal te-0")), "{seen:?}");
    assert!(seen.contains("code 0"), "{seen:?}");

    let seat = Seat::take(&fake, "\"$CARREL\" session shell blinky --terminal te-0; echo code $?");
    let seen = seat.typing(&fake, 2, b"q").await;
    assert!(seen.contains("ABC\r") && seen.contains("code 7"), "{seen:?}");
}

#[tokio::test]
async fn a_signal_restores_the_terminal() {
    let fake = Fake::logged_in(World::default()).await;
    let place = fake.config.path().join("pid");
    let line = format!(
        "stty echo; sh -c 'echo $$ > {0}.new; mv {0}.new {0}; exec \"$CARREL\" session shell blinky'; echo code $?; stty -a",
        place.display()
    );
    let seat = Seat::take(&fake, &line);
    until(|| fake.world.terminal("te-0").is_some_and(|found| !found.sizes().is_empty())).await;
    let pid = std::fs::read_to_string(&place).expect("written").trim().parse().expect("number");
    let pid = rustix::process::Pid::from_raw(pid).expect("pid");
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("kill");
    let seen = seat.end().await;
    assert!(seen.contains("code 143"), "{seen:?}");
    assert!(seen.contains(" icanon") && seen.contains(" echo "), "{seen:?}");
}
