//! Login links, tokens and revocations on SQLite.

use async_trait::async_trait;
use carrel_ids::UserId;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::{SqliteStore, column, failed, signed};
use crate::store::{
    LIVE_TOKENS_MAX, LinkRecord, LoginRecord, RevocationRecord, RevokeTokens, StoreError, TokenRecord,
    TokenStore,
};

fn revocation(row: &SqliteRow) -> Result<RevocationRecord, StoreError> {
    let read = || -> Result<_, sqlx::Error> {
        Ok((
            row.try_get::<String, _>("token_id")?,
            row.try_get::<&str, _>("user_id")?,
            row.try_get::<i64, _>("before")?,
            row.try_get::<i64, _>("forget_after")?,
        ))
    };
    let (token_id, user_id, before, forget_after) = read().map_err(failed("read a revocation"))?;
    Ok(RevocationRecord { token_id, user_id: column("revocations", user_id)?, before, forget_after })
}

fn login(row: &SqliteRow) -> Result<LoginRecord, sqlx::Error> {
    let held: String = row.try_get("held")?;
    Ok(LoginRecord {
        id: row.try_get("first")?,
        name: row.try_get("name")?,
        client: row.try_get("client")?,
        created_at: row.try_get("created_at")?,
        used_at: row.try_get("used_at")?,
        expires_at: row.try_get("expires_at")?,
        tokens: held.split(' ').map(str::to_owned).collect(),
    })
}

#[async_trait]
impl TokenStore for SqliteStore {
    async fn put_link(&self, link: &LinkRecord, now_ms: i64) -> Result<(), StoreError> {
        const OPERATION: &str = "add a login link";
        let mut tx = self.begin(OPERATION).await?;
        sqlx::query("DELETE FROM login_links WHERE expires_at < ?")
            .bind(now_ms)
            .execute(&mut *tx)
            .await
            .map_err(failed(OPERATION))?;
        sqlx::query("INSERT INTO login_links (secret_hash, user_id, expires_at) VALUES (?, ?, ?)")
            .bind(&link.secret_hash[..])
            .bind(link.user_id.as_str())
            .bind(link.expires_at)
            .execute(&mut *tx)
            .await
            .map_err(failed(OPERATION))?;
        tx.commit().await.map_err(failed(OPERATION))
    }

    async fn take_link(&self, secret_hash: &[u8; 32], now_ms: i64) -> Result<Option<UserId>, StoreError> {
        let row = sqlx::query("DELETE FROM login_links WHERE secret_hash = ? RETURNING user_id, expires_at")
            .bind(&secret_hash[..])
            .fetch_optional(&self.writer)
            .await
            .map_err(failed("use a login link"))?;
        let Some(row) = row else { return Ok(None) };
        let expires_at: i64 = row.try_get("expires_at").map_err(failed("read a login link"))?;
        if expires_at < now_ms {
            return Ok(None);
        }
        let user: &str = row.try_get("user_id").map_err(failed("read a login link"))?;
        column("login_links", user).map(Some)
    }

    async fn record_token(
        &self,
        token: &TokenRecord,
        epoch: u64,
        renews: Option<&str>,
        now_secs: i64,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "record a token";
        let mut tx = self.begin(OPERATION).await?;
        let (live,): (i64,) =
            sqlx::query_as("SELECT count(*) FROM tokens WHERE user_id = ? AND expires_at >= ?")
                .bind(token.user_id.as_str())
                .bind(now_secs)
                .fetch_one(&mut *tx)
                .await
                .map_err(failed(OPERATION))?;
        if live >= LIVE_TOKENS_MAX {
            return Err(StoreError::TooManyTokens);
        }
        let done = sqlx::query(
            "INSERT INTO tokens (id, user_id, expires_at, name, client, created_at, login, used_at) \
             SELECT ?1, users.id, ?2, ?6, coalesce(held.client, ?7), coalesce(held.created_at, ?8), \
             coalesce(CASE held.login WHEN '' THEN held.id ELSE held.login END, ''), \
             CASE WHEN held.id IS NULL THEN 0 ELSE ?8 END \
             FROM users LEFT JOIN tokens held ON held.id = ?5 AND held.user_id = users.id \
             WHERE users.id = ?3 AND epoch = ?4 AND disabled = 0 AND (?5 IS NULL OR held.id IS NOT NULL)",
        )
        .bind(&token.id)
        .bind(token.expires_at)
        .bind(token.user_id.as_str())
        .bind(signed("users", epoch)?)
        .bind(renews)
        .bind(&token.name)
        .bind(&token.client)
        .bind(token.created_at)
        .execute(&mut *tx)
        .await
        .map_err(failed(OPERATION))?;
        if done.rows_affected() != 1 {
            return Err(StoreError::CredentialsChanged);
        }
        tx.commit().await.map_err(failed(OPERATION))
    }

    async fn token(&self, id: &str) -> Result<Option<TokenRecord>, StoreError> {
        const OPERATION: &str = "find a token";
        let row = sqlx::query("SELECT * FROM tokens WHERE id = ?")
            .bind(id)
            .fetch_optional(&self.readers)
            .await
            .map_err(failed(OPERATION))?;
        let Some(row) = row else { return Ok(None) };
        let read = || -> Result<_, sqlx::Error> {
            let text = |name| row.try_get::<String, _>(name);
            let number = |name| row.try_get::<i64, _>(name);
            let texts = (text("user_id")?, text("name")?, text("client")?);
            Ok((texts, number("created_at")?, number("expires_at")?))
        };
        let ((user_id, name, client), created_at, expires_at) = read().map_err(failed(OPERATION))?;
        let user_id = column("tokens", &user_id)?;
        Ok(Some(TokenRecord { id: id.to_owned(), user_id, expires_at, name, client, created_at }))
    }

