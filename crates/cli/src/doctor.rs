//! `doctor`: what is wrong with this machine and with the way to the server, and what to do about it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use carrel_proto::auth::v1::WhoAmIRequest;
use carrel_proto::sync::v1::ListDocumentsRequest;
use clap::Args;
use serde::Serialize;

use crate::error::{CliError, EXIT_FAILED};
use crate::out::{Style, bytes};
use crate::server::{Globals, now_ms};

/// What slots are made of.
pub const DEFAULT_IMAGE: &str = "carrel-session:dev";
/// One check; a hanging engine must not hang the rest.
const CHECK_MAX: Duration = Duration::from_secs(5);
/// Tokens are dated; beyond this they may be refused as too new or too old.
const SKEW_MAX_SECS: i64 = 5;
/// Below these a rack on this machine will not last.
const DISK_FAIL: u64 = 1 << 30;
const DISK_WARN: u64 = 10 << 30;

/// What to look at.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// The state folder whose disk is looked at.
    #[arg(long, value_name = "DIR", default_value = crate::user::DEFAULT_STATE)]
    pub state: PathBuf,
    /// The slots' image.
    #[arg(long, default_value = DEFAULT_IMAGE)]
    pub image: String,
}

/// How a check went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// Works, but not all will.
    Warn,
    /// Does not work.
    Fail,
}

/// One line of the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at.
    pub what: &'static str,
    /// How it is.
    pub verdict: Verdict,
    /// What was found.
    pub found: String,
    /// What to do; empty where all is well.
    #[serde(rename = "do")]
    pub advice: String,
}

impl Finding {
    fn ok(what: &'static str, found: impl Into<String>) -> Self {
        Self { what, verdict: Verdict::Ok, found: found.into(), advice: String::new() }
    }

    fn warn(what: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { what, verdict: Verdict::Warn, found: found.into(), advice: advice.into() }
    }

    fn fail(what: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { what, verdict: Verdict::Fail, found: found.into(), advice: advice.into() }
    }
}

/// Runs every check and prints what it found.
pub async fn run(args: DoctorArgs, globals: &Globals) -> Result<(), CliError> {
    let mut findings = server(globals).await;
    findings.push(git());
    findings.extend(docker(&args.image).await);
    findings.push(threads());
    findings.push(disk(&args.state));
    let failed = findings.iter().any(|finding| finding.verdict == Verdict::Fail);
    let out = &globals.out;
    if out.json {
        out.object(&serde_json::json!({"good": !failed, "findings": findings}))?;
    } else {
        for finding in &findings {
            let (word, style) = match finding.verdict {
                Verdict::Ok => ("ok  ", Style::Good),
                Verdict::Warn => ("warn", Style::Warn),
                Verdict::Fail => ("fail", Style::Bad),
            };
            out.line(format!("{}  {:<10} {}", out.paint(style, word), finding.what, finding.found))?;
            if !finding.advice.is_empty() {
                out.line(format!("                 {}", out.paint(Style::Dim, &finding.advice)))?;
            }
        }
    }
    if failed { Err(CliError::Exit(EXIT_FAILED)) } else { Ok(()) }
}

async fn server(globals: &Globals) -> Vec<Finding> {
    let server = match globals.anonymous() {
        Ok(server) => server,
        Err(error) => return vec![Finding::fail("server", error.to_string(), error.hint())],
    };
    let request = http::Request::get("/healthz").body(carrel_client::Body::default());
    let Ok(request) = request else { return Vec::new() };
    let before = now_ms();
    let answer = tokio::time::timeout(CHECK_MAX, server.http.send(request)).await;
    let advice = "start one with `carrel up`, or name another with --server URL";
    let answer = match answer {
        Err(_) => return vec![Finding::fail("server", format!("{} is silent", server.url), advice)],
        Ok(Err(error)) => {
            let found = format!("{}: {}", server.url, carrel_service::error::Chain(&error));
            return vec![Finding::fail("server", found, advice)];
        }
        Ok(Ok(answer)) => answer,
    };
    let took = now_ms() - before;
    let mut findings = vec![if answer.status().is_success() {
        Finding::ok("server", format!("{} answers in {took} ms", server.url))
    } else {
        let found = format!("{} answers {}", server.url, answer.status());
        Finding::warn("server", found, "it says itself that something is wrong: see its log and /healthz")
    }];
    let header =
        |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    if let Some(date) = header("date") {
        findings.push(clock(&date, now_ms()));
    }
    if let Some(version) = header("server").and_then(|text| Some(text.strip_prefix("carrel/")?.to_owned())) {
        findings.push(version_of(&version));
    }
    findings.push(login(globals).await);
    findings.extend(documents(globals).await);
    findings
}

