//! Contracts and calendars as they were put in force, in editions.

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use crate::{Result, Store};

/// What is kept in editions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TermsKind {
    /// What a courier has signed.
    Contract,
    /// When a network works.
    Calendar,
    /// What both sides leave out.
    Exclusion,
}

impl TermsKind {
    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Contract => "contract",
            Self::Calendar => "calendar",
            Self::Exclusion => "exclusion",
        }
    }
}

/// One edition of a contract or calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// What it is called.
    pub name: String,
    /// Editions count from 1.
    pub edition: i64,
    /// Its text.
    pub document: String,
    /// When it was saved, UTC epoch milliseconds.
    pub saved_at: i64,
    /// Why.
    pub note: String,
}

/// The edition of each that is in force, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Editions {
    /// Of the calendars.
    pub calendars: Vec<Edition>,
    /// Of the contracts.
    pub contracts: Vec<Edition>,
    /// Of the exclusions.
    pub exclusions: Vec<Edition>,
}

impl Store {
    /// Every edition of one, the latest first.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn editions(&self, kind: TermsKind, name: &str) -> Result<Vec<Edition>> {
        let sql = "SELECT name, edition, document, saved_at, note FROM terms WHERE kind = $1 AND name = $2 \
                   ORDER BY edition DESC";
        let rows = sqlx::query(sql).bind(kind.as_str()).bind(name).fetch_all(&self.pool).await?;
        rows.iter().map(edition).collect()
    }

    /// Every edition of every one of a kind, in the order in which they were saved.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn all_editions(&self, kind: TermsKind) -> Result<Vec<Edition>> {
        let sql = "SELECT name, edition, document, saved_at, note FROM terms WHERE kind = $1 ORDER BY ordinal";
        let rows = sqlx::query(sql).bind(kind.as_str()).fetch_all(&self.pool).await?;
        rows.iter().map(edition).collect()
    }

    /// Saves the next edition; whether it was that. It is not where somebody else has saved one meanwhile.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn save_edition(&self, kind: TermsKind, edition: &Edition) -> Result<bool> {
        let _turn = self.writer.lock().await;
        let insert = sqlx::query(
            "INSERT INTO terms (kind, name, edition, document, saved_at, note, ordinal) \
             SELECT $1, $2, $3, $4, $5, $6, (SELECT COALESCE(MAX(ordinal), 0) + 1 FROM terms) WHERE $7 = \
             (SELECT COUNT(*) FROM terms WHERE kind = $8 AND name = $9) ON CONFLICT DO NOTHING",
        );
        let done = insert
            .bind(kind.as_str())
            .bind(&edition.name)
            .bind(edition.edition)
            .bind(&edition.document)
            .bind(edition.saved_at)
            .bind(&edition.note)
            .bind(edition.edition - 1)
            .bind(kind.as_str())
            .bind(&edition.name)
            .execute(&self.pool)
            .await?;
        Ok(done.rows_affected() == 1)
    }
}

fn edition(row: &AnyRow) -> Result<Edition> {
    Ok(Edition {
        name: row.try_get(0)?,
        edition: row.try_get(1)?,
        document: row.try_get(2)?,
        saved_at: row.try_get(3)?,
        note: row.try_get(4)?,
    })
}

pub(crate) async fn editions_up_to(connection: &mut AnyConnection, ordinal: i64) -> Result<Editions> {
    let sql = "SELECT name, edition, document, saved_at, note, kind FROM terms t WHERE edition = \
               (SELECT MAX(edition) FROM terms n WHERE n.kind = t.kind AND n.name = t.name AND n.ordinal <= $1) \
               ORDER BY name";
    let mut editions = Editions::default();
    for row in sqlx::query(sql).bind(ordinal).fetch_all(connection).await? {
        let list = match row.try_get::<String, _>(5)?.as_str() {
            "contract" => &mut editions.contracts,
            "calendar" => &mut editions.calendars,
            _ => &mut editions.exclusions,
        };
        list.push(edition(&row)?);
    }
    Ok(editions)
}

pub(crate) async fn only_exclusions(
    connection: &mut AnyConnection,
    after: i64,
    upto: i64,
) -> Result<Option<Vec<Edition>>> {
    let sql = "SELECT name, edition, document, saved_at, note, kind FROM terms WHERE ordinal > $1 AND ordinal <= $2";
    let mut exclusions = Vec::new();
    for row in sqlx::query(sql).bind(after).bind(upto).fetch_all(connection).await? {
        if row.try_get::<String, _>(5)? != TermsKind::Exclusion.as_str() {
            return Ok(None);
        }
        exclusions.push(edition(&row)?);
    }
    Ok(Some(exclusions))
}
