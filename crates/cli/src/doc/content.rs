//! What documents hold, in and out of files.

use std::io::{Read as _, Write as _};
use std::path::Path;

use carrel_proto::sync::v1::content::Form as Held;
use carrel_proto::sync::v1::{
    Content, CreateDocumentRequest, ExportDocumentRequest, Form, ImportDocumentRequest, SharedText,
};

use super::{CreateArgs, ExportArgs, FormArg, ImportArgs, id_of};
use crate::error::{CliError, Doing, During};
use crate::server::{Globals, Server};

/// Above what any server takes in one message; a larger file is not read at all.
const FILE_MAX: u64 = 64 * 1024 * 1024;

/// Creates a document.
pub(super) async fn create(server: &Server, args: CreateArgs, globals: &Globals) -> Result<(), CliError> {
    let content = match &args.from {
        Some(file) => Some(read(file, form_of(args.form, Some(file)))?),
        None => None,
    };
    let request = CreateDocumentRequest { id: args.id.unwrap_or_default(), title: args.title, content };
    let made = server.fm.documents.clone().create_document(request).await;
    let made = made.during(&server.url, "create a document")?.into_inner();
    if globals.out.json { globals.out.object(&made) } else { globals.out.line(&made.id) }
}

/// Writes a document out.
pub(super) async fn export(server: &Server, args: ExportArgs, globals: &Globals) -> Result<(), CliError> {
    let id = id_of(server, &args.doc).await?;
    let form = match form_of(args.form, args.file.as_deref()) {
        FormArg::Text => Form::Text,
        FormArg::Json => Form::Json,
        FormArg::Update => Form::Update,
    };
    let request = ExportDocumentRequest { id, form: form.into(), name: String::new(), version: args.version };
    let asked = server.fm.documents.clone().export_document(request).await;
    let content = asked.during(&server.url, format!("export {}", args.doc))?.into_inner();
    let bytes = match content.form {
        Some(Held::Update(update)) => update,
        Some(Held::Json(json)) => json.into_bytes(),
        Some(Held::Text(text)) => text.text.into_bytes(),
        None => Vec::new(),
    };
    match &args.file {
        Some(file) => {
            std::fs::write(file, &bytes).doing(format!("write {}", file.display()))?;
            let written = serde_json::json!({"file": file, "bytes": bytes.len()});
            if globals.out.json { globals.out.object(&written) } else { Ok(()) }
        }
        None => {
            let mut out = std::io::stdout().lock();
            out.write_all(&bytes).and_then(|()| out.flush()).doing("write the document")
        }
    }
}

/// Reads a file into a document.
pub(super) async fn import(server: &Server, args: ImportArgs, globals: &Globals) -> Result<(), CliError> {
    let content = read(&args.file, form_of(args.form, Some(&args.file)))?;
    let id = id_of(server, &args.doc).await?;
    let request = ImportDocumentRequest { id, content: Some(content) };
    let asked = server.fm.documents.clone().import_document(request).await;
    let done = asked.during(&server.url, format!("import into {}", args.doc))?;
    if !done.get_ref().changed {
        globals.out.note("it held all of that already");
    }
    if globals.out.json { globals.out.object(done.get_ref()) } else { Ok(()) }
}

/// As asked, else by the file's name.
fn form_of(asked: Option<FormArg>, file: Option<&Path>) -> FormArg {
    let by_name = || match file.and_then(|file| file.extension()?.to_str()) {
        Some("json") => FormArg::Json,
        Some("yjs") => FormArg::Update,
        _ => FormArg::Text,
    };
    asked.unwrap_or_else(by_name)
}

fn read(file: &Path, form: FormArg) -> Result<Content, CliError> {
    let shown = if file == Path::new("-") { "standard input".to_owned() } else { file.display().to_string() };
    let mut bytes = Vec::new();
    let taken = if file == Path::new("-") {
        std::io::stdin().lock().take(FILE_MAX + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(file).and_then(|open| open.take(FILE_MAX + 1).read_to_end(&mut bytes))
    };
    taken.doing(format!("read {shown}"))?;
    if bytes.len() as u64 > FILE_MAX {
        return Err(CliError::Usage(format!("{shown} is larger than {} MiB", FILE_MAX >> 20)));
    }
    let text = |bytes: Vec<u8>| {
        String::from_utf8(bytes).map_err(|_| {
            CliError::Usage(format!("{shown} is no text; an update of Yjs is read with --form update"))
        })
    };
    let form = match form {
        FormArg::Update => Held::Update(bytes),
        FormArg::Json => Held::Json(text(bytes)?),
        FormArg::Text => Held::Text(SharedText { name: String::new(), text: text(bytes)? }),
    };
    Ok(Content { form: Some(form) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_says_its_form_unless_one_is_asked_for() {
        let of = |asked, name: &str| form_of(asked, Some(Path::new(name)));
        assert_eq!(of(None, "a.md"), FormArg::Text);
        assert_eq!(of(None, "a.json"), FormArg::Json);
        assert_eq!(of(None, "a.yjs"), FormArg::Update);
        assert_eq!(of(Some(FormArg::Text), "a.json"), FormArg::Text);
        assert_eq!(form_of(None, None), FormArg::Text);
    }

    #[test]
    fn what_is_no_text_is_said_to_be_none() {
        let dir = tempfile::tempdir().expect("folder");
        let file = dir.path().join("x");
        std::fs::write(&file, [0xff, 0]).expect("write");
        let error = read(&file, FormArg::Text).expect_err("no text");
        assert!(error.to_string().contains("--form update"), "{error}");
        let content = read(&file, FormArg::Update).expect("bytes");
        assert_eq!(content.form, Some(Held::Update(vec![0xff, 0])));
    }
}
