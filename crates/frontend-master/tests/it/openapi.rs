//! The OpenAPI document is written from the `.proto` files; this test writes it anew and compares.
//!
//! `CARREL_REGENERATE=1 cargo test -p carrel-frontend-master openapi` replaces the checked-in one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use carrel_proto::access::{Access, METHODS};
use carrel_proto::code::ServiceCode;
use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto};
use serde_json::{Map, Value, json};

/// Only what this daemon mirrors, or passes on.
const FILES: [&str; 6] = [
    "carrel/auth/v1/auth.proto",
    "carrel/repo/v1/repo.proto",
    "carrel/session/v1/session.proto",
    "carrel/compute/v1/compute.proto",
    "carrel/notes/v1/notes.proto",
    "carrel/sync/v1/sync.proto",
];

#[test]
fn openapi_is_current() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let file = root.join("src/http/openapi.json");
    let fresh = format!("{:#}\n", document(&root.join("../proto/proto")));
    if std::env::var_os("CARREL_REGENERATE").is_some() {
        std::fs::write(&file, &fresh).expect("write openapi.json");
    }
    let held = std::fs::read_to_string(&file).expect("read openapi.json");
    assert!(held == fresh, "src/http/openapi.json is stale: run this test with CARREL_REGENERATE=1");
    assert!(fresh.contains("\"openapi\": \"3.1.0\""));
}

/// The whole document.
fn document(protos: &std::path::Path) -> Value {
    let mut compiler = protox::Compiler::new([protos]).expect("proto folder");
    compiler.include_imports(true).include_source_info(true);
    compiler.open_files(FILES.map(|file| protos.join(file))).expect("protos compile");
    let files = compiler.file_descriptor_set().file;
    let world = World::new(&files);
    let mut paths = Map::new();
    let mut used = BTreeSet::new();
    for file in &files {
        for (at, service) in file.service.iter().enumerate() {
            for (index, method) in service.method.iter().enumerate() {
                let name = format!("{}.{}/{}", file.package(), service.name(), method.name());
                let access = METHODS.iter().find(|(listed, _)| *listed == name).expect("listed").1;
                let mirrored = matches!(access, Access::Public | Access::User | Access::Admin);
                if method.server_streaming() || !mirrored {
                    continue;
                }
                let comment = comment(file, &[6, at as i32, 2, index as i32]);
                let (input, output) = (world.key(method.input_type()), world.key(method.output_type()));
                used.extend([input.clone(), output.clone()]);
                let path = format!("/api/v1/{}/{}", service.name(), method.name());
                paths.insert(
                    path,
                    operation(service.name(), method.name(), &comment, access, &input, &output),
                );
            }
        }
    }
    let schemas = world.schemas(used);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Carrel",
            "version": "1",
            "description": "Every method of the front-end master as JSON over POST, in the proto3 JSON mapping: \
                the same as its gRPC services. A missing field means its default."
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" },
                "cookie": { "type": "apiKey", "in": "cookie", "name": "carrel_token" }
            }
        }
    })
}

fn operation(service: &str, method: &str, comment: &str, access: Access, input: &str, output: &str) -> Value {
    let schema = |key: &str| json!({ "application/json": { "schema": { "$ref": format!("#/components/schemas/{key}") } } });
    let security = match access {
        Access::Public => json!([]),
        _ => json!([{ "token": [] }, { "cookie": [] }]),
    };
    let mut operation = json!({
        "operationId": format!("{service}_{method}"),
        "tags": [service],
        "security": security,
        "requestBody": { "required": false, "content": schema(input) },
        "responses": {
            "200": { "description": "Done.", "content": schema(output) },
            "default": { "description": "Refused or failed.", "content": schema("Problem") }
        }
    });
    if !comment.is_empty() {
        operation["description"] = json!(comment);
    }
    if access == Access::Admin {
        operation["x-carrel-role"] = json!("admin");
    }
    json!({ "post": operation })
}

/// The comment above an item.
fn comment(file: &FileDescriptorProto, path: &[i32]) -> String {
    let places = file.source_code_info.iter().flat_map(|info| &info.location);
    let text =
        places.filter(|place| place.path == path).filter_map(|place| place.leading_comments.as_deref());
    let lines: Vec<&str> = text.flat_map(str::lines).map(str::trim).collect();
    lines.join(" ").trim().to_owned()
}

