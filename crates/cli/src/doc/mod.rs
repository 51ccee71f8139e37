//! `doc`: shared documents.

mod content;
mod show;

use std::path::PathBuf;

use carrel_proto::notes::v1::OpenNotesRequest;
use carrel_proto::sync::v1::{
    AddMemberRequest, CreateVersionRequest, DeleteDocumentRequest, MemberRole, RenameDocumentRequest,
    RestoreVersionRequest,
};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;

use crate::error::{CliError, During};
use crate::server::{Globals, Server};

/// What to do with shared documents. DOC is a document's id, or `<owner>/<name>` for the notes of a repository.
#[derive(Debug, Subcommand)]
pub enum DocCommand {
    /// List the documents that you are a member of yourself; those that you reach only by a space are listed with it.
    List,
    /// Create a document.
    Create(CreateArgs),
    /// Show who may see and change a document, and its versions.
    Show {
        /// Its id, or a repository.
        doc: String,
    },
    /// Write what a document holds to standard output or into a file.
    Export(ExportArgs),
    /// Make a document's content that of a file; what others write at the same time is merged.
    Import(ImportArgs),
    /// Change a document's title.
    Rename {
        /// Its id, or a repository.
        doc: String,
        /// At most 200 bytes.
        title: String,
    },
    /// List the versions that were kept.
    Versions {
        /// Its id, or a repository.
        doc: String,
    },
    /// Keep the document as it is now under a name.
    Keep {
        /// Its id, or a repository.
        doc: String,
        /// For people.
        name: String,
    },
    /// Make the content that of a version again, as a new edit.
    Restore {
        /// Its id, or a repository.
        doc: String,
        /// The version's number, from `carrel doc versions`.
        #[arg(id = "kept", value_name = "VERSION")]
        version: u64,
    },
    /// Give or take somebody's access.
    Share {
        /// Its id.
        doc: String,
        /// The user's id, us-…; `carrel whoami --json` says one's own.
        user: String,
        /// What they may do.
        #[arg(value_enum, default_value_t)]
        access: AccessArg,
    },
    /// Delete a document with its versions for good.
    Delete {
        /// Its id.
        doc: String,
        /// Don't ask.
        #[arg(long, short)]
        force: bool,
    },
}

/// A new document.
#[derive(Debug, Args)]
pub struct CreateArgs {
    /// For people.
    #[arg(default_value = "")]
    pub title: String,
    /// Its id, do-…; by default drawn at random.
    #[arg(long)]
    pub id: Option<String>,
    /// The first content; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    pub from: Option<PathBuf>,
    /// The file's form.
    #[arg(long, value_enum)]
    pub form: Option<FormArg>,
}

/// What to write out.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// Its id, or a repository.
    pub doc: String,
    /// Where to; by default standard output.
    pub file: Option<PathBuf>,
    /// In which form.
    #[arg(long, value_enum)]
    pub form: Option<FormArg>,
    /// A kept version; by default the document as it is.
    #[arg(id = "kept", long = "at", value_name = "VERSION", default_value_t = 0)]
    pub version: u64,
}

/// What to read in.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// Its id, or a repository.
    pub doc: String,
    /// The file; `-` is standard input.
    pub file: PathBuf,
    /// The file's form.
    #[arg(long, value_enum)]
    pub form: Option<FormArg>,
}

/// How content is written down. By default told from the file's name: `.json`, `.yjs`, else text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FormArg {
    /// The text itself.
    Text,
    /// One object with a member for each shared type.
    Json,
    /// An update of Yjs, which holds the history of edits as well.
    Update,
}

/// Access on the command line.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub enum AccessArg {
    /// None any more.
    None,
    /// See.
    #[default]
    Read,
    /// See and change.
    Write,
}

