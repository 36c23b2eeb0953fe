//! Contracts that somebody has written and not saved yet.

use sqlx::Row;

use crate::{Result, Store};

/// How long a draft is kept, in milliseconds.
const KEPT: i64 = 7 * 24 * 3_600_000;
/// How many are kept: the latest.
const MOST: i64 = 500;

/// A contract that is not saved yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractDraft {
    /// The name that it is to have.
    pub name: String,
    /// Its text.
    pub document: String,
    /// Why it is to be saved.
    pub note: String,
    /// The edition that its writer has seen; 0 where there was none.
    pub edition: i64,
}

impl Store {
    /// Keeps a draft for a week, while it is among the latest 500. `now` is UTC epoch milliseconds.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn keep_draft(&self, id: &str, draft: &ContractDraft, now: i64) -> Result<()> {
        let _turn = self.turn().await;
        sqlx::query("DELETE FROM drafts WHERE written_at < $1").bind(now - KEPT).execute(&self.pool).await?;
        let insert =
            "INSERT INTO drafts (id, name, document, note, edition, written_at) VALUES ($1, $2, $3, $4, $5, $6)";
        sqlx::query(insert)
            .bind(id)
            .bind(&draft.name)
            .bind(&draft.document)
            .bind(&draft.note)
            .bind(draft.edition)
            .bind(now)
            .execute(&self.pool)
            .await?;
        let oldest = "DELETE FROM drafts WHERE id NOT IN (SELECT id FROM drafts ORDER BY written_at DESC, id LIMIT $1)";
        sqlx::query(oldest).bind(MOST).execute(&self.pool).await?;
        Ok(())
    }

    /// A draft, if it is still kept.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn draft(&self, id: &str) -> Result<Option<ContractDraft>> {
        let sql = "SELECT name, document, note, edition FROM drafts WHERE id = $1";
        let Some(row) = sqlx::query(sql).bind(id).fetch_optional(&self.pool).await? else { return Ok(None) };
        Ok(Some(ContractDraft {
            name: row.try_get(0)?,
            document: row.try_get(1)?,
            note: row.try_get(2)?,
            edition: row.try_get(3)?,
        }))
    }
}
