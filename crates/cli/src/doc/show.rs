//! Lists of documents, and what is known of one.

use carrel_proto::sync::v1::{
    Document, GetDocumentRequest, ListDocumentsRequest, ListVersionsRequest, MemberRole, Version,
};
use serde_json::json;

use super::id_of;
use crate::error::{CliError, During};
use crate::out::{Cell, Style, ago, bytes};
use crate::server::{Globals, Server, now_ms};

/// Pages asked for before a list is called endless.
const PAGES_MAX: usize = 500;

/// Every document of the caller's.
async fn all(server: &Server) -> Result<Vec<Document>, CliError> {
    let mut found = Vec::new();
    let mut after = String::new();
    for _ in 0..PAGES_MAX {
        let request = ListDocumentsRequest { after, limit: 1_000 };
        let page = server.fm.documents.clone().list_documents(request).await;
        let page = page.during(&server.url, "list the documents")?.into_inner();
        found.extend(page.documents);
        after = page.next;
        if after.is_empty() {
            break;
        }
    }
    Ok(found)
}

const fn role_text(role: MemberRole) -> &'static str {
    match role {
        MemberRole::Reader => "reads",
        MemberRole::Writer => "writes",
        MemberRole::None | MemberRole::Unspecified => "-",
    }
}

pub(super) async fn list(server: &Server, globals: &Globals) -> Result<(), CliError> {
    let found = all(server).await?;
    if globals.out.json {
        return globals.out.object(&json!({"documents": found}));
    }
    let now = now_ms().unsigned_abs();
    let rows: Vec<Vec<Cell>> = found
        .iter()
        .map(|document| {
            vec![
                Cell(document.id.clone(), Style::Bold),
                Cell::plain(document.title.clone()),
                Cell::plain(role_text(document.role())),
                Cell(ago(now, document.created_at), Style::Dim),
            ]
        })
        .collect();
    let empty = "no documents yet; make one with `carrel doc create TITLE`";
    globals.out.table(&["DOCUMENT", "TITLE", "YOU", "CREATED"], &rows, empty)
}

pub(super) async fn show(server: &Server, doc: &str, globals: &Globals) -> Result<(), CliError> {
    let id = id_of(server, doc).await?;
    let request = GetDocumentRequest { id: id.clone(), state_vector: Vec::new() };
    let asked = server.fm.documents.clone().get_document(request).await;
    let reply = asked.during(&server.url, format!("show {doc}"))?.into_inner();
    let document = reply.document.unwrap_or_default();
    let kept = versions_of(server, doc, &id).await?;
    let out = &globals.out;
    if out.json {
        let size = reply.update.len();
        return out.object(&json!({"document": document, "bytes": size, "versions": kept}));
    }
    let fact = |name: &str, value: &str| {
        out.line(format!("{}  {value}", out.paint(Style::Dim, &format!("{name:<9}"))))
    };
    fact("document", &out.paint(Style::Bold, &document.id))?;
    fact("title", &document.title)?;
    fact("owner", &document.owner)?;
    for member in &document.members {
        fact("member", &format!("{} {}", member.user, role_text(member.role())))?;
    }
    fact("created", &ago(now_ms().unsigned_abs(), document.created_at))?;
    fact("content", &bytes(reply.update.len() as u64))?;
    fact("versions", &kept.len().to_string())
}

pub(super) async fn versions(server: &Server, doc: &str, globals: &Globals) -> Result<(), CliError> {
    let id = id_of(server, doc).await?;
    let kept = versions_of(server, doc, &id).await?;
    if globals.out.json {
        return globals.out.object(&json!({"versions": kept}));
    }
    let now = now_ms().unsigned_abs();
    let rows: Vec<Vec<Cell>> = kept
        .iter()
        .map(|version| {
            vec![
                Cell(version.version.to_string(), Style::Bold),
                Cell::plain(version.name.clone()),
                Cell::plain(version.author.clone()),
                Cell::plain(bytes(version.bytes)),
                Cell(ago(now, version.created_at), Style::Dim),
            ]
        })
        .collect();
    let empty = format!("none kept yet; keep one with `carrel doc keep {doc} NAME`");
    globals.out.table(&["VERSION", "NAME", "BY", "SIZE", "KEPT"], &rows, &empty)
}

/// The newest first; a document has at most 200.
async fn versions_of(server: &Server, doc: &str, id: &str) -> Result<Vec<Version>, CliError> {
    let request = ListVersionsRequest { id: id.to_owned(), before: 0, limit: 200 };
    let asked = server.fm.documents.clone().list_versions(request).await;
    Ok(asked.during(&server.url, format!("list the versions of {doc}"))?.into_inner().versions)
}
