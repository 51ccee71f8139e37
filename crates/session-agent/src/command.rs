//! The command line: `serve` in a slot; `hold` and `verilog-ls` are started by it and by nobody else.

use std::future::Future;
use std::io::Write;
use std::process::ExitCode;

use crate::error::chain;
use crate::holder::{self, HoldOptions};
use crate::lsp::table;
use crate::{Config, run, verilog};

/// File work and directory walks at once; each thread costs memory in every slot.
const BLOCKING_THREADS: usize = 4;
const BAD_CONFIG: u8 = 64;
const USAGE: &str = "usage: carrel-session-agent serve

Runs inside a slot. The slot says where it is: CARREL_LINK (the node's socket), CARREL_HOME, CARREL_WORKSPACE,
CARREL_RUN (runtime files) and CARREL_SLOT; CARREL_PROXY=ADDRESS:PORT moves the proxy from 127.0.0.1:3128.";

/// The program: reads its arguments, does what they say, gives the exit code.
pub fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        Some("serve") => serve(),
        Some("hold") => hold(arguments),
        Some(table::VERILOG) => {
            on_one_thread(async { verilog::serve().await.map_err(|error| chain(&error)) })
        }
        Some("--help" | "-h") => {
            println!("{USAGE}");
            ExitCode::SUCCESS
        }
        Some("--version") => {
            println!("carrel-session-agent {}", env!("CARGO_PKG_VERSION"));
            ExitCode::SUCCESS
        }
        _ => {
            eprintln!("{USAGE}");
            ExitCode::from(BAD_CONFIG)
        }
    }
}

/// Whoever started it reads why it failed on standard output.
fn hold(arguments: impl Iterator<Item = String>) -> ExitCode {
    match HoldOptions::parse(arguments).and_then(|options| holder::run(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = write!(std::io::stdout(), "{}", chain(&error));
            ExitCode::FAILURE
        }
    }
}

fn serve() -> ExitCode {
    let config = match Config::from_env() {
        Ok(config) => config,
        Err(faults) => {
            faults.iter().for_each(|fault| eprintln!("error: {}", chain(fault)));
            return ExitCode::from(BAD_CONFIG);
        }
    };
    on_one_thread(async { run(config, terminated()).await.map_err(|error| chain(&error)) })
}

fn on_one_thread(work: impl Future<Output = Result<(), String>>) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(BLOCKING_THREADS)
        .build();
    let outcome = runtime.map_err(|error| chain(&error)).and_then(|runtime| {
        let done = runtime.block_on(work);
        // A walk over many files may still be going on; nobody waits for it.
        runtime.shutdown_background();
        done
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("carrel-session-agent: {why}");
            ExitCode::FAILURE
        }
    }
}

async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut term), Ok(mut int)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = term.recv() => {}
        _ = int.recv() => {}
    }
}