/// Messages and enums by their full name (with the leading dot).
struct World<'a> {
    messages: BTreeMap<String, (&'a FileDescriptorProto, usize, &'a DescriptorProto)>,
    enums: BTreeMap<String, (&'a FileDescriptorProto, usize, &'a EnumDescriptorProto)>,
}

impl<'a> World<'a> {
    fn new(files: &'a [FileDescriptorProto]) -> Self {
        let mut world = Self { messages: BTreeMap::new(), enums: BTreeMap::new() };
        for file in files {
            for (index, message) in file.message_type.iter().enumerate() {
                let name = format!(".{}.{}", file.package(), message.name());
                world.messages.insert(name, (file, index, message));
            }
            for (index, described) in file.enum_type.iter().enumerate() {
                let name = format!(".{}.{}", file.package(), described.name());
                world.enums.insert(name, (file, index, described));
            }
        }
        world
    }

    /// `.carrel.auth.v1.Token` → `auth.Token`
    fn key(&self, full: &str) -> String {
        full.trim_start_matches(".carrel.").replace(".v1.", ".")
    }

    fn full(&self, key: &str) -> String {
        let (package, name) = key.split_once('.').expect("package.Name");
        format!(".carrel.{package}.v1.{name}")
    }

    /// The schemas of these messages and of everything they mention.
    fn schemas(&self, used: BTreeSet<String>) -> Map<String, Value> {
        let codes: Vec<Value> =
            ServiceCode::ALL.iter().map(|code| serde_json::to_value(code).expect("code")).collect();
        let mut schemas = Map::new();
        schemas.insert(
            "Problem".to_owned(),
            json!({
                "type": "object",
                "required": ["code", "message"],
                "properties": {
                    "code": { "type": "string", "enum": codes },
                    "message": { "type": "string", "description": "What is wrong and what to do next." }
                }
            }),
        );
        let mut due: Vec<String> = used.into_iter().collect();
        while let Some(key) = due.pop() {
            if schemas.contains_key(&key) {
                continue;
            }
            let full = self.full(&key);
            let schema = match (self.messages.get(&full), self.enums.get(&full)) {
                (Some((file, index, message)), _) => self.message(file, *index, message, &mut due),
                (_, Some((file, index, described))) => {
                    let values: Vec<&str> = described.value.iter().map(|value| value.name()).collect();
                    described_as(
                        json!({ "type": "string", "enum": values }),
                        &comment(file, &[5, *index as i32]),
                    )
                }
                _ => panic!("{full} is not described"),
            };
            schemas.insert(key, schema);
        }
        schemas
    }

    fn message(
        &self,
        file: &FileDescriptorProto,
        index: usize,
        message: &DescriptorProto,
        due: &mut Vec<String>,
    ) -> Value {
        let mut properties = Map::new();
        for (at, field) in message.field.iter().enumerate() {
            let one = self.field(field, due);
            let schema =
                if field.label() == Label::Repeated { json!({ "type": "array", "items": one }) } else { one };
            let text = comment(file, &[4, index as i32, 2, at as i32]);
            properties.insert(field.json_name().to_owned(), described_as(schema, &text));
        }
        let schema = json!({ "type": "object", "properties": properties, "additionalProperties": false });
        described_as(schema, &comment(file, &[4, index as i32]))
    }

    /// The proto3 JSON mapping: 64-bit numbers are strings, bytes are base64.
    fn field(&self, field: &FieldDescriptorProto, due: &mut Vec<String>) -> Value {
        match field.r#type() {
            Type::Message | Type::Enum => {
                let key = self.key(field.type_name());
                due.push(key.clone());
                json!({ "$ref": format!("#/components/schemas/{key}") })
            }
            Type::String => json!({ "type": "string" }),
            Type::Bool => json!({ "type": "boolean" }),
            Type::Double => json!({ "type": "number", "format": "double" }),
            Type::Bytes => json!({ "type": "string", "contentEncoding": "base64" }),
            Type::Int64 => json!({ "type": "string", "format": "int64" }),
            Type::Uint64 => json!({ "type": "string", "format": "uint64" }),
            Type::Int32 => json!({ "type": "integer", "format": "int32" }),
            Type::Uint32 => json!({ "type": "integer", "format": "uint32", "minimum": 0 }),
            other => panic!("no mapping for {other:?} yet"),
        }
    }
}

fn described_as(mut schema: Value, text: &str) -> Value {
    if !text.is_empty() {
        schema["description"] = json!(text);
    }
    schema
}
