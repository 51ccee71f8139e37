//! `kill -9` of each daemon while a shell prints a counter: same container, the shell resumes, no byte lost or doubled.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use crate::rack::{PATIENCE, Pools, Rack, text, wait_for};

/// Prints 1, 2, 3, … a line each, fast enough that a lost moment shows.
const COUNTER: &str = "i=0; while [ $i -lt 4000 ]; do i=$((i+1)); echo n$i; sleep 0.005; done; echo done";

struct Shell {
    child: Child,
    lines: Receiver<String>,
}

impl Shell {
    fn start(rack: &Rack, session: &str) -> Self {
        let mut command = rack.carrel("admin");
        command.args(["session", "run", session, "--", "sh", "-c", COUNTER]);
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().expect("start the shell");
        let (sender, lines) = channel();
        let output = BufReader::new(child.stdout.take().expect("piped"));
        thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Self { child, lines }
    }

    /// Reads up to the given number and checks that none is missing or doubled.
    fn read(&self, from: u32, to: u32) {
        for number in from..=to {
            let line = self.lines.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("no line n{number}"));
            assert_eq!(line, format!("n{number}"));
        }
    }
}

/// The agent's process in a container, once there is one: there is none between its end and its next start.
fn agent_pid(container: &str) -> u32 {
    wait_for("an agent in the slot", || {
        let top = Command::new("docker").args(["top", container, "-eo", "pid,args"]).output();
        let listed = text(&top.expect("docker top").stdout);
        let line = listed.lines().find(|line| line.contains("carrel-session-agent serve"))?;
        line.split_whitespace().next()?.parse().ok()
    })
}

fn kill_9(pid: u32) {
    let status = Command::new("kill").args(["-9", &pid.to_string()]).status().expect("run kill");
    assert!(status.success());
}

#[test]
fn a_shell_outlives_every_daemon() {
    let mut rack = Rack::start(Pools { standard: 0, burst: 1 });
    let session = rack.open("admin", &["--class", "burst"]);
    let containers = rack.containers();
    let mut shell = Shell::start(&rack, &session);
    shell.read(1, 100);

    let mut master = rack.master.take().expect("running");
    master.kill().expect("kill the master");
    master.wait().expect("reap");
    rack.start_master();
    shell.read(101, 700);

    let mut node = rack.node.take().expect("running");
    node.kill().expect("kill the node");
    node.wait().expect("reap");
    rack.start_node();
    shell.read(701, 1_400);

    let agent = agent_pid(&containers[0]);
    kill_9(agent);
    shell.read(1_401, 2_500);
    wait_for("s6 to restart the agent", || (agent_pid(&containers[0]) != agent).then_some(()));

    shell.read(2_501, 4_000);
    assert_eq!(shell.lines.recv_timeout(PATIENCE).as_deref(), Ok("done"));
    assert!(shell.child.wait().expect("reap").success());
    assert_eq!(rack.containers(), containers, "the same container");
    rack.run("admin", &["session", "close", &session, "--force"]);
}
