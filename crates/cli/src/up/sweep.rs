//! Takes slots away after the daemons have ended, so that Ctrl-C leaves nothing behind that nobody uses.

use std::path::Path;

use carrel_ids::NodeId;
use carrel_runtime::Runtime;
use carrel_runtime::docker::{DEFAULT_SOCKET, DockerConfig, DockerRuntime};
use carrel_runtime::process::{ProcessConfig, ProcessRuntime};
use futures::StreamExt;

use super::runtime::Chosen;
use crate::error::CliError;

/// Removals at once: more only wait for the engine's own locks.
const AT_ONCE: usize = 8;

/// Removes this node's slots except those kept.
pub async fn slots(chosen: &Chosen, node: &str, state_dir: &Path, kept: &[String]) -> Result<(), CliError> {
    let failed = |error: &dyn std::error::Error| {
        CliError::failed(format!("slots were left behind: {error}"), "the next `carrel up` takes them over")
    };
    let node: NodeId = node.parse().map_err(|error| failed(&error))?;
    let runtime: Box<dyn Runtime> = match chosen {
        Chosen::Docker => {
            let config = DockerConfig { socket: DEFAULT_SOCKET.into(), node, state_dir: state_dir.into() };
            Box::new(DockerRuntime::open(config).map_err(|error| failed(&error))?)
        }
        Chosen::Process { agent, .. } => {
            let config =
                ProcessConfig { node, state_dir: state_dir.into(), agent: agent.clone(), args: Vec::new() };
            Box::new(ProcessRuntime::open(config).map_err(|error| failed(&error))?)
        }
    };
    let found = runtime.list().await.map_err(|error| failed(&error))?;
    let gone = found.into_iter().filter(|slot| !kept.iter().any(|id| slot.slot.as_str() == id));
    let runtime = runtime.as_ref();
    let results: Vec<_> = futures::stream::iter(gone)
        .map(|slot| async move {
            runtime.kill(&slot.slot).await?;
            runtime.remove(&slot.slot).await
        })
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    results.into_iter().collect::<Result<(), _>>().map_err(|error| failed(&error))
}