/// Shared documents; told only to who is logged in.
async fn documents(globals: &Globals) -> Option<Finding> {
    let server = globals.logged_in().ok()?;
    let request = ListDocumentsRequest { limit: 1, ..ListDocumentsRequest::default() };
    let before = now_ms();
    let asked = tokio::time::timeout(CHECK_MAX, server.fm.documents.clone().list_documents(request)).await;
    Some(match asked {
        Ok(Ok(_)) => Finding::ok("documents", format!("answer in {} ms", now_ms() - before)),
        Ok(Err(status)) => {
            let advice = "sessions work without them; an admin looks at carrel-sync's log";
            Finding::warn("documents", status.message(), advice)
        }
        Err(_) => Finding::warn("documents", "no answer in time", "an admin looks at carrel-sync's log"),
    })
}

fn clock(date: &str, now: i64) -> Finding {
    let Some(theirs) = http_date(date) else {
        return Finding::warn(
            "clock",
            format!("the server's date is {date:?}"),
            "that is no HTTP date; update the server",
        );
    };
    let skew = now / 1000 - theirs;
    if skew.abs() <= SKEW_MAX_SECS {
        return Finding::ok("clock", "agrees with the server's");
    }
    let (count, how) = (skew.abs(), if skew > 0 { "ahead of" } else { "behind" });
    let found = format!("{count} s {how} the server's");
    Finding::fail("clock", found, "set it right, e.g. with `timedatectl set-ntp true`: logins are dated")
}

/// Seconds since 1970 of `Sat, 21 Nov 2026 04:24:42 GMT`.
fn http_date(text: &str) -> Option<i64> {
    let mut words = text.strip_suffix(" GMT")?.split(' ').skip(1);
    let day: i64 = words.next()?.parse().ok()?;
    let month = words.next()?;
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = i64::try_from(months.iter().position(|name| *name == month)?).ok()? + 1;
    let year: i64 = words.next()?.parse().ok().filter(|year| (1970..10_000).contains(year))?;
    let mut clock = words.next()?.split(':').map(|part| part.parse::<i64>().ok());
    let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
    // Days since 1970 of a civil date, counting years from March so that a leap day comes last.
    let from_march = if month > 2 { year } else { year - 1 };
    let month_index = (month + 9) % 12;
    let days = from_march * 365 + from_march / 4 - from_march / 100
        + from_march / 400
        + (month_index * 306 + 5) / 10
        + day
        - 1
        - 719_468;
    Some(((days * 24 + hour) * 60 + minute) * 60 + second)
}

fn version_of(theirs: &str) -> Finding {
    let ours = env!("CARGO_PKG_VERSION");
    if theirs == ours {
        return Finding::ok("version", format!("{ours}, as the server"));
    }
    let found = format!("this command is {ours}, the server {theirs}");
    Finding::warn("version", found, "most commands work; use the same version for the rest")
}

async fn login(globals: &Globals) -> Finding {
    let server = match globals.logged_in() {
        Ok(server) => server,
        Err(error) => return Finding::warn("login", error.to_string(), error.hint()),
    };
    let asked = tokio::time::timeout(CHECK_MAX, server.fm.auth.clone().who_am_i(WhoAmIRequest {})).await;
    match asked {
        Ok(Ok(user)) => {
            let left = server.login().map_or(0, |login| login.expires_at.saturating_sub(now_ms()));
            let minutes = (left / 60_000).min(24 * 60);
            Finding::ok(
                "login",
                format!("{}, for {} h {} min", user.get_ref().name, minutes / 60, minutes % 60),
            )
        }
        Ok(Err(status)) => Finding::fail("login", status.message(), "log in again with `carrel login`"),
        Err(_) => {
            Finding::fail("login", "the server did not say who you are in time", "try again in a moment")
        }
    }
}

