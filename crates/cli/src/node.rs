//! `node`: what an admin sees of the compute nodes.

use carrel_proto::compute::v1::{
    ClassReport, ListNodesRequest, Node, SetNodeDrainRequest, SetNodeQuarantineRequest,
};
use carrel_proto::session::v1::SlotClass;
use clap::Subcommand;

use crate::error::{CliError, During};
use crate::out::{Cell, Style, ago, bytes};
use crate::server::{Globals, Server, now_ms};

/// What to do with nodes.
#[derive(Debug, Subcommand)]
pub enum NodeCommand {
    /// List the nodes.
    List,
    /// Show one node.
    Show {
        /// Its id, e.g. no-local.
        node: String,
    },
    /// Place no more sessions on a node; running ones stay.
    Drain {
        /// Its id.
        node: String,
    },
    /// Place no session on a node that you do not trust, whatever it reports.
    Quarantine(QuarantineArgs),
    /// Place sessions on a node again.
    Undrain {
        /// Its id.
        node: String,
    },
}

/// Why a node is not trusted, or that it is again.
#[derive(Debug, clap::Args)]
pub struct QuarantineArgs {
    /// Its id.
    node: String,
    /// Why; whoever looks at the node next reads it.
    #[arg(long, required_unless_present = "lift", conflicts_with = "lift")]
    reason: Option<String>,
    /// Trust it again.
    #[arg(long)]
    lift: bool,
}

/// Runs a subcommand.
pub async fn run(command: NodeCommand, globals: &Globals) -> Result<(), CliError> {
    let server = globals.connect().await?;
    match command {
        NodeCommand::List => list(&server, globals).await,
        NodeCommand::Show { node } => show(&server, &node, globals).await,
        NodeCommand::Drain { node } => drain(&server, node, true, globals).await,
        NodeCommand::Undrain { node } => drain(&server, node, false, globals).await,
        NodeCommand::Quarantine(args) => quarantine(&server, args, globals).await,
    }
}

async fn nodes(server: &Server) -> Result<Vec<Node>, CliError> {
    let reply = server.fm.node_admin.clone().list_nodes(ListNodesRequest::default()).await;
    Ok(reply.during(&server.url, "list the nodes")?.into_inner().nodes)
}

async fn list(server: &Server, globals: &Globals) -> Result<(), CliError> {
    let nodes = nodes(server).await?;
    if globals.out.json {
        return globals.out.object(&serde_json::json!({"nodes": nodes}));
    }
    let now = now_ms();
    let rows: Vec<Vec<Cell>> = nodes.iter().map(|node| node_row(node, now)).collect();
    let heading = ["NODE", "HEALTH", "STANDARD", "BURST", "SESSIONS", "RUNTIME", "REPORTED"];
    globals.out.table(&heading, &rows, "no node has reported yet")
}

/// One line of the list.
pub fn node_row(node: &Node, now: i64) -> Vec<Cell> {
    let report = node.report.clone().unwrap_or_default();
    let health = match (node.health.as_str(), node.draining) {
        _ if node.quarantine.is_some() => Cell("quarantine".into(), Style::Bad),
        ("up", false) => Cell("up".into(), Style::Good),
        ("up", true) => Cell("draining".into(), Style::Warn),
        (other, _) => Cell(other.to_owned(), Style::Bad),
    };
    let class = |wanted: SlotClass| {
        let found = report.classes.iter().find(|class| class.slot_class() == wanted);
        Cell::plain(found.map_or_else(|| "-".into(), class_text))
    };
    vec![
        Cell(node.id.clone(), Style::Bold),
        health,
        class(SlotClass::Standard),
        class(SlotClass::Burst),
        Cell::plain(report.sessions.len().to_string()),
        Cell::plain(report.runtime.clone()),
        Cell::plain(ago(now.unsigned_abs(), node.last_report)),
    ]
}

/// "3 of 4 warm, 1 in use".
pub fn class_text(class: &ClassReport) -> String {
    let mut text = format!("{} of {} warm", class.warm, class.wanted);
    if class.creating > 0 {
        text.push_str(&format!(", {} coming", class.creating));
    }
    if class.claimed > 0 {
        text.push_str(&format!(", {} in use", class.claimed));
    }
    text
}

async fn show(server: &Server, id: &str, globals: &Globals) -> Result<(), CliError> {
    let nodes = nodes(server).await?;
    let node = nodes.iter().find(|node| node.id == id || node.id.strip_prefix("no-") == Some(id));
    let Some(node) = node else {
        let known: Vec<&str> = nodes.iter().map(|node| node.id.as_str()).collect();
        return Err(CliError::failed(
            format!("there is no node {id}"),
            format!("known nodes: {}", if known.is_empty() { "none".into() } else { known.join(", ") }),
        ));
    };
    let out = &globals.out;
    if out.json {
        return out.object(node);
    }
    let report = node.report.clone().unwrap_or_default();
    let mut rows = vec![
        ("node", node.id.clone()),
        ("health", if node.draining { format!("{}, draining", node.health) } else { node.health.clone() }),
        ("runtime", report.runtime.clone()),
        ("machine", format!("{} threads, {}", report.threads, bytes(report.memory_bytes))),
        ("reported", ago(now_ms().unsigned_abs(), node.last_report)),
        ("control", report.control_url.clone()),
    ];
    if let Some(held) = &node.quarantine {
        let since = ago(now_ms().unsigned_abs(), held.since);
        rows.push(("quarantine", format!("since {since}: {}", held.reason)));
    }
    if !report.direct_url.is_empty() {
        rows.push(("direct", report.direct_url.clone()));
    }
    if !report.refusing.is_empty() {
        rows.push(("refusing", report.refusing.clone()));
    }
    for class in &report.classes {
        let name = if class.slot_class() == SlotClass::Burst { "burst" } else { "standard" };
        rows.push((name, class_text(class)));
    }
    rows.extend(report.clamped.iter().map(|text| ("clamped", text.clone())));
    rows.extend(
        report.sessions.iter().map(|held| ("session", format!("{} in {}", held.session_id, held.slot_id))),
    );
    for (name, value) in rows {
        out.line(format!("{}  {value}", out.paint(Style::Dim, &format!("{name:<10}"))))?;
    }
    Ok(())
}

async fn quarantine(server: &Server, args: QuarantineArgs, globals: &Globals) -> Result<(), CliError> {
    let QuarantineArgs { node: node_id, reason, lift } = args;
    let action = format!("{} {node_id}", if lift { "lift the quarantine of" } else { "quarantine" });
    let request = SetNodeQuarantineRequest { node_id, quarantine: !lift, reason: reason.unwrap_or_default() };
    let node = server.fm.node_admin.clone().set_node_quarantine(request).await;
    let node = node.during(&server.url, action)?.into_inner();
    if globals.out.json { globals.out.object(&node) } else { Ok(()) }
}

async fn drain(server: &Server, node_id: String, drain: bool, globals: &Globals) -> Result<(), CliError> {
    let action = format!("{} {node_id}", if drain { "drain" } else { "undrain" });
    let request = SetNodeDrainRequest { node_id, drain };
    let node =
        server.fm.node_admin.clone().set_node_drain(request).await.during(&server.url, action)?.into_inner();
    if globals.out.json {
        return globals.out.object(&node);
    }
    let held = node.report.as_ref().map_or(0, |report| report.sessions.len());
    if drain && held > 0 {
        globals.out.note(format!("{held} running sessions stay until they are closed"));
    }
    Ok(())
}
