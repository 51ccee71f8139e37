//! `load open`: one open after another, the peer's turn between two of ours.

use std::time::Duration;

use carrel_proto::repo::v1::{CreateRepositoryRequest, DeleteRepositoryRequest, Repository};
use http::Uri;

use super::rack::{Rack, close, open_and_run};
use super::report::{Row, Target, percentile};
use super::{LoadArgs, OPEN_N, peer};
use crate::error::{CliError, During};
use crate::out::Out;
use crate::progress::steps;
use crate::repo::full_path;

/// Not measured: the first of a kind loads files and opens connections.
const WARM_UP: u32 = 2;

pub(super) async fn run(rack: &Rack, args: &LoadArgs, out: &Out) -> Result<Vec<Row>, CliError> {
    let repository = create(rack).await?;
    let plain = measure(rack, args, out, "open", "", None).await;
    let url = url_with_login(rack, &repository);
    let cloned = match plain {
        Ok(_) => measure(rack, args, out, "open and clone", &repository.path, Some(&url)).await,
        Err(_) => Ok(Samples::default()),
    };
    let request = DeleteRepositoryRequest { path: repository.path.clone() };
    let deleted = rack.server.fm.repositories.clone().delete_repository(request).await;
    let (mut plain, mut cloned) = (plain?, cloned?);
    deleted.during(&rack.server.url, format!("delete {}", repository.path))?;
    let clone_targets = (Target::at_most(100.0).and_times_faster(5.0), Target::default());
    let mut rows = plain.rows(
        "open → first command has run",
        peer::RUN_NAME,
        (Target::at_most(40.0), Target::at_most(160.0)),
    );
    rows.extend(cloned.rows("open → command has run in the clone", peer::CLONE_NAME, clone_targets));
    Ok(rows)
}

#[derive(Default)]
struct Samples {
    ours: Vec<Duration>,
    peer: Vec<Duration>,
}

impl Samples {
    fn rows(&mut self, what: &str, peer_name: &str, targets: (Target, Target)) -> Vec<Row> {
        let mut row = |percent: f64, target| {
            let peer = (!self.peer.is_empty()).then(|| (peer_name, percentile(&mut self.peer, percent)));
            let ours = percentile(&mut self.ours, percent);
            Row::new(format!("{what}, p{percent}"), "ms", ours, peer, target)
        };
        vec![row(50.0, targets.0), row(99.0, targets.1)]
    }
}

async fn measure(
    rack: &Rack,
    args: &LoadArgs,
    out: &Out,
    name: &str,
    repository: &str,
    clone_url: Option<&str>,
) -> Result<Samples, CliError> {
    let full = rack.warm().await?.max(1);
    let count = args.n.unwrap_or(OPEN_N);
    let bar = steps(out, name, u64::from(count));
    let mut samples = Samples::default();
    for turn in 0..count + WARM_UP {
        // A refill under way would be measured with the open; a warm pool is what is promised.
        rack.wait_warm(full, |_| {}).await?;
        let (session, ours) = open_and_run(&rack.server, repository).await?;
        close(&rack.server, &session.id).await?;
        rack.wait_warm(full, |_| {}).await?;
        let peer = match (args.no_peer, clone_url) {
            (true, _) => None,
            (false, None) => Some(peer::run_true(&args.image).await?),
            (false, Some(url)) => Some(peer::run_clone(&args.image, url).await?),
        };
        if turn >= WARM_UP {
            samples.ours.push(ours);
            samples.peer.extend(peer);
            bar.inc(1);
        }
    }
    bar.finish_and_clear();
    Ok(samples)
}

async fn create(rack: &Rack) -> Result<Repository, CliError> {
    let path = full_path(&rack.server, &format!("load-{}", std::process::id()))?;
    let request = CreateRepositoryRequest { path: path.clone(), with_starters: true, sample: String::new() };
    let made = rack.server.fm.repositories.clone().create_repository(request).await;
    Ok(made.during(&rack.server.url, format!("create {path}"))?.into_inner())
}

/// The clone address with the login in it, as a script would write it.
pub(super) fn url_with_login(rack: &Rack, repository: &Repository) -> String {
    let login = rack.server.login();
    let (user, token) = login.map(|login| (login.user, login.token)).unwrap_or_default();
    match repository.clone_url.parse::<Uri>() {
        Ok(uri) => {
            let scheme = uri.scheme_str().unwrap_or("http");
            let host = uri.authority().map(http::uri::Authority::as_str).unwrap_or_default();
            format!("{scheme}://{user}:{token}@{host}{}", uri.path())
        }
        Err(_) => repository.clone_url.clone(),
    }
}
