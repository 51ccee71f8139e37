//! The writing connection: takes what waits, makes it one transaction, answers when it is committed.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use carrel_ids::DocumentId;
use tokio::sync::{mpsc, oneshot};
use tokio_postgres::Client;

use super::batch::{Batch, HeldDocument, HeldRow};
use super::connect::Link;
use super::read::parse_meta;
use super::{Counts, StoreError, failed};
use crate::store::{Change, Meta, Put};

type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

pub(super) enum Call {
    Append(DocumentId, Bytes, Reply<()>),
    Change(DocumentId, Change, Reply<Arc<Meta>>),
    Put(Vec<Put>, Reply<Vec<u64>>),
    /// Answered when everything before it is done.
    Barrier(Reply<()>),
}

/// One transaction: beyond, those at its front would wait for those at its end.
const CALLS_MAX: usize = 4_096;
const BYTES_MAX: usize = 4 * 1024 * 1024;
/// A transaction that takes longer has hung; its connection is given up.
const TRANSACTION_MAX: Duration = Duration::from_secs(60);
/// Tries of a transaction that met another server's.
const TRIES_MAX: usize = 5;

/// Why a transaction came to nothing.
enum Trouble {
    /// Another server was quicker: try again.
    Met,
    Failed(StoreError),
}

pub(super) struct Writer {
    link: Link,
    counts: Arc<Counts>,
}

type Done<T> = Vec<Result<T, StoreError>>;

/// The results of a transaction's calls, by kind, in their order.
#[derive(Default)]
struct Results {
    appends: Done<()>,
    changes: Done<Arc<Meta>>,
    puts: Done<Vec<u64>>,
}

impl Writer {
    pub(super) const fn new(link: Link, counts: Arc<Counts>) -> Self {
        Self { link, counts }
    }

    /// Until the store is dropped and everything asked before is done.
    pub(super) async fn run(self, mut inbox: mpsc::UnboundedReceiver<Call>) {
        while let Some(first) = inbox.recv().await {
            let mut bytes = 0;
            let mut calls = vec![first];
            while calls.len() < CALLS_MAX && bytes < BYTES_MAX {
                let Ok(call) = inbox.try_recv() else { break };
                bytes += call.bytes();
                calls.push(call);
            }
            self.serve(calls).await;
        }
    }

    async fn serve(&self, calls: Vec<Call>) {
        let queued: usize = calls.iter().map(Call::bytes).sum();
        let mut result = Err(StoreError::DatabaseSilent);
        if calls.iter().all(|call| matches!(call, Call::Barrier(_))) {
            result = Ok(Results::default());
        } else {
            for _ in 0..TRIES_MAX {
                let transaction = tokio::time::timeout(TRANSACTION_MAX, self.transaction(&calls)).await;
                match transaction.unwrap_or(Err(Trouble::Failed(StoreError::DatabaseSilent))) {
                    Ok(results) => {
                        result = Ok(results);
                        break;
                    }
                    Err(Trouble::Met) => {}
                    Err(Trouble::Failed(error)) => {
                        self.link.give_up().await;
                        result = Err(error);
                        break;
                    }
                }
            }
        }
        self.counts.queued.fetch_sub(queued as u64, Ordering::Relaxed);
        answer(calls, result);
    }

    async fn transaction(&self, calls: &[Call]) -> Result<Results, Trouble> {
        let client = self.link.client().await.map_err(Trouble::Failed)?;
        let what = failed("write");
        let failed = |error| trouble(error, &what);
        client.batch_execute("BEGIN").await.map_err(failed)?;
        let done = self.inside(&client, calls).await;
        match done {
            Ok(results) => {
                client.batch_execute("COMMIT").await.map_err(|error| trouble(error, &what))?;
                self.counts.commits.fetch_add(1, Ordering::Relaxed);
                Ok(results)
            }
            Err(why) => {
                // If this fails, the connection is not used again anyway.
                let rolled_back = client.batch_execute("ROLLBACK").await;
                rolled_back.map_err(|error| Trouble::Failed(what(error)))?;
                Err(why)
            }
        }
    }

