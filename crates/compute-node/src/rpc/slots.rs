//! `SlotService`: what the front-end master asks of this node.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;

use carrel_ids::SlotId;
use carrel_model::Fence;
use carrel_model::node::{Answer, Refusal};
use carrel_proto::code::ServiceCode;
use carrel_proto::compute::v1::slot_service_server::SlotService;
use carrel_proto::compute::v1::{
    ClaimReply, ClaimRequest, ListSlotsReply, ListSlotsRequest, ReconcileReply, ReconcileRequest,
    ReleaseReply, ReleaseRequest, SetDrainReply, SetDrainRequest, SlotChange, SlotState, WatchSlotsRequest,
};
use carrel_service::error::status;
use carrel_service::{ServiceError, Shutdown};
use futures::{Stream, StreamExt as _};
use tonic::{Request, Response, Status};

use crate::convert;
use crate::core::{CoreHandle, SlotView, Stopping, View};
use crate::report::Versions;

/// The service.
pub struct Slots {
    /// Decides and performs.
    pub core: CoreHandle,
    /// Which report will tell.
    pub versions: Arc<Versions>,
    /// Ends streams.
    pub shutdown: Shutdown,
}

/// A refusal of the model, as a service error.
#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error("session has a newer fence here ({newest}): somebody else has claimed it since")]
    Stale { newest: Fence },
    #[error("this claim was released: claim with a newer fence")]
    Released,
    #[error("no {class} slot is warm: try another node, or this one in a moment")]
    NoneWarm { class: carrel_model::SlotClass },
    #[error("this node is draining: try another one")]
    Draining,
    #[error("this node takes no claims: {0}")]
    Refusing(String),
    #[error("the slot's agent did not take the claim: {0}")]
    BindFailed(String),
    #[error("not confirmed in time; ask again")]
    Late,
    #[error(transparent)]
    Stopping(#[from] Stopping),
    #[error("the core gave an answer that does not fit the question")]
    Misfit,
}

impl ServiceError for Refused {
    fn code(&self) -> ServiceCode {
        match self {
            Self::Stale { .. } | Self::Released => ServiceCode::FailedPrecondition,
            Self::NoneWarm { .. } => ServiceCode::ResourceExhausted,
            Self::Draining | Self::Refusing(_) | Self::BindFailed(_) | Self::Stopping(_) => {
                ServiceCode::Unavailable
            }
            Self::Late => ServiceCode::DeadlineExceeded,
            Self::Misfit => ServiceCode::Internal,
        }
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Stale { newest } => Self::Stale { newest },
            Refusal::AlreadyReleased => Self::Released,
            Refusal::NoneWarm { class } => Self::NoneWarm { class },
            Refusal::Draining => Self::Draining,
            Refusal::Refusing(reason) => Self::Refusing(reason),
            Refusal::BindFailed(reason) => Self::BindFailed(reason),
            Refusal::Late => Self::Late,
        }
    }
}

/// The wanted answer, or the refusal as a status.
fn respond<T>(
    asked: Result<Answer, Stopping>,
    action: &'static str,
    pick: impl FnOnce(Answer) -> Option<T>,
) -> Result<Response<T>, Status> {
    let answer = match asked {
        Ok(Answer::Refused(refusal)) => Err(Refused::from(refusal)),
        Ok(answer) => pick(answer).ok_or(Refused::Misfit),
        Err(stopping) => Err(stopping.into()),
    };
    answer.map(Response::new).map_err(|refused| status(&refused, action))
}

#[tonic::async_trait]
impl SlotService for Slots {
    async fn claim(&self, request: Request<ClaimRequest>) -> Result<Response<ClaimReply>, Status> {
        let request = request.into_inner();
        let record = convert::claim_record(&request)?;
        let asked = self.core.claim(record, request.git_token).await;
        respond(asked, "claim slot", |answer| match answer {
            Answer::Claimed { slot, repeated } => Some(ClaimReply {
                slot_id: slot.to_string(),
                repeated_claim: repeated,
                version: self.versions.next(),
                boot_epoch: self.versions.boot_epoch,
            }),
            _ => None,
        })
    }

    async fn release(&self, request: Request<ReleaseRequest>) -> Result<Response<ReleaseReply>, Status> {
        let request = request.into_inner();
        let claim = convert::claim(&request.session_id, request.fence)?;
        tracing::info!(session = %claim.session, fence = %claim.fence, reason = request.reason, "release");
        respond(self.core.release(claim).await, "release slot", |answer| match answer {
            Answer::Released { was_held } => Some(ReleaseReply { was_held }),
            _ => None,
        })
    }

    async fn list_slots(&self, _: Request<ListSlotsRequest>) -> Result<Response<ListSlotsReply>, Status> {
        let slots = self.core.view().slots.iter().map(SlotView::message).collect();
        Ok(Response::new(ListSlotsReply { slots }))
    }

    type WatchSlotsStream = Pin<Box<dyn Stream<Item = Result<SlotChange, Status>> + Send>>;

    async fn watch_slots(
        &self,
        _: Request<WatchSlotsRequest>,
    ) -> Result<Response<Self::WatchSlotsStream>, Status> {
        let changes = changes(self.core.clone());
        let shutdown = self.shutdown.clone();
        let until = async move { shutdown.requested().await };
        Ok(Response::new(Box::pin(changes.take_until(until))))
    }

    async fn set_drain(&self, request: Request<SetDrainRequest>) -> Result<Response<SetDrainReply>, Status> {
        let drained = self.core.drain(request.into_inner().drain).await;
        drained.map_err(|stopping| status(&Refused::from(stopping), "drain"))?;
        let held = self.core.view().slots.iter().filter(|slot| slot.claim.is_some()).count();
        Ok(Response::new(SetDrainReply { sessions: u32::try_from(held).unwrap_or(u32::MAX) }))
    }

    async fn reconcile(
        &self,
        request: Request<ReconcileRequest>,
    ) -> Result<Response<ReconcileReply>, Status> {
        let request = request.into_inner();
        let sessions = convert::claims(&request.sessions)?;
        let asked = self.core.reconcile(Fence::from_number(request.generation), sessions).await;
        respond(asked, "reconcile", |answer| match answer {
            Answer::Reconciled { released } => {
                Some(ReconcileReply { released: released.iter().map(ToString::to_string).collect() })
            }
            _ => None,
        })
    }
}

/// All slots now, then what changes. A slow reader misses steps in between, never the last one.
fn changes(core: CoreHandle) -> impl Stream<Item = Result<SlotChange, Status>> + Send {
    let start = (core.views(), None::<Arc<View>>);
    let batches = futures::stream::unfold(start, |(mut views, seen)| async move {
        if seen.is_some() {
            views.changed().await.ok()?;
        }
        let view = views.borrow_and_update().clone();
        let batch = difference(seen.as_deref(), &view);
        Some((futures::stream::iter(batch.into_iter().map(Ok)), (views, Some(view))))
    });
    batches.flatten()
}

fn difference(before: Option<&View>, now: &View) -> Vec<SlotChange> {
    let mut gone: BTreeMap<&SlotId, &SlotView> =
        before.map(|view| view.slots.iter().map(|slot| (&slot.id, slot)).collect()).unwrap_or_default();
    let mut changes = Vec::new();
    for slot in &now.slots {
        if gone.remove(&slot.id).is_none_or(|before| slot.differs(before)) {
            changes.push(SlotChange { slot: Some(slot.message()) });
        }
    }
    for slot in gone.into_values() {
        let mut message = slot.message();
        message.set_state(SlotState::Gone);
        changes.push(SlotChange { slot: Some(message) });
    }
    changes
}
