//! `WorkspaceService`: what the session's user does, through the JSON mirror.

use std::sync::Arc;
use std::time::Duration;

use carrel_ids::TerminalId;
use carrel_proto::agent::v1 as pb;
use carrel_proto::agent::v1::workspace_service_server::WorkspaceService;
use carrel_proto::code::ServiceCode;
use tonic::{Request, Response, Status};

use crate::agent::{Agent, now};
use crate::error::{Failure, fail, status};
use crate::files::{Condition, Files};
use crate::holder::process::Connection;
use crate::process::{self, Limits};
use crate::shell;
use crate::terminals::Open;

/// Longest `WaitStatus`.
const WAIT_MAX: Duration = Duration::from_secs(60);
/// Longest `Run`; what takes longer is a terminal.
const RUN_MAX: Duration = Duration::from_secs(60);
/// Of each stream of a `Run`.
const RUN_OUTPUT_MAX: usize = 1024 * 1024;
/// What the kernel takes as one argument.
const ARGUMENT_MAX: usize = 128 * 1024 - 1;
/// Arguments of one command.
const ARGUMENTS_MAX: usize = 4_096;
/// Titles are shown in a list.
const TITLE_MAX: usize = 200;

/// The service.
#[derive(Debug, Clone)]
pub struct Workspace(pub Arc<Agent>);

type Reply<T> = Result<Response<T>, Status>;

fn invalid(message: impl Into<String>) -> Failure {
    fail(ServiceCode::InvalidArgument, message)
}

fn limit(millis: u32, max: Duration) -> Duration {
    if millis == 0 { max } else { Duration::from_millis(millis.into()).min(max) }
}

fn check_argv(argv: &[String]) -> Result<(), Failure> {
    if argv.len() > ARGUMENTS_MAX || argv.iter().any(|word| word.len() > ARGUMENT_MAX) {
        let text = format!("a command has at most {ARGUMENTS_MAX} arguments of {ARGUMENT_MAX} bytes each");
        return Err(fail(ServiceCode::TooLarge, text));
    }
    if argv.iter().any(|word| word.contains('\0')) {
        return Err(invalid("an argument holds a zero byte"));
    }
    if argv.first().is_some_and(String::is_empty) {
        return Err(invalid("the first word of argv is empty; name a command"));
    }
    Ok(())
}

fn connection(pty: bool, cols: u32, rows: u32) -> Result<Connection, Failure> {
    if !pty {
        return Ok(Connection::Pipes);
    }
    let side = |value: u32, default: u16| match value {
        0 => Ok(default),
        value => u16::try_from(value).map_err(|_| invalid("cols and rows must be at most 65,535")),
    };
    Ok(Connection::Pty { cols: side(cols, 80)?, rows: side(rows, 24)? })
}

fn title(wanted: String, argv: &[String]) -> String {
    let text = if wanted.is_empty() { argv.join(" ") } else { wanted };
    text.chars().filter(|c| !c.is_control()).take(TITLE_MAX).collect()
}

