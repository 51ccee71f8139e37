//! From a request to an open session: checks that need no decision, then the decision.

use std::future::Future;
use std::sync::Arc;

use async_trait::async_trait;
use carrel_ids::{NodeId, SessionId, UserId};
use carrel_model::master::{Answer, Open, State};
use carrel_model::{Egress, SlotClass};
use carrel_proto::convert::{InvalidField, parse};
use carrel_proto::session::v1::OpenSessionRequest;
use carrel_service::Role;

use super::board::SessionRow;
use super::core::Input;
use super::error::SessionError;
use super::{Sessions, convert};
use crate::names::RepositoryPath;

/// The longest request id.
const REQUEST_ID_MAX: usize = 64;

/// Who opens a session.
#[derive(Debug, Clone)]
pub struct Opener {
    /// Their id.
    pub id: UserId,
    /// Their login name.
    pub name: String,
    /// What they may do.
    pub role: Role,
}

/// What orchestration asks of the git service.
#[async_trait]
pub trait RepositoryLook: Send + Sync {
    /// What a session of this user would find in a repository.
    async fn look(&self, path: &RepositoryPath, opener: &Opener) -> Result<Found, SessionError>;
}

/// What a session would find.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// No such repository, or none this user may read.
    Nothing,
    /// One whose environment is defined.
    WithEnvironment,
    /// One without.
    WithoutEnvironment {
        /// What to do about it, in a sentence.
        advice: String,
    },
}

/// A request as parsed.
struct Wanted {
    repository: Option<RepositoryPath>,
    class: SlotClass,
    egress: Egress,
    request_id: String,
    without_environment: bool,
    node: Option<NodeId>,
}

impl TryFrom<OpenSessionRequest> for Wanted {
    type Error = InvalidField;

    fn try_from(request: OpenSessionRequest) -> Result<Self, InvalidField> {
        let id_is_good = request.request_id.len() <= REQUEST_ID_MAX
            && request.request_id.bytes().all(|b| b.is_ascii_graphic());
        if !id_is_good {
            let rule = format!("must be at most {REQUEST_ID_MAX} visible ASCII characters");
            return Err(InvalidField::new("request_id", rule));
        }
        let repository = match request.repository.as_str() {
            "" => None,
            path => Some(parse("repository", path)?),
        };
        let node = match request.node_id.as_str() {
            "" => None,
            id => Some(parse("node_id", id)?),
        };
        Ok(Self {
            repository,
            class: convert::class("slot_class", request.slot_class)?,
            egress: convert::egress("egress", request.egress)?,
            request_id: request.request_id,
            without_environment: request.without_environment,
            node,
        })
    }
}

impl Sessions {
    /// Opens a session, or finds the one this request opened before.
    pub async fn open(
        &self,
        opener: Opener,
        request: OpenSessionRequest,
    ) -> Result<Arc<SessionRow>, SessionError> {
        let started = self.0.clock.monotonic();
        let result = self.open_checked(opener, request).await;
        let outcome = match &result {
            Ok(_) => {
                let took = self.0.clock.monotonic().saturating_sub(started);
                self.0.meters.open_seconds.observe(took.as_secs_f64());
                "opened"
            }
            Err(error) => error.outcome(),
        };
        self.0.meters.opens.with_label_values(&[outcome]).inc();
        result
    }