    async fn inside(&self, client: &Client, calls: &[Call]) -> Result<Results, Trouble> {
        let what = failed("write");
        let mut batch = lock(client, calls).await?;
        let mut results = Results::default();
        for call in calls {
            match call {
                Call::Append(id, update, _) => results.appends.push(batch.append(id, update.clone())),
                Call::Change(id, change, _) => results.changes.push(batch.change(id, change.clone())),
                Call::Put(puts, _) => results.puts.push(batch.put(puts.clone())),
                Call::Barrier(_) => {}
            }
        }
        write_documents(client, &batch).await?;
        write_rows(client, &batch).await?;
        let ids: Vec<&str> = batch.updates.iter().map(|(id, ..)| id.as_str()).collect();
        if !ids.is_empty() {
            let numbers: Vec<i64> = batch.updates.iter().map(|(_, number, _)| *number as i64).collect();
            let bodies: Vec<&[u8]> = batch.updates.iter().map(|(.., body)| &body[..]).collect();
            let written: usize = bodies.iter().map(|body| body.len()).sum();
            let text = "INSERT INTO carrel_sync_updates (id, number, body)
                SELECT * FROM unnest($1::text[], $2::bigint[], $3::bytea[])";
            client.execute(text, &[&ids, &numbers, &bodies]).await.map_err(|error| trouble(error, &what))?;
            self.counts.written.fetch_add(written as u64, Ordering::Relaxed);
        }
        Ok(results)
    }
}

impl Call {
    fn bytes(&self) -> usize {
        if let Self::Append(_, update, _) = self { update.len() } else { 0 }
    }
}

fn trouble(error: tokio_postgres::Error, what: &impl Fn(tokio_postgres::Error) -> StoreError) -> Trouble {
    use tokio_postgres::error::SqlState;
    let met =
        [SqlState::UNIQUE_VIOLATION, SqlState::T_R_DEADLOCK_DETECTED, SqlState::T_R_SERIALIZATION_FAILURE];
    if error.code().is_some_and(|code| met.contains(code)) {
        Trouble::Met
    } else {
        Trouble::Failed(what(error))
    }
}

/// Reads and locks what the calls are about, in the order of ids and keys: nobody waits for each other in a circle.
async fn lock(client: &Client, calls: &[Call]) -> Result<Batch, Trouble> {
    let what = failed("lock");
    let failed = |error| trouble(error, &what);
    let (mut ids, mut doomed, mut keys) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for call in calls {
        match call {
            Call::Append(id, ..) => drop(ids.insert(id.as_str())),
            Call::Change(id, change, _) => {
                ids.insert(id.as_str());
                if matches!(change, Change::Delete) {
                    doomed.insert(id.as_str());
                }
            }
            Call::Put(puts, _) => keys.extend(puts.iter().map(|put| put.key.as_str())),
            Call::Barrier(_) => {}
        }
    }
    let mut batch = Batch::default();
    let (ids, doomed): (Vec<&str>, Vec<&str>) = (ids.into_iter().collect(), doomed.into_iter().collect());
    if !doomed.is_empty() {
        // Against a compaction, whose state would otherwise come after the deletion.
        let text = "SELECT id FROM carrel_sync_documents WHERE id = ANY($1) ORDER BY id FOR UPDATE";
        client.execute(text, &[&doomed]).await.map_err(failed)?;
    }
    if !ids.is_empty() {
        let text = "SELECT id, meta, meta_version, last FROM carrel_sync_documents
            WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE";
        for row in client.query(text, &[&ids]).await.map_err(failed)? {
            let id = row.get::<_, &str>(0).parse();
            let id = id.map_err(|_| Trouble::Failed(StoreError::DatabaseForeign("document's id")))?;
            let held = HeldDocument {
                meta: Arc::new(parse_meta(row.get(1)).map_err(Trouble::Failed)?),
                version: row.get::<_, i64>(2).unsigned_abs(),
                last: row.get::<_, i64>(3).unsigned_abs(),
                is_new: false,
                is_changed: false,
            };
            batch.documents.insert(id, held);
        }
    }
    let keys: Vec<&str> = keys.into_iter().collect();
    if !keys.is_empty() {
        let text = "SELECT key, version FROM carrel_sync_rows WHERE key = ANY($1) ORDER BY key FOR UPDATE";
        for row in client.query(text, &[&keys]).await.map_err(failed)? {
            let version = row.get::<_, i64>(1).unsigned_abs();
            batch.rows.insert(row.get(0), HeldRow { version, was: version, put: None });
        }
    }
    Ok(batch)
}