impl Workspace {
    async fn files<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Files) -> Result<T, Failure> + Send + 'static,
    ) -> Reply<T> {
        self.0.files.blocking(work).await.map(Response::new).map_err(status)
    }

    /// Waits as asked, then says where to work.
    async fn prepared(&self, wait_for: i32, cwd: &str) -> Result<std::path::PathBuf, Failure> {
        let wait_for = pb::WaitFor::try_from(wait_for).map_err(|_| invalid("wait_for is not known here"))?;
        self.0.wait_for(wait_for).await?;
        if cwd.is_empty() && !self.0.config.workspace.is_dir() {
            // Before the bind there is no workspace; a command that waits for nothing runs at home.
            return Ok(self.0.config.home.clone());
        }
        self.0.files.folder(cwd)
    }

    async fn open(&self, request: pb::OpenTerminalRequest) -> Result<pb::Terminal, Failure> {
        check_argv(&request.argv)?;
        let connection = connection(request.pty, request.cols, request.rows)?;
        let cwd = self.prepared(request.wait_for, &request.cwd).await?;
        let mut variables = self.0.variables();
        for (name, value) in request.env {
            if name.is_empty() || name.contains(['=', '\0']) || value.contains('\0') {
                return Err(invalid(format!("env: {name:?} can't be a variable")));
            }
            variables.insert(name, value);
        }
        let (argv, name) = if request.argv.is_empty() {
            let shell = shell::shell(&self.0.config, &variables, request.pty);
            let name = shell[0].rsplit('/').next().unwrap_or_default().to_owned();
            (shell, name)
        } else {
            (request.argv, String::new())
        };
        let title = title(if request.title.is_empty() { name } else { request.title }, &argv);
        let open = Open { title, connection, argv: &argv, cwd: &cwd, environment: &variables, now: now() };
        self.0.terminals.open(open).await
    }

    async fn run_short(&self, request: pb::RunRequest) -> Result<pb::RunReply, Failure> {
        check_argv(&request.argv)?;
        let cwd = self.prepared(request.wait_for, &request.cwd).await?;
        let _turn = self.0.runs.acquire().await;
        let limits = Limits { time: limit(request.timeout_ms, RUN_MAX), output: RUN_OUTPUT_MAX };
        let outcome = process::run(&request.argv, &cwd, &self.0.variables(), limits, None).await?;
        if outcome.timed_out {
            let millis = limits.time.as_millis();
            let text = format!("the command did not end within {millis} ms and was killed; use a terminal");
            return Err(fail(ServiceCode::DeadlineExceeded, text));
        }
        Ok(pb::RunReply {
            exit_code: outcome.code,
            stdout: outcome.stdout,
            stderr: outcome.stderr,
            truncated: outcome.truncated,
        })
    }

    async fn tasks(&self) -> Result<(Vec<pb::Task>, String), Failure> {
        let agent = Arc::clone(&self.0);
        self.0.files.blocking(move |_| Ok(agent.tasks())).await
    }

    async fn start_task(&self, request: pb::RunTaskRequest) -> Result<pb::Terminal, Failure> {
        self.0.wait_for(pb::WaitFor::Environment).await?;
        let (tasks, problem) = self.tasks().await?;
        let Some(task) = tasks.into_iter().find(|task| task.name == request.name) else {
            let text = match problem.as_str() {
                "" => format!("there is no task {:?} in carrel.toml", request.name),
                problem => format!("the task {:?} can't be found: {problem}", request.name),
            };
            return Err(fail(ServiceCode::NotFound, text));
        };
        let open = pb::OpenTerminalRequest {
            title: task.name,
            argv: task.command,
            pty: request.pty,
            cols: request.cols,
            rows: request.rows,
            ..pb::OpenTerminalRequest::default()
        };
        self.open(open).await
    }
}

#[tonic::async_trait]
impl WorkspaceService for Workspace {
    async fn get_status(&self, _: Request<pb::GetStatusRequest>) -> Reply<pb::Status> {
        Ok(Response::new(self.0.fresh_status().await))
    }

    async fn wait_status(&self, request: Request<pb::WaitStatusRequest>) -> Reply<pb::Status> {
        let request = request.into_inner();
        let wanted = pb::Phase::try_from(request.phase)
            .map_err(|_| status(invalid("phase is not one of this protocol's")))?;
        let mut state = self.0.watch();
        let reached = state.wait_for(|state| state.phase >= wanted);
        // The status is the answer either way.
        let _ = tokio::time::timeout(limit(request.timeout_ms, WAIT_MAX), reached).await.is_ok();
        Ok(Response::new(self.0.status()))
    }

    async fn list_files(&self, request: Request<pb::ListFilesRequest>) -> Reply<pb::ListFilesReply> {
        let request = request.into_inner();
        self.files(move |files| files.list(&request.path, &request.after)).await
    }

    async fn read_file(&self, request: Request<pb::ReadFileRequest>) -> Reply<pb::File> {
        let request = request.into_inner();
        self.files(move |files| files.read(&request.path)).await
    }

