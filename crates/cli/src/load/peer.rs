//! The peer: Docker's own command doing the same.

use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::Instant;

use crate::error::{CliError, Doing};

/// Docker starts so many containers at once when the peer's are prepared.
const PREPARE_AT_ONCE: usize = 8;
/// Marks containers of ours, so that an aborted run's can be found: `docker ps --filter label=…`.
const LABEL: &str = "carrel.load=peer";

/// Runs `true` in a container of the image, without a network.
pub(super) const RUN_NAME: &str = "docker run --rm --network none IMAGE true";
/// Clones and runs `true` there.
pub(super) const CLONE_NAME: &str = "docker run --rm --network host IMAGE sh -c 'git clone …; cd …; true'";
/// Destroys all.
pub(super) const KILL_NAME: &str = "docker rm -f × N, one command";

/// Whether the engine answers and has the image.
pub(super) async fn check(image: &str) -> Result<(), CliError> {
    let output = docker(&["image", "inspect", "--format", "{{.Id}}", image]).output().await;
    let output = output.map_err(|error| {
        CliError::failed(
            format!("docker can't be run: {error}"),
            "install it, or measure ours alone with --no-peer",
        )
    })?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(CliError::failed(
        format!("docker has no image {image}: {}", said.trim()),
        "make it with `cargo xtask image`, or name another with --image",
    ))
}

/// How long one `true` takes.
pub(super) async fn run_true(image: &str) -> Result<Duration, CliError> {
    timed(&["run", "--rm", "--label", LABEL, "--network", "none", "--entrypoint", "true", image]).await
}

/// How long a clone and a `true` in it take. The slot's clone comes over loopback too, so the container shares the
/// machine's network.
pub(super) async fn run_clone(image: &str, url: &str) -> Result<Duration, CliError> {
    let script = "git clone -q \"$URL\" /tmp/work && cd /tmp/work && true";
    let variable = format!("URL={url}");
    timed(&[
        "run",
        "--rm",
        "--label",
        LABEL,
        "--network",
        "host",
        "--env",
        &variable,
        "--entrypoint",
        "sh",
        image,
        "-c",
        script,
    ])
    .await
}

/// Starts so many sleeping containers and returns their ids.
pub(super) async fn prepare(
    image: &str,
    count: usize,
    tell: impl Fn(usize),
) -> Result<Vec<String>, CliError> {
    use futures::StreamExt;
    let started = futures::stream::iter(0..count).map(|_| async {
        let arguments =
            ["run", "-d", "--label", LABEL, "--network", "none", "--entrypoint", "sleep", image, "3600"];
        let output = docker(&arguments).output().await.doing("run docker")?;
        said_yes(output.status.success(), &output.stderr)?;
        Ok::<String, CliError>(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    });
    let mut started = started.buffer_unordered(PREPARE_AT_ONCE);
    let mut ids = Vec::with_capacity(count);
    let mut failed = None;
    while let Some(result) = started.next().await {
        match result {
            Ok(id) => ids.push(id),
            Err(error) => failed = Some(error),
        }
        tell(ids.len());
    }
    match failed {
        None => Ok(ids),
        Some(error) => {
            remove(&ids).await?;
            Err(error)
        }
    }
}

/// How long it takes to remove them all.
pub(super) async fn remove(ids: &[String]) -> Result<Duration, CliError> {
    if ids.is_empty() {
        return Ok(Duration::ZERO);
    }
    let mut arguments = vec!["rm", "-f"];
    arguments.extend(ids.iter().map(String::as_str));
    timed(&arguments).await
}

fn docker(arguments: &[&str]) -> Command {
    let mut command = Command::new("docker");
    command.args(arguments).stdin(Stdio::null()).kill_on_drop(true);
    command
}

async fn timed(arguments: &[&str]) -> Result<Duration, CliError> {
    let started = Instant::now();
    let output = docker(arguments).output().await.doing("run docker")?;
    let took = started.elapsed();
    said_yes(output.status.success(), &output.stderr)?;
    Ok(took)
}

fn said_yes(good: bool, stderr: &[u8]) -> Result<(), CliError> {
    if good {
        return Ok(());
    }
    let said = String::from_utf8_lossy(stderr);
    Err(CliError::failed(format!("docker: {}", said.trim()), "measure ours alone with --no-peer"))
}
