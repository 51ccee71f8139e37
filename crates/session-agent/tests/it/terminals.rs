//! Terminals: what is typed arrives once, what is printed arrives whole, whoever is killed in between.

use carrel_proto::agent::v1 as pb;
use carrel_proto::code::ServiceCode;
use carrel_session_agent::frame::{FromHolder, INPUT_MAX, ToHolder};
use carrel_session_agent::holder::RING_MAX;
use futures::{SinkExt, StreamExt};
use tokio_tungstenite::tungstenite::Message;

use crate::support::{World, eventually};

/// Prints numbered lines without end, slowly enough to be cut in the middle.
const COUNTER: &str =
    "i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo line-$i; [ $((i%50)) -ne 0 ] || sleep 0.01; done";

fn lines(text: &str) -> Vec<String> {
    text.split("\r\n").filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[tokio::test]
async fn a_counter_survives_killed_agents_without_losing_or_doubling_a_byte() {
    let mut world = World::new().await;
    world.ready().await;
    let terminal = world.start_command(true, &["sh", "-c", COUNTER]).await;
    let (mut text, mut since) = (String::new(), 0);
    for mark in ["line-200\r\n", "line-900\r\n", "line-2000\r\n"] {
        let mut attached = world.attach(&terminal.id, "tab", since).await;
        let (part, next) = attached.until(|text| text.contains(mark)).await;
        text.push_str(&part);
        since = next;
        world.kill().await;
        world.start().await;
        let found = world.terminals().await;
        assert_eq!((found.len(), &found[0].id, found[0].started_at), (1, &terminal.id, terminal.started_at));
    }
    let mut attached = world.attach(&terminal.id, "tab", since).await;
    let (rest, _, code) = attached.read_to_end().await;
    text.push_str(&rest);
    let wanted: Vec<String> = (1..=3000).map(|i| format!("line-{i}")).collect();
    assert_eq!(lines(&text), wanted);
    assert_eq!(code, 0);
    // Everything is still there for whoever asks from the start, and the agent knows the end.
    let (all, _, _) = world.attach(&terminal.id, "other", 0).await.read_to_end().await;
    assert_eq!(all, text);
    eventually("the agent knows the exit", async || (!world.terminals().await[0].running).then_some(()))
        .await;
}

#[tokio::test]
async fn input_is_taken_once_whatever_is_sent_again() {
    let mut world = World::new().await;
    world.ready().await;
    let terminal = world.start_command(false, &["cat"]).await;
    let text: Vec<u8> = (0..200_000u32).map(|i| b'a' + (i % 23) as u8).collect();
    let mut sent = 0usize;
    for round in 0..4 {
        let mut attached = world.attach(&terminal.id, "typist", 0).await;
        let Ok(first) = attached.next().await else { panic!("attached first") };
        let FromHolder::Attached { input, running: true, .. } = first.decoded() else { panic!("{first:?}") };
        assert!(usize::try_from(input).unwrap() <= sent);
        // From the start of what may be lost, and a piece of what is known to have arrived.
        let mut at = usize::try_from(input).unwrap().saturating_sub(777);
        let end = text.len() * (round + 1) / 4;
        while at < end {
            let piece = (end - at).min(10_000);
            attached.say(&ToHolder::Input { offset: at as u64, bytes: &text[at..at + piece] }).await;
            at += piece;
        }
        sent = end;
        if round < 3 {
            // Cut somewhere on the way.
            world.kill().await;
            world.start().await;
        } else {
            attached.say(&ToHolder::EndOfInput).await;
            while attached.next().await.unwrap().decoded() != (FromHolder::Accepted { offset: end as u64 }) {}
        }
    }
    let (out, err, code) = world.attach(&terminal.id, "reader", 0).await.read_to_end().await;
    assert_eq!((out.len(), err.as_str(), code), (text.len(), "", 0));
    assert!(out.as_bytes() == text, "the same bytes");
}

#[tokio::test]
async fn accepted_input_is_reported_and_a_gap_is_refused() {
    let world = World::new().await;
    world.ready().await;
    let terminal = world.start_command(false, &["cat"]).await;
    let mut attached = world.attach(&terminal.id, "a", 0).await;
    attached.next().await.unwrap();
    attached.say(&ToHolder::Input { offset: 0, bytes: b"12345" }).await;
    loop {
        if let FromHolder::Accepted { offset } = attached.next().await.unwrap().decoded() {
            assert_eq!(offset, 5);
            break;
        }
    }
    attached.say(&ToHolder::Input { offset: 9, bytes: b"x" }).await;
    let close = loop {
        if let Err(close) = attached.next().await {
            break close;
        }
    };
    assert_eq!(close.0, 4400);
    assert!(close.1.contains("5 bytes were accepted"), "{close:?}");
    let mut again = world.attach(&terminal.id, "a", 0).await;
    let first = again.next().await.unwrap();
    assert!(matches!(first.decoded(), FromHolder::Attached { input: 5, running: true, .. }));
}

#[tokio::test]
async fn a_shell_has_a_prompt_a_size_and_listens_to_ctrl_c() {
    let world = World::new().await;
    let url = crate::support::repository(&world, "blinky", &[("README.md", "hello")]);
    world.bind(&url).await;
    let request = pb::OpenTerminalRequest { pty: true, cols: 100, rows: 30, ..Default::default() };
    let terminal = world.open(request).await;
    assert_eq!((terminal.title.as_str(), terminal.pty, terminal.running), ("bash", true, true));
    let mut attached = world.attach(&terminal.id, "tab", 0).await;
    attached
        .until(|text| {
            text.contains("ada@blinky") && text.ends_with("$ \u{1b}[?2004h") || text.ends_with("$ ")
        })
        .await;
    let mut offset = 0;
    let mut type_line = async |attached: &mut crate::support::Attached, text: &str| {
        attached.say(&ToHolder::Input { offset, bytes: text.as_bytes() }).await;
        offset += text.len() as u64;
    };
    type_line(&mut attached, "stty size; cat README.md\n").await;
    attached.until(|text| text.contains("30 100\r\n") && text.contains("hello")).await;
    attached.say(&ToHolder::Resize { cols: 132, rows: 43 }).await;
    type_line(&mut attached, "stty size; tty\n").await;
    attached.until(|text| text.contains("43 132\r\n") && text.contains("/dev/pts/")).await;
    // A number of its own: other tests sleep, too.
    type_line(&mut attached, "sleep 1017\n").await;
    eventually("sleep is in the foreground", async || {
        world.run(&["pgrep", "-fx", "sleep 1017"]).await.is_ok_and(|found| found.exit_code == 0).then_some(())
    })
    .await;
    type_line(&mut attached, "\x03").await;
    type_line(&mut attached, "echo after-$?\n").await;
    attached.until(|text| text.contains("after-130")).await;
    type_line(&mut attached, "exit 7\n").await;
    assert_eq!(attached.read_to_end().await.2, 7);
}

#[tokio::test]
async fn pipes_keep_both_outputs_apart_and_take_signals() {
    let world = World::new().await;
    world.ready().await;
    let script = "trap 'echo got-usr1; exit 9' USR1; echo out; echo err >&2; while :; do sleep 0.01; done";
    let terminal = world.start_command(false, &["sh", "-c", script]).await;
    assert_eq!(terminal.title, format!("sh -c {script}"));
    let mut attached = world.attach(&terminal.id, "tab", 0).await;
    attached.until(|text| text.contains("out") && text.contains("err")).await;
    attached.say(&ToHolder::Signal { signo: 10 }).await;
    let (out, _, code) = world.attach(&terminal.id, "other", 0).await.read_to_end().await;
    assert_eq!((out.as_str(), code), ("out\ngot-usr1\n", 9));
    let killed = world.start_command(false, &["sleep", "1000"]).await;
    let mut attached = world.attach(&killed.id, "tab", 0).await;
    attached.next().await.unwrap();
    attached.say(&ToHolder::Signal { signo: 9 }).await;
    assert_eq!(attached.read_to_end().await.2, 137);
}

#[tokio::test]
async fn the_end_of_input_reaches_a_terminal_too() {
    let world = World::new().await;
    world.ready().await;
    let terminal = world.start_command(true, &["cat"]).await;
    let mut attached = world.attach(&terminal.id, "tab", 0).await;
    attached.say(&ToHolder::Input { offset: 0, bytes: b"hello\n" }).await;
    attached.until(|text| text == "hello\r\nhello\r\n").await;
    attached.say(&ToHolder::EndOfInput).await;
    assert_eq!(attached.read_to_end().await.2, 0);
}

#[tokio::test]
async fn the_last_output_of_a_process_is_never_lost() {
    let world = World::new().await;
    world.ready().await;
    for pty in [true, false] {
        let terminal = world.start_command(pty, &["sh", "-c", "seq 1 20000; seq 1 5 >&2"]).await;
        let (out, err, code) = world.attach(&terminal.id, "tab", 0).await.read_to_end().await;
        let count = (out.lines().count(), err.lines().count());
        assert_eq!((count, code), (if pty { (20_005, 0) } else { (20_000, 5) }, 0));
    }
}

#[tokio::test]
async fn with_nobody_attached_the_ring_keeps_the_end_and_tells_the_gap() {
    let world = World::new().await;
    world.ready().await;
    let terminal = world.start_command(false, &["sh", "-c", "yes | head -c 6000000; echo end"]).await;
    eventually("it runs to its end unread", async || {
        world.terminals().await.iter().any(|t| t.id == terminal.id && !t.running).then_some(())
    })
    .await;
    let mut attached = world.attach(&terminal.id, "tab", 0).await;
    let first = attached.next().await.unwrap();
    let oldest = 6_000_004 - RING_MAX as u64;
    let wanted = FromHolder::Attached { oldest, next: 6_000_004, input: 0, running: false };
    assert_eq!(first.decoded(), wanted);
    assert_eq!(attached.next().await.unwrap().decoded(), FromHolder::Gap { from: 0, to: oldest });
    let (out, _, code) = attached.read_to_end().await;
    assert_eq!((out.len(), out.ends_with("end\n"), code), (RING_MAX, true, 0));
}

#[tokio::test]
async fn a_slow_reader_slows_the_process_and_gets_everything() {
    let world = World::new().await;
    world.ready().await;
    let script =
        "read go; i=0; while [ $i -lt 200 ]; do i=$((i+1)); printf '%065536d' $i; echo >> progress; done";
    let terminal = world.start_command(false, &["bash", "-c", script]).await;
    let mut attached = world.attach(&terminal.id, "slow", 0).await;
    attached.say(&ToHolder::Input { offset: 0, bytes: b"go\n" }).await;
    let (first, _) = attached.until(|text| !text.is_empty()).await;
    let (mut last, mut same) = (0, 0);
    // Nothing is read from here on: the process must come to a stop.
    eventually("it stands still", async || {
        let now = std::fs::metadata(world.workspace().join("progress")).map_or(0, |meta| meta.len());
        same = if std::mem::replace(&mut last, now) == now { same + 1 } else { 0 };
        (now > 0 && same > 50).then_some(())
    })
    .await;
    // 1 MiB of backlog and what sockets and pipes hold on the way.
    assert!(last < 60, "{last} of 200 pieces were written");
    let (rest, _, code) = attached.read_to_end().await;
    assert_eq!((first.len() + rest.len(), code), (200 * 65_536, 0));
}

#[tokio::test]
async fn bad_frames_close_the_socket_and_nothing_else() {
    let world = World::new().await;
    world.ready().await;
    let terminal = world.start_command(false, &["cat"]).await;
    let mut long = vec![0x10; 9 + INPUT_MAX + 1];
    long[1..9].fill(0);
    let messages = [
        Message::Binary(vec![].into()),
        Message::Binary(vec![0x00, 1, 2].into()),
        Message::Binary(vec![0x10, 1].into()),
        Message::Binary(vec![0x11, 0, 0, 0, 0].into()),
        Message::Binary(vec![0x12, 0].into()),
        Message::Binary(vec![0x72].into()),
        Message::Binary(vec![0x70, 0, 0, 0, 0, 0, 0, 0, 0, b'x'].into()),
        Message::Binary(vec![0xff; 100].into()),
        Message::Binary(long.into()),
        Message::Binary(vec![0x10; 1 << 20].into()),
        Message::text("hello"),
    ];
    for message in messages {
        let mut attached = world.attach(&terminal.id, "tab", 0).await;
        attached.next().await.unwrap();
        let _ = attached.socket.send(message.clone()).await;
        let close = attached.next().await.unwrap_err();
        assert_eq!(close.0, 4400, "{close:?}");
        assert!(!close.1.is_empty());
    }
    for path in ["/terminal/te-none?client=a", "/terminal/..%2F..?client=a", "/terminal/x?client=a"] {
        let mut socket = world.socket(path).await;
        let Some(Ok(Message::Close(Some(frame)))) = socket.next().await else { panic!("{path}") };
        assert_eq!(u16::from(frame.code), 4404, "{path}");
    }
    for query in ["", "?client=", "?client=a%20b", "?client=a&since=-1"] {
        let mut socket = world.socket(&format!("/terminal/{}{query}", terminal.id)).await;
        let Some(Ok(Message::Close(Some(frame)))) = socket.next().await else { panic!("{query}") };
        assert_eq!(u16::from(frame.code), 4400, "{query}");
    }
    assert!(world.terminals().await[0].running);
}

#[tokio::test]
async fn closing_ends_all_processes_and_is_repeatable() {
    let world = World::new().await;
    world.ready().await;
    // A job that ignores the hang-up, and one in the background.
    let script = "trap '' HUP TERM; sleep 1234 & echo $! > pid; echo started; while :; do sleep 0.1; done";
    let terminal = world.start_command(true, &["bash", "-c", script]).await;
    world.attach(&terminal.id, "tab", 0).await.until(|text| text.contains("started")).await;
    let pid = std::fs::read_to_string(world.workspace().join("pid")).unwrap().trim().to_owned();
    for _ in 0..2 {
        let request = pb::CloseTerminalRequest { id: terminal.id.clone() };
        let _: pb::CloseTerminalReply = world.post("CloseTerminal", &request).await.unwrap();
    }
    assert!(world.terminals().await.is_empty());
    assert!(!world.path("run/terminals").join(&terminal.id).exists());
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    assert!(stat.is_empty() || stat.contains(") Z "), "{stat}");
    let (code, _) = world.refused("CloseTerminal", &pb::CloseTerminalRequest { id: "x".to_owned() }).await;
    assert_eq!(code, ServiceCode::InvalidArgument);
}

#[tokio::test]
async fn an_agent_that_restarts_clears_what_dead_holders_left() {
    let mut world = World::new().await;
    world.ready().await;
    let terminal = world.start_command(true, &["cat"]).await;
    world.kill().await;
    let dead = world.path("run/terminals/te-dead");
    std::fs::create_dir_all(&dead).unwrap();
    std::fs::write(dead.join("meta.json"), "{}").unwrap();
    world.start().await;
    let ids: Vec<String> = world.terminals().await.into_iter().map(|t| t.id).collect();
    assert_eq!(ids, [terminal.id]);
    assert!(!dead.exists());
}

#[tokio::test]
async fn terminals_are_limited_and_ended_ones_make_room() {
    let world = World::new().await;
    world.ready().await;
    let ended = world.start_command(false, &["true"]).await;
    eventually("it ends", async || (!world.terminals().await[0].running).then_some(())).await;
    for _ in 0..32 {
        world.start_command(false, &["cat"]).await;
    }
    assert!(world.terminals().await.iter().all(|t| t.running && t.id != ended.id));
    let request = pb::OpenTerminalRequest { argv: vec!["cat".to_owned()], ..Default::default() };
    let (code, message) = world.refused("OpenTerminal", &request).await;
    assert_eq!(code, ServiceCode::ResourceExhausted);
    assert!(message.contains("close one first"), "{message}");
}

#[tokio::test]
async fn what_cannot_be_started_is_said_clearly() {
    let world = World::new().await;
    world.ready().await;
    std::fs::write(world.workspace().join("plain"), "x").unwrap();
    let open = |argv: &[&str]| pb::OpenTerminalRequest {
        argv: argv.iter().map(|w| (*w).to_owned()).collect(),
        pty: true,
        ..Default::default()
    };
    for (request, wanted) in [
        (open(&["no-such-program"]), ServiceCode::NotFound),
        (open(&["./plain"]), ServiceCode::FailedPrecondition),
        (open(&[""]), ServiceCode::InvalidArgument),
        (pb::OpenTerminalRequest { cwd: "/etc".to_owned(), ..open(&[]) }, ServiceCode::PermissionDenied),
        (pb::OpenTerminalRequest { cols: 70_000, ..open(&[]) }, ServiceCode::InvalidArgument),
        (
            pb::OpenTerminalRequest { env: [("A=B".to_owned(), String::new())].into(), ..open(&[]) },
            ServiceCode::InvalidArgument,
        ),
    ] {
        let (code, message) = world.refused("OpenTerminal", &request).await;
        assert_eq!(code, wanted, "{request:?}: {message}");
    }
    assert!(world.terminals().await.is_empty());
    assert_eq!(std::fs::read_dir(world.path("run/terminals")).unwrap().count(), 0);
}

#[tokio::test]
async fn two_tabs_see_the_same_and_both_may_type() {
    let world = World::new().await;
    world.ready().await;
    let terminal = world.start_command(false, &["cat"]).await;
    let mut one = world.attach(&terminal.id, "one", 0).await;
    let mut two = world.attach(&terminal.id, "two", 0).await;
    one.next().await.unwrap();
    two.next().await.unwrap();
    one.say(&ToHolder::Input { offset: 0, bytes: b"from-one " }).await;
    two.until(|text| text.contains("from-one")).await;
    two.say(&ToHolder::Input { offset: 0, bytes: b"from-two " }).await;
    one.until(|text| text.contains("from-two")).await;
}

#[tokio::test]
async fn a_holder_whose_slot_is_removed_ends_with_its_processes() {
    let mut world = World::new().await;
    world.ready().await;
    let terminal = world.start_command(true, &["sh", "-c", "echo $$ > pid; exec sleep 1000"]).await;
    let pid = eventually("it runs", async || {
        let pid = std::fs::read_to_string(world.workspace().join("pid")).ok()?;
        (!pid.trim().is_empty()).then(|| pid.trim().to_owned())
    })
    .await;
    world.kill().await;
    std::fs::remove_dir_all(world.path("run/terminals").join(&terminal.id)).unwrap();
    eventually("the process is gone", async || {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        (stat.is_empty() || stat.contains(") Z ")).then_some(())
    })
    .await;
}

#[tokio::test]
async fn who_is_attached_is_told_the_end_of_a_closed_terminal() {
    let world = World::new().await;
    world.ready().await;
    for (pty, wanted) in [(true, 129), (false, 143)] {
        let terminal = world.start_command(pty, &["sleep", "1000"]).await;
        let mut attached = world.attach(&terminal.id, "tab", 0).await;
        attached.next().await.unwrap();
        let close = pb::CloseTerminalRequest { id: terminal.id };
        let _: pb::CloseTerminalReply = world.post("CloseTerminal", &close).await.unwrap();
        assert_eq!(attached.read_to_end().await.2, wanted);
    }
}

#[tokio::test]
async fn a_stopped_holder_holds_up_nobody_and_is_not_thrown_away() {
    let mut world = World::new().await;
    world.ready().await;
    let stopped = world.start_command(true, &["cat"]).await;
    let other = world.start_command(true, &["cat"]).await;
    let holder =
        world.output(&["pgrep", "-f", &format!("hold --dir .*{}", stopped.id)]).await.trim().to_owned();
    world.output(&["kill", "-STOP", &holder]).await;
    world.kill().await;
    world.start().await;
    assert!(world.terminals().await.iter().any(|terminal| terminal.id == other.id));
    assert!(world.path("run/terminals").join(&stopped.id).exists());
    world.output(&["kill", "-CONT", &holder]).await;
    world.attach(&stopped.id, "tab", 0).await.next().await.unwrap();
}