    async fn logins(&self, user: &UserId, now_secs: i64) -> Result<Vec<LoginRecord>, StoreError> {
        const OPERATION: &str = "list logins";
        let rows = sqlx::query(
            "SELECT CASE login WHEN '' THEN id ELSE login END AS first, max(name) AS name, max(client) AS client, \
             min(created_at) AS created_at, max(used_at) AS used_at, max(expires_at) AS expires_at, \
             group_concat(id, ' ') AS held \
             FROM tokens WHERE user_id = ? AND expires_at >= ? GROUP BY first ORDER BY 4 DESC, 1 LIMIT ?",
        )
        .bind(user.as_str())
        .bind(now_secs)
        .bind(LIVE_TOKENS_MAX)
        .fetch_all(&self.readers)
        .await
        .map_err(failed(OPERATION))?;
        rows.iter().map(login).collect::<Result<_, _>>().map_err(failed(OPERATION))
    }

    async fn note_used(&self, used: &[(String, i64)]) -> Result<(), StoreError> {
        const OPERATION: &str = "note when tokens were used";
        let mut tx = self.begin(OPERATION).await?;
        for (id, at) in used {
            sqlx::query("UPDATE tokens SET used_at = max(used_at, ?) WHERE id = ?")
                .bind(at)
                .bind(id)
                .execute(&mut *tx)
                .await
                .map_err(failed(OPERATION))?;
        }
        tx.commit().await.map_err(failed(OPERATION))
    }

    async fn revoke(
        &self,
        user: &UserId,
        tokens: &RevokeTokens,
        forget_after: i64,
        now_secs: i64,
    ) -> Result<Vec<RevocationRecord>, StoreError> {
        const OPERATION: &str = "revoke tokens";
        let mut tx = self.begin(OPERATION).await?;
        let (only, but, before) = match tokens {
            RevokeTokens::One(id) | RevokeTokens::Login(id) => (id.as_str(), "", 0),
            RevokeTokens::AllBut(id) => ("", id.as_str(), 0),
            RevokeTokens::Recorded => ("", "", 0),
            RevokeTokens::All { before } => ("", "", *before),
        };
        let with_renewals = matches!(tokens, RevokeTokens::Login(_));
        let rows = sqlx::query(
            "DELETE FROM tokens WHERE user_id = ?1 AND id <> ?3 AND (?2 = '' OR id = ?2 OR (?4 AND ?2 <> '' AND \
             CASE login WHEN '' THEN id ELSE login END = coalesce((SELECT CASE held.login WHEN '' THEN held.id \
             ELSE held.login END FROM tokens held WHERE held.id = ?2), ?2))) RETURNING id, expires_at",
        )
        .bind(user.as_str())
        .bind(only)
        .bind(but)
        .bind(with_renewals)
        .fetch_all(&mut *tx)
        .await
        .map_err(failed(OPERATION))?;
        let mut added = Vec::with_capacity(rows.len() + 1);
        let entry = |token_id: String, before, forget_after| RevocationRecord {
            token_id,
            user_id: user.clone(),
            before,
            forget_after,
        };
        for row in &rows {
            let id: String = row.try_get("id").map_err(failed(OPERATION))?;
            let ends: i64 = row.try_get("expires_at").map_err(failed(OPERATION))?;
            if ends >= now_secs {
                added.push(entry(id, 0, ends));
            }
        }
        if before > 0 {
            added.push(entry(String::new(), before, forget_after));
        }
        for record in &added {
            sqlx::query(
                "INSERT INTO revocations (token_id, user_id, before, forget_after) VALUES (?, ?, ?, ?)",
            )
            .bind(&record.token_id)
            .bind(record.user_id.as_str())
            .bind(record.before)
            .bind(record.forget_after)
            .execute(&mut *tx)
            .await
            .map_err(failed(OPERATION))?;
        }
        tx.commit().await.map_err(failed(OPERATION))?;
        Ok(added)
    }

    async fn revocations(&self, now_secs: i64) -> Result<Vec<RevocationRecord>, StoreError> {
        let rows = sqlx::query("SELECT * FROM revocations WHERE forget_after >= ? ORDER BY id")
            .bind(now_secs)
            .fetch_all(&self.readers)
            .await
            .map_err(failed("read the revocation list"))?;
        rows.iter().map(revocation).collect()
    }

    async fn forget_ended_tokens(&self, now_secs: i64) -> Result<(), StoreError> {
        const OPERATION: &str = "forget ended tokens";
        let mut tx = self.begin(OPERATION).await?;
        for statement in
            ["DELETE FROM tokens WHERE expires_at < ?", "DELETE FROM revocations WHERE forget_after < ?"]
        {
            sqlx::query(statement).bind(now_secs).execute(&mut *tx).await.map_err(failed(OPERATION))?;
        }
        tx.commit().await.map_err(failed(OPERATION))
    }
}
