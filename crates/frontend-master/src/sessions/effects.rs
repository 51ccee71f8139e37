//! Effects that take time: calls to nodes, each a task of its own that reports back as an input.

use std::sync::Arc;
use std::time::Duration;

use carrel_ids::{NodeId, SessionId};
use carrel_model::Fence;
use carrel_model::master::{ClaimResult, Event};
use carrel_proto::compute::v1::{GitToken, ReleaseRequest};
use carrel_service::identity::IssuerError;
use carrel_service::{Chain, Issuer, NewToken, Shutdown, Tasks};
use tokio::sync::mpsc;
use tokio::time::Instant;
use tonic::{Code, Status};
use tracing::{Instrument as _, debug, error, info_span, warn};

use super::board::SessionRow;
use super::convert;
use super::core::Input;
use super::directory::Directory;
use super::metrics::Meters;

/// Pauses between tries of a release or a reconcile: a node that restarts is back within a second or two.
const RETRY_FIRST: Duration = Duration::from_millis(100);
const RETRY_MAX: Duration = Duration::from_secs(3);

/// One effect with all it needs.
pub(super) enum Job {
    /// Ask a node for a slot.
    Claim { node: NodeId, row: SessionRow },
    /// Ask a node to end a claim.
    Release { node: NodeId, session: SessionId, fence: Fence, reason: String },
    /// Tell a node what it should hold.
    Reconcile { node: NodeId, generation: Fence, sessions: Vec<(SessionId, Fence)> },
}

/// Time limits of calls to nodes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// A claim must be answered by then.
    pub claim: Duration,
    /// A release (or a reconcile) with its retries.
    pub release: Duration,
}

/// Performs jobs. The tasks are bounded by what they are about: a claim per free slot, a release per held one, a
/// reconcile per start of a node.
#[derive(Clone)]
pub(super) struct Performer {
    pub directory: Arc<Directory>,
    pub issuer: Issuer,
    pub inputs: mpsc::Sender<Input>,
    pub limits: Limits,
    pub meters: Arc<Meters>,
    pub tasks: Tasks,
    pub shutdown: Shutdown,
}

impl Performer {
    /// Starts a job.
    pub(super) fn start(&self, job: Job) {
        let this = self.clone();
        match job {
            Job::Claim { node, row } => {
                let span = info_span!("claim", session = %row.record.id, %node, fence = %row.record.fence);
                self.spawn("claim", async move { this.claim(node, row).await }.instrument(span));
            }
            Job::Release { node, session, fence, reason } => {
                let span = info_span!("release", %session, %node, %fence);
                let job = async move { this.release(node, session, fence, reason).await };
                self.spawn("release", job.instrument(span));
            }
            Job::Reconcile { node, generation, sessions } => {
                let span = info_span!("reconcile", %node, %generation);
                let job = async move { this.reconcile(node, generation, sessions).await };
                self.spawn("reconcile", job.instrument(span));
            }
        }
    }

    /// A job that the stop signal ends: what it would have reported is asked again after the start.
    fn spawn(&self, name: &'static str, job: impl Future<Output = ()> + Send + 'static) {
        let shutdown = self.shutdown.clone();
        self.tasks.spawn(name, async move {
            tokio::select! {
                () = job => {}
                () = shutdown.requested() => {}
            }
        });
    }

    async fn report(&self, event: Event) {
        // A loop that has ended needs no answers.
        let _ = self.inputs.send(Input::NodeAnswer(event)).await;
    }

    async fn claim(self, node: NodeId, row: SessionRow) {
        let timer = self.meters.claim_seconds.start_timer();
        let result = self.ask_for_slot(&node, &row).await;
        timer.observe_duration();
        let word = match &result {
            ClaimResult::Claimed { .. } => "claimed",
            ClaimResult::Refused(_) => "refused",
            ClaimResult::Unknown(_) => "unknown",
        };
        self.meters.claims.with_label_values(&[word]).inc();
        debug!(?result, "claim answered");
        let (session, fence) = (row.record.id, row.record.fence);
        self.report(Event::ClaimAnswered { session, fence, node, result }).await;
    }

    async fn ask_for_slot(&self, node: &NodeId, row: &SessionRow) -> ClaimResult {
        let Some(line) = self.directory.line(node) else {
            return ClaimResult::Refused(format!("the address of {node} is not known"));
        };
        let git_token = match git_token(&self.issuer, row) {
            Ok(token) => token,
            Err(fault) => {
                error!(error = %Chain(&fault), "sign a git credential");
                return ClaimResult::Refused("no git credential could be signed".to_owned());
            }
        };
        let limit = self.limits.claim;
        let mut request = tonic::Request::new(convert::claim_message(row, git_token));
        request.set_timeout(limit);
        let mut slots = line.slots.clone();
        match tokio::time::timeout(limit, slots.claim(request)).await {
            Ok(Ok(reply)) => convert::claim_result(reply.get_ref()),
            Ok(Err(status)) => claim_failed(node, &status),
            Err(_) => ClaimResult::Unknown(format!("{node} did not answer within {} ms", limit.as_millis())),
        }
    }

