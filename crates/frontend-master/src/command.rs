//! What the binary does besides running: links for people who are locked out, tokens for daemons.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use carrel_client::{Options, Peer};
use carrel_ids::NodeId;
use carrel_proto::auth::v1::CreateLoginLinkRequest;
use carrel_service::identity::{Issuer, NewToken};
use carrel_service::{Common, Random, RunError, SystemClock, While as _};

use crate::config::Config;

/// A token for a daemon lasts until the next yearly round of maintenance unless told otherwise.
const SERVICE_TOKEN_DAYS: u64 = 400;

/// More commands of the binary.
#[derive(Debug, Clone, clap::Subcommand)]
pub enum Command {
    /// Print a one-time login link, asking the running daemon over its local socket
    AdminLink {
        /// Whom to let in; the first admin if left out
        #[arg(long)]
        user: Option<String>,
        /// The daemon's unix socket; the first one of the configuration if left out, also one that systemd opened
        #[arg(long)]
        socket: Option<PathBuf>,
    },
    /// Write a token for a daemon, made with the key in the state folder
    IssueServiceToken {
        /// The daemon: `no-…` for a compute node, `sync` or `frontend-master`
        #[arg(long)]
        subject: String,
        /// Where to write it, readable by its owner only
        #[arg(long)]
        out: PathBuf,
        /// How many days it lasts
        #[arg(long, default_value_t = SERVICE_TOKEN_DAYS)]
        days: u64,
    },
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
enum CommandError {
    #[error("no listener of the configuration is a unix socket; name it with --socket")]
    NoSocket,
    #[error("\"{0}\" is not a daemon: give no-…, sync or frontend-master")]
    Subject(String),
    #[error("a token lasts 1 to 4000 days, not {0}")]
    Days(u64),
    #[error("{0}")]
    Refused(String),
}

/// Runs a command; the configuration was checked already.
pub(crate) async fn run(config: Config, common: Common, command: Command) -> Result<(), RunError> {
    match command {
        Command::AdminLink { user, socket } => admin_link(&common, user, socket).await,
        Command::IssueServiceToken { subject, out, days } => issue(&config, &subject, &out, days),
    }
}

async fn admin_link(common: &Common, user: Option<String>, socket: Option<PathBuf>) -> Result<(), RunError> {
    let address = match socket {
        Some(path) => format!("unix:{}", path.display()),
        None => {
            let addresses: Vec<String> =
                common.listeners.iter().map(|listener| listener.addr.to_string()).collect();
            let own = addresses.iter().find(|addr| addr.starts_with("unix:")).cloned();
            own.or_else(|| addresses.iter().find_map(|addr| opened_by_systemd(addr)))
                .ok_or(CommandError::NoSocket)
                .during("find the daemon's socket")?
        }
    };
    let peer = Peer::new(&address, Options::default()).during("address the daemon")?;
    let mut accounts = carrel_client::frontend_master(&peer).accounts;
    let request = CreateLoginLinkRequest { name: user.unwrap_or_default() };
    let link = accounts
        .create_login_link(request)
        .await
        .map_err(|status| CommandError::Refused(status.message().to_owned()))
        .during("ask the daemon for a link")?
        .into_inner();
    println!("{}", link.url);
    Ok(())
}

/// Where the unix socket is that `systemd:<name>` stands for, by the name that our modules give its unit.
fn opened_by_systemd(addr: &str) -> Option<String> {
    let unit = format!("carrel-frontend-master-{}.socket", addr.strip_prefix("systemd:")?);
    let ask = ["show", "--property", "Listen", "--value", &unit];
    let said = std::process::Command::new("systemctl").args(ask).output().ok()?;
    unix_socket_of(&String::from_utf8_lossy(&said.stdout))
}

/// systemd says `/run/a.sock (Stream)`, one listener a line.
fn unix_socket_of(listen: &str) -> Option<String> {
    let path =
        listen.lines().find_map(|line| line.strip_suffix(" (Stream)").filter(|path| path.starts_with('/')));
    path.map(|path| format!("unix:{path}"))
}

fn issue(config: &Config, subject: &str, out: &Path, days: u64) -> Result<(), RunError> {
    if !matches!(subject, "frontend-master" | "sync") && subject.parse::<NodeId>().is_err() {
        return Err(CommandError::Subject(subject.to_owned())).during("read --subject");
    }
    if !(1..=4_000).contains(&days) {
        return Err(CommandError::Days(days)).during("read --days");
    }
    std::fs::create_dir_all(&config.state_dir).during("create the state folder")?;
    let clock = Arc::new(SystemClock);
    let issuer = Issuer::open(&config.signing_key(), &config.issuer, clock, Random::system())
        .during("open the signing key")?;
    let token = NewToken::service(subject).lifetime(Duration::from_secs(days * 24 * 3_600));
    let signed = issuer.issue(token).during("sign the token")?;
    write_secret(out, &signed.token).during("write the token")
}

/// Appears whole and readable by its owner only, also where an older one is.
fn write_secret(path: &Path, text: &str) -> std::io::Result<()> {
    let mut fresh = path.as_os_str().to_owned();
    fresh.push(".new");
    let fresh = PathBuf::from(fresh);
    let _ = std::fs::remove_file(&fresh);
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh)?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    std::fs::rename(&fresh, path)
}

#[cfg(test)]
mod tests {
    use super::unix_socket_of;

    #[test]
    fn a_socket_that_systemd_opened_is_found_among_its_listeners() {
        let said = "127.0.0.1:8080 (Stream)\n/run/carrel/local.sock (Stream)\n";
        assert_eq!(unix_socket_of(said).as_deref(), Some("unix:/run/carrel/local.sock"));
        assert_eq!(unix_socket_of("127.0.0.1:8080 (Stream)\n"), None);
        assert_eq!(unix_socket_of(""), None);
    }
}
