//! `GitService`: the repository of the workspace, through the JSON mirror.

use std::future::Future;
use std::sync::Arc;

use carrel_proto::agent::v1 as pb;
use carrel_proto::agent::v1::git_service_server::GitService;
use carrel_proto::code::ServiceCode;
use tokio::sync::oneshot;
use tonic::{Request, Response, Status};

use crate::agent::Agent;
use crate::error::{Failure, fail, status};
use crate::git::run::Git;
use crate::git::{change, compare, history, status as state};

/// The service.
#[derive(Debug, Clone)]
pub struct Repository(pub Arc<Agent>);

type Reply<T> = Result<Response<T>, Status>;

fn reply<T>(result: Result<T, Failure>) -> Reply<T> {
    result.map(Response::new).map_err(status)
}

impl Repository {
    /// Git in the workspace, once the repository is there. Not in its environment: that may bring a git of its own
    /// without what the session's needs.
    async fn git(&self) -> Result<Git, Failure> {
        self.0.wait_for(pb::WaitFor::Repository).await?;
        Ok(Git::new(&self.0.config.workspace, &self.0.base_variables()))
    }

    async fn look<T, F>(&self, work: impl FnOnce(Arc<Agent>, Git) -> F) -> Reply<T>
    where
        F: Future<Output = Result<T, Failure>>,
    {
        let git = self.git().await.map_err(status)?;
        reply(work(Arc::clone(&self.0), git).await)
    }

    /// A change, one at a time. It is finished though the caller hangs up: a git that is killed leaves its lock.
    async fn change<T, F>(&self, work: impl FnOnce(Arc<Agent>, Git) -> F + Send + 'static) -> Reply<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Failure>> + Send,
    {
        let git = self.git().await.map_err(status)?;
        if state::git_folder(&git.workspace).is_none() {
            let text = "the workspace is no git repository";
            return reply(Err(fail(ServiceCode::FailedPrecondition, text)));
        }
        let (sender, receiver) = oneshot::channel();
        let agent = Arc::clone(&self.0);
        self.0.background.start(async move {
            let _one_at_a_time = agent.desk.writing.lock().await;
            let _ = sender.send(work(Arc::clone(&agent), git).await);
        });
        let stopped = |_| Err(fail(ServiceCode::Unavailable, "the agent is shutting down; try again"));
        reply(receiver.await.unwrap_or_else(stopped))
    }
}

#[tonic::async_trait]
impl GitService for Repository {
    async fn get_git_status(&self, _: Request<pb::GetGitStatusRequest>) -> Reply<pb::GitStatus> {
        self.look(|_, git| async move { state::status(&git).await }).await
    }

    async fn compare_file(&self, request: Request<pb::CompareFileRequest>) -> Reply<pb::FileComparison> {
        let request = request.into_inner();
        self.look(|agent, git| async move { compare::compare(&git, &agent.files, request).await }).await
    }

    async fn stage_paths(&self, request: Request<pb::GitPaths>) -> Reply<pb::GitStatus> {
        let paths = request.into_inner();
        self.change(move |_, git| async move { change::stage(&git, &paths).await }).await
    }

    async fn unstage_paths(&self, request: Request<pb::GitPaths>) -> Reply<pb::GitStatus> {
        let paths = request.into_inner();
        self.change(move |_, git| async move { change::unstage(&git, &paths).await }).await
    }

    async fn discard_paths(&self, request: Request<pb::GitPaths>) -> Reply<pb::GitStatus> {
        let paths = request.into_inner();
        self.change(move |agent, git| async move { change::discard(&git, &agent.files, &paths).await }).await
    }

    async fn commit_staged(&self, request: Request<pb::CommitStagedRequest>) -> Reply<pb::GitStatus> {
        let request = request.into_inner();
        self.change(move |_, git| async move { change::commit(&git, request).await }).await
    }

    async fn start_transfer(&self, request: Request<pb::StartTransferRequest>) -> Reply<pb::GitTransfer> {
        let kind = request.into_inner().kind();
        if kind == pb::TransferKind::Unspecified {
            return reply(Err(fail(ServiceCode::InvalidArgument, "say what to do: fetch, pull or push")));
        }
        let git = self.git().await.map_err(status)?;
        let begun = self.0.desk.begin(kind).map_err(status)?;
        let agent = Arc::clone(&self.0);
        self.0.background.start(async move { agent.desk.work(&git, kind).await });
        Ok(Response::new(begun))
    }

    async fn wait_transfer(&self, request: Request<pb::WaitTransferRequest>) -> Reply<pb::GitTransfer> {
        Ok(Response::new(self.0.desk.wait(request.into_inner().known).await))
    }

    async fn resolve_conflict(&self, request: Request<pb::ResolveConflictRequest>) -> Reply<pb::GitStatus> {
        let request = request.into_inner();
        self.change(move |agent, git| async move { change::resolve(&git, &agent.files, request).await }).await
    }

    async fn continue_merge(&self, _: Request<pb::ContinueMergeRequest>) -> Reply<pb::GitStatus> {
        self.change(|_, git| async move { change::proceed(&git).await }).await
    }

    async fn abort_merge(&self, _: Request<pb::AbortMergeRequest>) -> Reply<pb::GitStatus> {
        self.change(|_, git| async move { change::abort(&git).await }).await
    }

    async fn list_branches(&self, _: Request<pb::ListBranchesRequest>) -> Reply<pb::ListBranchesReply> {
        self.look(|_, git| async move { history::branches(&git).await }).await
    }

    async fn switch_branch(&self, request: Request<pb::SwitchBranchRequest>) -> Reply<pb::GitStatus> {
        let request = request.into_inner();
        self.change(move |_, git| async move { history::switch(&git, request).await }).await
    }

    async fn get_log(&self, request: Request<pb::GetLogRequest>) -> Reply<pb::GetLogReply> {
        let request = request.into_inner();
        self.look(|_, git| async move { history::log(&git, request).await }).await
    }

    async fn remove_lock(&self, _: Request<pb::RemoveLockRequest>) -> Reply<pb::GitStatus> {
        self.change(|_, git| async move { change::remove_lock(&git).await }).await
    }
}