    async fn release(self, node: NodeId, session: SessionId, fence: Fence, reason: String) {
        let message = ReleaseRequest { session_id: session.to_string(), fence: fence.number(), reason };
        let done = self
            .until_done(&node, |line, rest| {
                let mut request = tonic::Request::new(message.clone());
                request.set_timeout(rest);
                let mut slots = line.slots.clone();
                async move { slots.release(request).await.map(drop) }
            })
            .await;
        self.report(Event::ReleaseAnswered { session, fence, done }).await;
    }

    async fn reconcile(self, node: NodeId, generation: Fence, sessions: Vec<(SessionId, Fence)>) {
        let message = convert::reconcile_message(generation, &sessions);
        let done = self
            .until_done(&node, |line, rest| {
                let mut request = tonic::Request::new(message.clone());
                request.set_timeout(rest);
                let mut slots = line.slots.clone();
                async move {
                    let released = slots.reconcile(request).await?.into_inner().released;
                    if !released.is_empty() {
                        warn!(?released, "the node ended sessions that are not its own any more");
                    }
                    Ok(())
                }
            })
            .await;
        if !done {
            warn!(
                "the node did not take its list of sessions; each of its reports is compared with ours anyway"
            );
        }
    }

    /// Repeats an idempotent call until it is answered or the release limit has passed.
    async fn until_done<C, F>(&self, node: &NodeId, call: C) -> bool
    where
        C: Fn(Arc<super::directory::Line>, Duration) -> F,
        F: Future<Output = Result<(), Status>>,
    {
        let ends = Instant::now() + self.limits.release;
        let mut pause = RETRY_FIRST;
        loop {
            let rest = ends.saturating_duration_since(Instant::now());
            let Some(line) = self.directory.line(node) else { return false };
            match tokio::time::timeout(rest, call(line, rest)).await {
                Ok(Ok(())) => return true,
                Ok(Err(status)) if is_final(&status) => {
                    debug!(code = ?status.code(), message = status.message(), "the node refused");
                    // It knows a newer fence (or generation): what this call was to end is not there any more.
                    return status.code() == Code::FailedPrecondition;
                }
                Ok(Err(status)) => debug!(code = ?status.code(), message = status.message(), "try again"),
                Err(_) => return false,
            }
            if ends.saturating_duration_since(Instant::now()) <= pause {
                return false;
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(RETRY_MAX);
        }
    }
}

/// A git credential for a session; none for one without a repository.
pub(super) fn git_token(issuer: &Issuer, row: &SessionRow) -> Result<Option<GitToken>, IssuerError> {
    let record = &row.record;
    if record.repository.is_empty() {
        return Ok(None);
    }
    let signed = issuer.issue(NewToken::git(&record.id, &record.repository, record.fence.number()))?;
    let expires_at = i64::try_from(signed.claims.exp.saturating_mul(1_000)).unwrap_or(i64::MAX);
    Ok(Some(GitToken { token: signed.token, expires_at }))
}

/// The node itself said so, in its answer: a status that the transport made up has a cause.
fn was_answered(status: &Status) -> bool {
    std::error::Error::source(status).is_none()
}

/// Codes with which a node (or the gate before it) refuses without having done anything.
fn claim_failed(node: &NodeId, status: &Status) -> ClaimResult {
    let why = format!("{node}: {}", convert::one_line(status.message()));
    let refuses = matches!(
        status.code(),
        Code::ResourceExhausted
            | Code::FailedPrecondition
            | Code::InvalidArgument
            | Code::PermissionDenied
            | Code::Unauthenticated
            | Code::Unimplemented
    );
    if refuses && was_answered(status) { ClaimResult::Refused(why) } else { ClaimResult::Unknown(why) }
}

/// Asking again would bring the same answer.
fn is_final(status: &Status) -> bool {
    let code = matches!(
        status.code(),
        Code::FailedPrecondition | Code::InvalidArgument | Code::PermissionDenied | Code::Unimplemented
    );
    code && was_answered(status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_answer_of_the_node_is_a_sure_refusal() {
        let node: NodeId = "no-a".parse().expect("an id");
        let refused = |status: &Status| matches!(claim_failed(&node, status), ClaimResult::Refused(_));
        for code in [Code::ResourceExhausted, Code::FailedPrecondition, Code::Unauthenticated] {
            assert!(refused(&Status::new(code, "no")), "{code:?}");
        }
        for code in
            [Code::DeadlineExceeded, Code::Unavailable, Code::Unknown, Code::Internal, Code::Cancelled]
        {
            assert!(!refused(&Status::new(code, "?")), "{code:?}");
        }
        let mut made_up = Status::new(Code::ResourceExhausted, "calm down");
        made_up.set_source(Arc::new(std::io::Error::other("reset")));
        assert!(!refused(&made_up));
    }
}