    async fn write_file(&self, request: Request<pb::WriteFileRequest>) -> Reply<pb::FileEntry> {
        let request = request.into_inner();
        let condition = Condition::from_message(&request.etag);
        self.files(move |files| files.write(&request.path, &request.content, &condition)).await
    }

    async fn create_folder(&self, request: Request<pb::CreateFolderRequest>) -> Reply<pb::FileEntry> {
        let request = request.into_inner();
        self.files(move |files| files.create_folder(&request.path)).await
    }

    async fn rename_file(&self, request: Request<pb::RenameFileRequest>) -> Reply<pb::FileEntry> {
        let request = request.into_inner();
        self.files(move |files| files.rename(&request.from, &request.to)).await
    }

    async fn delete_file(&self, request: Request<pb::DeleteFileRequest>) -> Reply<pb::DeleteFileReply> {
        let request = request.into_inner();
        self.files(move |files| {
            files.delete(&request.path, request.recursive).map(|()| pb::DeleteFileReply {})
        })
        .await
    }

    async fn stat_files(&self, request: Request<pb::StatFilesRequest>) -> Reply<pb::StatFilesReply> {
        let request = request.into_inner();
        self.files(move |files| files.stat(&request.paths)).await
    }

    async fn trash_files(&self, request: Request<pb::TrashFilesRequest>) -> Reply<pb::TrashFilesReply> {
        let request = request.into_inner();
        self.files(move |files| files.trash(&request.paths)).await
    }

    async fn restore_files(&self, request: Request<pb::RestoreFilesRequest>) -> Reply<pb::RestoreFilesReply> {
        let request = request.into_inner();
        self.files(move |files| files.restore(&request.id)).await
    }

    async fn open_terminal(&self, request: Request<pb::OpenTerminalRequest>) -> Reply<pb::Terminal> {
        self.open(request.into_inner()).await.map(Response::new).map_err(status)
    }

    async fn list_terminals(&self, _: Request<pb::ListTerminalsRequest>) -> Reply<pb::ListTerminalsReply> {
        Ok(Response::new(pb::ListTerminalsReply { terminals: self.0.terminals.list() }))
    }

    async fn close_terminal(
        &self,
        request: Request<pb::CloseTerminalRequest>,
    ) -> Reply<pb::CloseTerminalReply> {
        let id = request.into_inner().id;
        let id: TerminalId = id.parse().map_err(|error| status(invalid(format!("id {id:?}: {error}"))))?;
        self.0.terminals.close(&id).await.map_err(status)?;
        Ok(Response::new(pb::CloseTerminalReply {}))
    }

    async fn run(&self, request: Request<pb::RunRequest>) -> Reply<pb::RunReply> {
        self.run_short(request.into_inner()).await.map(Response::new).map_err(status)
    }

    async fn list_tasks(&self, _: Request<pb::ListTasksRequest>) -> Reply<pb::ListTasksReply> {
        let (tasks, problem) = self.tasks().await.map_err(status)?;
        Ok(Response::new(pb::ListTasksReply { tasks, problem }))
    }

    async fn run_task(&self, request: Request<pb::RunTaskRequest>) -> Reply<pb::Terminal> {
        self.start_task(request.into_inner()).await.map(Response::new).map_err(status)
    }

    async fn list_artefacts(&self, _: Request<pb::ListArtefactsRequest>) -> Reply<pb::ListArtefactsReply> {
        let agent = Arc::clone(&self.0);
        self.files(move |_| {
            let (tasks, _) = agent.tasks();
            let artefacts = agent.places().list(&tasks, &agent.digests)?;
            Ok(pb::ListArtefactsReply { artefacts })
        })
        .await
    }

    async fn list_ports(&self, _: Request<pb::ListPortsRequest>) -> Reply<pb::ListPortsReply> {
        self.files(move |_| {
            let found = crate::ports::list(std::path::Path::new("/proc"), std::process::id());
            let ports = found.into_iter().map(|it| pb::Port { port: it.port.into(), program: it.program });
            Ok(pb::ListPortsReply { ports: ports.collect() })
        })
        .await
    }
}
