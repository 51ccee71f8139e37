//! Accounts on SQLite.

use async_trait::async_trait;
use carrel_ids::UserId;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::{SqliteStore, column, failed, is_taken, signed, unsigned};
use crate::names::UserName;
use crate::store::{PAGE_MAX, StoreError, UserRecord, UserStore};

const TABLE: &str = "users";

fn user(row: &SqliteRow) -> Result<UserRecord, StoreError> {
    let read = || -> Result<_, sqlx::Error> {
        Ok((
            row.try_get::<&str, _>("id")?,
            row.try_get::<&str, _>("name")?,
            row.try_get::<&str, _>("role")?,
            row.try_get::<Option<String>, _>("password_hash")?,
            row.try_get::<bool, _>("disabled")?,
            row.try_get::<i64, _>("epoch")?,
            row.try_get::<i64, _>("created_at")?,
        ))
    };
    let (id, name, role, password_hash, disabled, epoch, created_at) =
        read().map_err(failed("read an account"))?;
    Ok(UserRecord {
        id: column(TABLE, id)?,
        name: column(TABLE, name)?,
        role: column(TABLE, role)?,
        password_hash,
        disabled,
        epoch: unsigned(TABLE, epoch)?,
        created_at,
    })
}

#[async_trait]
impl UserStore for SqliteStore {
    async fn create_user(&self, user: &UserRecord) -> Result<(), StoreError> {
        let inserted = sqlx::query(
            "INSERT INTO users (id, name, role, password_hash, disabled, epoch, created_at) \
             VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(user.id.as_str())
        .bind(user.name.as_str())
        .bind(user.role.as_str())
        .bind(user.password_hash.as_deref())
        .bind(user.disabled)
        .bind(signed(TABLE, user.epoch)?)
        .bind(user.created_at)
        .execute(&self.writer)
        .await;
        match inserted {
            Ok(_) => Ok(()),
            Err(error) if is_taken(&error) => Err(StoreError::NameTaken { name: user.name.clone() }),
            Err(source) => Err(failed("add an account")(source)),
        }
    }

    async fn create_first_user(&self, user: &UserRecord) -> Result<Option<()>, StoreError> {
        let done = sqlx::query(
            "INSERT INTO users (id, name, role, password_hash, disabled, epoch, created_at) \
             SELECT ?, ?, ?, ?, 0, 0, ? WHERE NOT EXISTS (SELECT 1 FROM users)",
        )
        .bind(user.id.as_str())
        .bind(user.name.as_str())
        .bind(user.role.as_str())
        .bind(user.password_hash.as_deref())
        .bind(user.created_at)
        .execute(&self.writer)
        .await
        .map_err(failed("add the first account"))?;
        Ok((done.rows_affected() == 1).then_some(()))
    }

    async fn user_by_name(&self, name: &UserName) -> Result<Option<UserRecord>, StoreError> {
        let row = sqlx::query("SELECT * FROM users WHERE name = ?")
            .bind(name.as_str())
            .fetch_optional(&self.readers)
            .await
            .map_err(failed("find an account by name"))?;
        row.as_ref().map(user).transpose()
    }

    async fn user_by_id(&self, id: &UserId) -> Result<Option<UserRecord>, StoreError> {
        let row = sqlx::query("SELECT * FROM users WHERE id = ?")
            .bind(id.as_str())
            .fetch_optional(&self.readers)
            .await
            .map_err(failed("find an account by id"))?;
        row.as_ref().map(user).transpose()
    }

    async fn list_users(&self, after: &str, limit: u32) -> Result<Vec<UserRecord>, StoreError> {
        let rows = sqlx::query("SELECT * FROM users WHERE name > ? ORDER BY name LIMIT ?")
            .bind(after)
            .bind(limit.min(PAGE_MAX))
            .fetch_all(&self.readers)
            .await
            .map_err(failed("list accounts"))?;
        rows.iter().map(user).collect()
    }

    async fn first_admin(&self) -> Result<Option<UserRecord>, StoreError> {
        let row = sqlx::query(
            "SELECT * FROM users WHERE role = 'admin' AND disabled = 0 ORDER BY created_at, name LIMIT 1",
        )
        .fetch_optional(&self.readers)
        .await
        .map_err(failed("find the first admin"))?;
        row.as_ref().map(user).transpose()
    }

    async fn set_user_disabled(&self, name: &UserName, disabled: bool) -> Result<UserRecord, StoreError> {
        const OPERATION: &str = "disable an account";
        let mut tx = self.begin(OPERATION).await?;
        let changed = sqlx::query(
            "UPDATE users SET disabled = ?1, epoch = epoch + ?1 WHERE name = ?2 AND \
             (?1 = 0 OR role <> 'admin' OR disabled = 1 OR EXISTS \
             (SELECT 1 FROM users other WHERE other.role = 'admin' AND other.disabled = 0 AND other.name <> ?2)) \
             RETURNING *",
        )
        .bind(i64::from(disabled))
        .bind(name.as_str())
        .fetch_optional(&mut *tx)
        .await
        .map_err(failed(OPERATION))?;
        if let Some(row) = changed {
            let record = user(&row)?;
            tx.commit().await.map_err(failed(OPERATION))?;
            return Ok(record);
        }
        let there = sqlx::query("SELECT 1 FROM users WHERE name = ?")
            .bind(name.as_str())
            .fetch_optional(&mut *tx)
            .await
            .map_err(failed(OPERATION))?;
        Err(match there {
            Some(_) => StoreError::LastAdmin { name: name.clone() },
            None => StoreError::Missing { what: format!("account \"{name}\"") },
        })
    }

    async fn set_password(&self, id: &UserId, epoch: u64, hash: &str) -> Result<(), StoreError> {
        let done = sqlx::query(
            "UPDATE users SET password_hash = ?, epoch = epoch + 1 WHERE id = ? AND epoch = ? AND disabled = 0",
        )
        .bind(hash)
        .bind(id.as_str())
        .bind(signed(TABLE, epoch)?)
        .execute(&self.writer)
        .await
        .map_err(failed("set a password"))?;
        if done.rows_affected() == 1 { Ok(()) } else { Err(StoreError::CredentialsChanged) }
    }
}