async fn write_documents(client: &Client, batch: &Batch) -> Result<(), Trouble> {
    let what = failed("write documents");
    let failed = |error| trouble(error, &what);
    let (mut last_ids, mut lasts) = (Vec::new(), Vec::new());
    for (id, held) in &batch.documents {
        let (version, last) = (held.version as i64, held.last as i64);
        if !held.is_changed {
            last_ids.push(id.as_str());
            lasts.push(last);
            continue;
        }
        let meta = serde_json::to_string(&*held.meta).expect("plain fields become JSON");
        // One that another server has just made is met here.
        let insert = "INSERT INTO carrel_sync_documents (id, meta, meta_version, deleted, last)
            VALUES ($1, $2, $3, $4, $5)";
        let update = "UPDATE carrel_sync_documents SET meta = $2, meta_version = $3, deleted = $4, last = $5
            WHERE id = $1";
        let text = if held.is_new { insert } else { update };
        client
            .execute(text, &[&id.as_str(), &meta, &version, &held.meta.deleted, &last])
            .await
            .map_err(failed)?;
        client
            .execute("DELETE FROM carrel_sync_members WHERE id = $1", &[&id.as_str()])
            .await
            .map_err(failed)?;
        if !held.meta.deleted {
            let mut users: Vec<&str> = held.meta.members.iter().map(|(user, _)| user.as_str()).collect();
            users.push(&held.meta.owner);
            let text = "INSERT INTO carrel_sync_members (user_id, id)
                SELECT u, $2 FROM unnest($1::text[]) u ON CONFLICT DO NOTHING";
            client.execute(text, &[&users, &id.as_str()]).await.map_err(failed)?;
        }
    }
    if !last_ids.is_empty() {
        let text = "UPDATE carrel_sync_documents d SET last = n.last
            FROM unnest($1::text[], $2::bigint[]) n(id, last) WHERE d.id = n.id AND d.last <> n.last";
        client.execute(text, &[&last_ids, &lasts]).await.map_err(failed)?;
    }
    for id in &batch.deleted {
        let of_it = crate::store::versions_prefix(id);
        for text in
            ["DELETE FROM carrel_sync_updates WHERE id = $1", "DELETE FROM carrel_sync_states WHERE id = $1"]
        {
            client.execute(text, &[&id.as_str()]).await.map_err(failed)?;
        }
        let text = "DELETE FROM carrel_sync_rows WHERE starts_with(key, $1)";
        client.execute(text, &[&of_it]).await.map_err(failed)?;
    }
    Ok(())
}

async fn write_rows(client: &Client, batch: &Batch) -> Result<(), Trouble> {
    let what = failed("write rows");
    let failed = |error| trouble(error, &what);
    for (key, row) in &batch.rows {
        let Some(put) = &row.put else { continue };
        let Some(value) = &put.value else {
            client.execute("DELETE FROM carrel_sync_rows WHERE key = $1", &[key]).await.map_err(failed)?;
            continue;
        };
        let (version, value, blob) = (row.version as i64, &value[..], put.blob.as_deref());
        // One that another server has just made is met here.
        let text = if row.was == 0 {
            "INSERT INTO carrel_sync_rows (key, version, value, blob) VALUES ($1, $2, $3, $4)"
        } else {
            "UPDATE carrel_sync_rows SET version = $2, value = $3, blob = $4 WHERE key = $1"
        };
        client.execute(text, &[key, &version, &value, &blob]).await.map_err(failed)?;
    }
    Ok(())
}

// An answer that nobody waits for any more is dropped: `let _ =` throughout.
fn answer(calls: Vec<Call>, result: Result<Results, StoreError>) {
    let (mut results, failure) = match result {
        Ok(results) => (results, None),
        Err(error) => (Results::default(), Some(error)),
    };
    let mut appends = results.appends.drain(..);
    let mut changes = results.changes.drain(..);
    let mut puts = results.puts.drain(..);
    let failed = || failure.clone().unwrap_or(StoreError::Closed);
    for call in calls {
        match call {
            Call::Append(_, _, reply) => {
                let _ = reply.send(appends.next().unwrap_or_else(|| Err(failed())));
            }
            Call::Change(_, _, reply) => {
                let _ = reply.send(changes.next().unwrap_or_else(|| Err(failed())));
            }
            Call::Put(_, reply) => {
                let _ = reply.send(puts.next().unwrap_or_else(|| Err(failed())));
            }
            Call::Barrier(reply) => {
                let _ = reply.send(Ok(()));
            }
        }
    }
}
