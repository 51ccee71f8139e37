//! The peer in front of programs and files: nginx, one process in a folder of its own.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::Instant;

use crate::error::{CliError, Doing};

/// It starts in some milliseconds.
const START_MAX: Duration = Duration::from_secs(10);
/// Between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// What nobody who lacks a program needs.
const HINT: &str = "install it, or measure ours alone with --no-peer";

/// Killed when dropped, its folder removed.
pub(super) struct Nginx {
    pub(super) address: SocketAddr,
    _child: Child,
    _folder: TempDir,
}

impl Nginx {
    /// Serves `location /` as these directives say.
    pub(super) async fn start(location: &str) -> Result<Self, CliError> {
        let folder = tempfile::tempdir().doing("make a folder for nginx")?;
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|free| free.local_addr());
        let address = free.doing("find a port for nginx")?;
        let file = folder.path().join("nginx.conf");
        std::fs::write(&file, configuration(folder.path(), address, location)).doing("configure nginx")?;
        let mut command = Command::new("nginx");
        command.arg("-c").arg(&file).arg("-p").arg(folder.path()).arg("-e").arg("stderr");
        let child = spawn("nginx", command)?;
        let deadline = Instant::now() + START_MAX;
        while TcpStream::connect(address).await.is_err() {
            if Instant::now() >= deadline {
                return Err(CliError::failed("nginx does not listen", HINT));
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        Ok(Self { address, _child: child, _folder: folder })
    }
}

/// Ends with this command.
pub(super) fn spawn(name: &str, mut command: Command) -> Result<Child, CliError> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    command.spawn().map_err(|error| CliError::failed(format!("{name} can't be run: {error}"), HINT))
}

/// One process, so that killing it ends it. The head's buffer is what nginx sends an upgraded connection's bytes
/// through, 1 KiB by default.
fn configuration(folder: &Path, address: SocketAddr, location: &str) -> String {
    let folder = folder.display();
    format!(
        "daemon off;
master_process off;
pid {folder}/pid;
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  client_header_buffer_size 64k;
  client_max_body_size 0;
  server {{
    listen {address};
    location / {{
      {location}
    }}
  }}
}}
"
    )
}