fn git() -> Finding {
    match Command::new("git").arg("--version").output() {
        Ok(output) if output.status.success() => {
            let text = String::from_utf8_lossy(&output.stdout);
            Finding::ok("git", text.trim().trim_start_matches("git version ").to_owned())
        }
        _ => Finding::fail("git", "not found", "install it, e.g. `apt install git`"),
    }
}

async fn docker(image: &str) -> Vec<Finding> {
    let advice = "only needed to run slots here: install it and start it, e.g. `apt install docker.io`; \
                  without it `carrel up` isolates nothing";
    let engine = match bollard::Docker::connect_with_local_defaults() {
        Ok(engine) => engine,
        Err(error) => return vec![Finding::warn("docker", error.to_string(), advice)],
    };
    let version = match tokio::time::timeout(CHECK_MAX, engine.version()).await {
        Ok(Ok(version)) => version,
        Ok(Err(error)) => return vec![Finding::warn("docker", format!("does not answer: {error}"), advice)],
        Err(_) => return vec![Finding::warn("docker", "does not answer in time", "restart it")],
    };
    let text = format!("engine {}", version.version.unwrap_or_default());
    let image_found = match tokio::time::timeout(CHECK_MAX, engine.inspect_image(image)).await {
        Ok(Ok(found)) => {
            let size = u64::try_from(found.size.unwrap_or(0)).unwrap_or(0);
            Finding::ok("image", format!("{image}, {}", bytes(size)))
        }
        _ => Finding::warn("image", format!("{image} is missing"), "make it with `cargo xtask image`"),
    };
    vec![Finding::ok("docker", text), image_found]
}

fn threads() -> Finding {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let virtual_machine = std::fs::read_to_string("/proc/cpuinfo")
        .is_ok_and(|text| text.lines().any(|line| line.starts_with("flags") && line.contains(" hypervisor")));
    let place = if virtual_machine { ", in a virtual machine" } else { "" };
    if threads >= 4 {
        return Finding::ok("machine", format!("{threads} threads{place}"));
    }
    let found = format!("{threads} threads{place}");
    // Slots are containers: no /dev/kvm is needed, only cores.
    Finding::warn(
        "machine",
        found,
        "a standard slot asks for 4; slots here get what there is, see `carrel node show`",
    )
}

fn disk(state: &Path) -> Finding {
    // The folder may not exist yet; its nearest ancestor is on the same disk.
    let absolute = std::path::absolute(state).unwrap_or_else(|_| state.to_path_buf());
    let there = absolute.ancestors().find(|path| path.exists()).unwrap_or(Path::new("/"));
    let Ok(space) = rustix::fs::statvfs(there) else {
        return Finding::warn("disk", format!("can't look at {}", there.display()), "check its permissions");
    };
    let free = space.f_bavail.saturating_mul(space.f_frsize);
    let found = format!("{} free at {}", bytes(free), there.display());
    let advice = "a slot's disk takes up to 8 GiB: free some space or use another --state folder";
    match free {
        0..DISK_FAIL => Finding::fail("disk", found, advice),
        DISK_FAIL..DISK_WARN => Finding::warn("disk", found, advice),
        _ => Finding::ok("disk", found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn http_dates_are_read() {
        assert_eq!(http_date("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
        assert_eq!(http_date("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777));
        assert_eq!(http_date("Thu, 29 Feb 2024 23:59:59 GMT"), Some(1_709_251_199));
        assert_eq!(http_date("Sat, 21 Nov 2026 04:24:42 GMT"), Some(1_795_235_082));
        for wrong in
            ["", "now", "Sun, 06 Nov 1994", "Sun, x Nov 1994 08:49:37 GMT", "a, 1 Nov 99999 0:0:0 GMT"]
        {
            assert_eq!(http_date(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_wrong_clock_says_which_way() {
        let at = |secs: i64| clock("Sun, 06 Nov 1994 08:49:37 GMT", (784_111_777 + secs) * 1000);
        assert_eq!(at(0).verdict, Verdict::Ok);
        assert_eq!(at(60).found, "60 s ahead of the server's");
        assert_eq!(at(-60).found, "60 s behind the server's");
    }

    #[test]
    fn the_disk_of_a_folder_to_be_is_that_of_its_parent() {
        assert!(disk(Path::new("/tmp/none/of/this")).found.ends_with("free at /tmp"));
    }
}