    async fn open_checked(
        &self,
        opener: Opener,
        request: OpenSessionRequest,
    ) -> Result<Arc<SessionRow>, SessionError> {
        let wanted = Wanted::try_from(request)?;
        if wanted.node.is_some() && opener.role != Role::Admin {
            return Err(SessionError::NoChoice);
        }
        let (before, with_environment) =
            both(self.opened_before(&opener, &wanted.request_id), self.may_open(&opener, &wanted)).await;
        if let Some(row) = before? {
            // In memory the model answers for it: it may still be at work on the claim.
            if self.0.board.session(&row.record.id).is_none() {
                return same_request(row, &wanted);
            }
        }
        let with_environment = with_environment?;
        let session = SessionId::from_random(self.0.random.u128());
        let open = Open {
            session: session.clone(),
            user: opener.id,
            repository: wanted.repository.as_ref().map(ToString::to_string).unwrap_or_default(),
            class: wanted.class,
            egress: wanted.egress,
            request_id: wanted.request_id.clone(),
            with_environment,
            node: wanted.node.clone(),
        };
        let user_name = opener.name;
        let answer = self.decide(self.0.limits.open, |reply| Input::Open { open, user_name, reply }).await?;
        match answer {
            Answer::Opened { session } | Answer::Closed { session } => {
                let row = self.0.board.session(&session).ok_or(SessionError::NoSession { session })?;
                same_request(row, &wanted)
            }
            Answer::Refused(refusal) => {
                Err(SessionError::refused(refusal, &session, self.0.limits.sessions_per_user))
            }
        }
    }

    /// The session this request opened, however long ago (as far as the store remembers).
    async fn opened_before(
        &self,
        opener: &Opener,
        request_id: &str,
    ) -> Result<Option<Arc<SessionRow>>, SessionError> {
        if request_id.is_empty() {
            return Ok(None);
        }
        let stored = self.0.store.session_by_request(&opener.id, request_id).await?;
        Ok(stored.map(|record| Arc::new(convert::from_store(record, (0, 0)))))
    }

    /// Whether the repository allows the session; true if its environment is to be evaluated.
    async fn may_open(&self, opener: &Opener, wanted: &Wanted) -> Result<bool, SessionError> {
        let Some(path) = &wanted.repository else { return Ok(false) };
        match self.0.repositories.look(path, opener).await? {
            Found::Nothing => Err(SessionError::NoRepository { path: path.to_string() }),
            Found::WithEnvironment => Ok(!wanted.without_environment),
            Found::WithoutEnvironment { .. } if wanted.without_environment => Ok(false),
            Found::WithoutEnvironment { advice } => {
                Err(SessionError::NoEnvironment { path: path.to_string(), advice })
            }
        }
    }
}

/// A repeated request gets its session, unless it asks for something else or that session never came to be.
fn same_request(row: Arc<SessionRow>, wanted: &Wanted) -> Result<Arc<SessionRow>, SessionError> {
    let record = &row.record;
    let repository = wanted.repository.as_ref().map(ToString::to_string).unwrap_or_default();
    let is_elsewhere = wanted.node.as_ref().zip(record.node.as_ref()).is_some_and(|(a, b)| a != b);
    let differs =
        record.repository != repository || record.class != wanted.class || record.egress != wanted.egress;
    if differs || is_elsewhere {
        return Err(SessionError::RequestDiffers { session: record.id.clone() });
    }
    if record.state == State::Failed && record.slot.is_none() {
        let (session, reason) = (record.id.clone(), record.reason.clone());
        return Err(SessionError::RequestFailed { session, reason });
    }
    Ok(row)
}

/// Both at once: one asks the database, the other git.
async fn both<A: Future, B: Future>(a: A, b: B) -> (A::Output, B::Output) {
    futures::join!(a, b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_parsed_once_and_refused_by_field() {
        let good = OpenSessionRequest { repository: "ada/demo".to_owned(), ..Default::default() };
        let wanted = Wanted::try_from(good.clone()).expect("a request");
        assert_eq!((wanted.class, wanted.egress), (SlotClass::Standard, Egress::Default));
        let field = |request| Wanted::try_from(request).err().map(|fault: InvalidField| fault.field);
        for bad in ["demo", "../etc", "ada/demo.git", "/"] {
            let request = OpenSessionRequest { repository: bad.to_owned(), ..good.clone() };
            assert_eq!(field(request), Some("repository"), "{bad}");
        }
        for bad in ["a b", "ü", &"r".repeat(REQUEST_ID_MAX + 1)] {
            let request = OpenSessionRequest { request_id: bad.to_owned(), ..good.clone() };
            assert_eq!(field(request), Some("request_id"), "{bad}");
        }
        let request = OpenSessionRequest { node_id: "n 1".to_owned(), ..good };
        assert_eq!(field(request), Some("node_id"));
    }
}