/// Runs a subcommand.
pub async fn run(command: DocCommand, globals: &Globals) -> Result<(), CliError> {
    let server = globals.connect().await?;
    match command {
        DocCommand::List => show::list(&server, globals).await,
        DocCommand::Create(args) => content::create(&server, args, globals).await,
        DocCommand::Show { doc } => show::show(&server, &doc, globals).await,
        DocCommand::Export(args) => content::export(&server, args, globals).await,
        DocCommand::Import(args) => content::import(&server, args, globals).await,
        DocCommand::Rename { doc, title } => rename(&server, &doc, title, globals).await,
        DocCommand::Versions { doc } => show::versions(&server, &doc, globals).await,
        DocCommand::Keep { doc, name } => keep(&server, &doc, name, globals).await,
        DocCommand::Restore { doc, version } => restore(&server, &doc, version, globals).await,
        DocCommand::Share { doc, user, access } => share(&server, &doc, user, access, globals).await,
        DocCommand::Delete { doc, force } => delete(&server, doc, force, globals).await,
    }
}

/// A document's id: as given, or that of a repository's notes.
async fn id_of(server: &Server, doc: &str) -> Result<String, CliError> {
    if doc.parse::<carrel_ids::DocumentId>().is_ok() {
        return Ok(doc.to_owned());
    }
    let repository = crate::repo::full_path(server, doc)?;
    let asked = server.fm.notes.clone().open_notes(OpenNotesRequest { repository: repository.clone() }).await;
    Ok(asked.during(&server.url, format!("open the notes of {repository}"))?.into_inner().document)
}

async fn rename(server: &Server, doc: &str, title: String, globals: &Globals) -> Result<(), CliError> {
    let id = id_of(server, doc).await?;
    let request = RenameDocumentRequest { id, title };
    let changed = server.fm.documents.clone().rename_document(request).await;
    let changed = changed.during(&server.url, format!("rename {doc}"))?;
    if globals.out.json { globals.out.object(changed.get_ref()) } else { Ok(()) }
}

async fn keep(server: &Server, doc: &str, name: String, globals: &Globals) -> Result<(), CliError> {
    let id = id_of(server, doc).await?;
    let request = CreateVersionRequest { id, name };
    let made = server.fm.documents.clone().create_version(request).await;
    let made = made.during(&server.url, format!("keep a version of {doc}"))?.into_inner();
    if globals.out.json { globals.out.object(&made) } else { globals.out.line(made.version.to_string()) }
}

async fn restore(server: &Server, doc: &str, version: u64, globals: &Globals) -> Result<(), CliError> {
    let id = id_of(server, doc).await?;
    let asked = server.fm.documents.clone().restore_version(RestoreVersionRequest { id, version }).await;
    let done = asked.during(&server.url, format!("restore version {version} of {doc}"))?;
    if !done.get_ref().changed {
        globals.out.note("it was as in that version already");
    }
    if globals.out.json { globals.out.object(done.get_ref()) } else { Ok(()) }
}

async fn share(
    server: &Server,
    doc: &str,
    user: String,
    access: AccessArg,
    globals: &Globals,
) -> Result<(), CliError> {
    if doc.contains('/') {
        return Err(CliError::Usage(format!(
            "the notes of {doc} follow the repository: use `carrel repo share {doc} NAME`"
        )));
    }
    let role = match access {
        AccessArg::None => MemberRole::None,
        AccessArg::Read => MemberRole::Reader,
        AccessArg::Write => MemberRole::Writer,
    };
    let action = format!("share {doc} with {user}");
    let request = AddMemberRequest { id: doc.to_owned(), user, role: role.into() };
    let changed = server.fm.documents.clone().add_member(request).await.during(&server.url, action)?;
    if globals.out.json { globals.out.object(changed.get_ref()) } else { Ok(()) }
}

async fn delete(server: &Server, id: String, force: bool, globals: &Globals) -> Result<(), CliError> {
    if !force && !crate::terminal::raw::confirm(&format!("Delete {id} for good?"), "--force")? {
        return Err(CliError::Exit(crate::error::EXIT_FAILED));
    }
    let action = format!("delete {id}");
    let asked = server.fm.documents.clone().delete_document(DeleteDocumentRequest { id }).await;
    asked.during(&server.url, action)?;
    if globals.out.json { globals.out.object(&json!({})) } else { Ok(()) }
}
