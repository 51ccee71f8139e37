//! Which runtime `up` uses, and what must be said about it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::RuntimeArg;
use crate::error::CliError;

/// An engine that answers at all answers a ping within this.
const ENGINE_MAX: Duration = Duration::from_secs(3);
/// The agent's binary.
const AGENT: &str = "carrel-session-agent";

/// What slots are made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chosen {
    /// Containers of an image.
    Docker,
    /// Plain processes, each an agent.
    Process {
        /// The agent's binary.
        agent: PathBuf,
        /// Why not Docker; empty if it was asked for.
        because: String,
    },
}

impl Chosen {
    /// "docker" or "process".
    pub fn name(&self) -> &'static str {
        match self {
            Self::Docker => "docker",
            Self::Process { .. } => "process",
        }
    }

    /// What a person must know before trusting it.
    pub fn remarks(&self) -> Vec<String> {
        match self {
            Self::Docker => Vec::new(),
            Self::Process { because, .. } => {
                let banner =
                    "process runtime: slots are plain processes on this machine and ISOLATE NOTHING; \
                              let nobody in whom you would not give a shell"
                        .to_owned();
                if because.is_empty() { vec![banner] } else { vec![because.clone(), banner] }
            }
        }
    }
}

/// Looks at the machine.
pub async fn choose(wanted: RuntimeArg, image: &str) -> Result<Chosen, CliError> {
    if wanted == RuntimeArg::Process {
        return Ok(Chosen::Process { agent: find_agent()?, because: String::new() });
    }
    let problem = match docker_problem(image).await {
        None => return Ok(Chosen::Docker),
        Some(problem) => problem,
    };
    match wanted {
        RuntimeArg::Auto => Ok(Chosen::Process {
            agent: find_agent()?,
            because: format!("{}: {}", problem.what, problem.next),
        }),
        RuntimeArg::Docker | RuntimeArg::Process => Err(CliError::failed(problem.what, problem.next)),
    }
}

struct Problem {
    what: String,
    next: String,
}

async fn docker_problem(image: &str) -> Option<Problem> {
    let no_engine = |why: String| {
        Some(Problem {
            what: format!("no Docker engine answers ({why})"),
            next: "start it, e.g. `systemctl start docker`, or go on with --runtime process".into(),
        })
    };
    let engine = match bollard::Docker::connect_with_local_defaults() {
        Ok(engine) => engine,
        Err(error) => return no_engine(error.to_string()),
    };
    match tokio::time::timeout(ENGINE_MAX, engine.ping()).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => return no_engine(error.to_string()),
        Err(_) => return no_engine(format!("silent for {} s", ENGINE_MAX.as_secs())),
    }
    match tokio::time::timeout(ENGINE_MAX, engine.inspect_image(image)).await {
        Ok(Ok(_)) => None,
        Ok(Err(bollard::errors::Error::DockerResponseServerError { status_code: 404, .. })) => {
            Some(Problem {
                what: format!("the image {image} is missing"),
                next: "make it with `cargo xtask image`".into(),
            })
        }
        Ok(Err(error)) => no_engine(error.to_string()),
        Err(_) => no_engine(format!("silent for {} s", ENGINE_MAX.as_secs())),
    }
}

/// The agent beside this command, else on the PATH.
fn find_agent() -> Result<PathBuf, CliError> {
    let beside = std::env::current_exe().ok().and_then(|own| own.parent().map(Path::to_path_buf));
    // A test's binary is in `deps/`, one folder below the binaries.
    let above = beside.as_deref().and_then(Path::parent).map(Path::to_path_buf);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let named = std::env::var_os("CARREL_SESSION_AGENT").map(PathBuf::from);
    named
        .into_iter()
        .chain(beside.into_iter().chain(above).chain(std::env::split_paths(&path)).map(|dir| dir.join(AGENT)))
        .find(|file| file.is_file())
        .ok_or_else(|| {
            CliError::failed(
                format!("{AGENT} is neither beside this command nor on the PATH"),
                format!("build it with `cargo build -p {AGENT}`, or name it in CARREL_SESSION_AGENT"),
            )
        })
}
