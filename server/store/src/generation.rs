//! Generations of cells. One is shown; beside it the next one may be made, by other terms, parcel by parcel. When it holds
//! all parcels it takes the place of the first at once.
//!
//! Who changes a parcel that is in the next generation already changes both. So both are always true, and a program that
//! is killed goes on where the last committed step has ended.

use std::sync::{Arc, PoisonError};

use domain::cell::Delta;
use domain::terms::Terms;
use sqlx::Row;

use crate::terms::{Edition, Editions, editions_up_to, only_exclusions};
use crate::{Result, Revision, Store};

/// So many terms are kept put together.
const TERMS_KEPT: usize = 4;

/// The generation that is being made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Next {
    /// The terms that it is judged by: all editions up to this number.
    pub terms: i64,
    /// The rules of the program that began it.
    pub rules: i64,
    /// It holds the parcels up to this identity.
    pub upto: i64,
}

/// How far things are with the generations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Generations {
    /// The terms that the figures are judged by: all editions up to this number.
    pub terms: i64,
    /// The rules of the program that made the figures.
    pub rules: i64,
    /// The latest terms.
    pub latest: i64,
    /// Terms that are not to be applied, and exclusions that were accepted since neither.
    pub declined: i64,
    /// The latest of what is no exclusion.
    pub latest_agreed: i64,
    /// The generation that is being made.
    pub next: Option<Next>,
    /// The identity that the next new parcel gets.
    pub next_parcel: i64,
}

impl Generations {
    /// The terms that the figures are to be made by, by a program with these rules; `None` where they are, or are being made.
    pub fn wanted(&self, rules: i64) -> Option<i64> {
        let is_declined = self.declined > 0 && self.latest_agreed <= self.declined;
        let latest = if is_declined { self.terms } else { self.latest };
        let being = self.next.map_or((self.terms, self.rules), |next| (next.terms, next.rules));
        (being != (latest, rules)).then_some(latest)
    }
}

const SELECT: &str = "SELECT terms, rules, (SELECT COALESCE(MAX(ordinal), 0) FROM terms), declined, next_terms, next_upto, \
                      next_parcel, next_rules, \
                      (SELECT COALESCE(MAX(ordinal), 0) FROM terms WHERE kind <> 'exclusion') FROM state";

fn generations(row: &sqlx::any::AnyRow) -> Result<Generations> {
    let next: Option<i64> = row.try_get(4)?;
    let (upto, next_rules) = (row.try_get(5)?, row.try_get(7)?);
    Ok(Generations {
        terms: row.try_get(0)?,
        rules: row.try_get(1)?,
        latest: row.try_get(2)?,
        declined: row.try_get(3)?,
        latest_agreed: row.try_get(8)?,
        next: next.map(|terms| Next { terms, rules: next_rules, upto }),
        next_parcel: row.try_get(6)?,
    })
}

impl Store {
    /// How far things are with the generations.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn generations(&self) -> Result<Generations> {
        generations(&sqlx::query(SELECT).fetch_one(&self.pool).await?)
    }

    /// The latest edition of everything, among all editions up to a number.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn terms_up_to(&self, ordinal: i64) -> Result<Editions> {
        editions_up_to(&mut *self.pool.acquire().await?, ordinal).await
    }

    /// All editions up to a number, put together, if they were before.
    pub fn known_terms(&self, ordinal: i64) -> Option<Arc<Terms>> {
        self.terms.lock().unwrap_or_else(PoisonError::into_inner).get(&ordinal).cloned()
    }

    /// Keeps all editions up to a number, put together, since that takes a while. Few are kept: those that judge, those that
    /// will, and those that somebody tries.
    pub fn keep_terms(&self, ordinal: i64, terms: Arc<Terms>) {
        let mut kept = self.terms.lock().unwrap_or_else(PoisonError::into_inner);
        // Whichever goes first may be the one that every change needs.
        if kept.len() >= TERMS_KEPT {
            kept.clear();
        }
        kept.insert(ordinal, terms);
    }
}

impl Revision {
    /// How far things are with the generations.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn generations(&mut self) -> Result<Generations> {
        generations(&sqlx::query(SELECT).fetch_one(&mut *self.transaction).await?)
    }

    /// The latest edition of everything, among all editions up to a number.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn terms_up_to(&mut self, ordinal: i64) -> Result<Editions> {
        editions_up_to(&mut self.transaction, ordinal).await
    }

    /// The exclusions that were saved after one number and up to another; `None` where anything else was.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn only_exclusions(&mut self, after: i64, upto: i64) -> Result<Option<Vec<Edition>>> {
        only_exclusions(&mut self.transaction, after, upto).await
    }

    /// Says that the figures, or those that are being made where any are, are judged by these terms now.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn go_on_by(&mut self, terms: i64) -> Result<()> {
        let sql = match &mut self.next {
            Some(next) => {
                next.terms = terms;
                "UPDATE state SET next_terms = $1"
            }
            None => {
                self.terms = terms;
                "UPDATE state SET terms = $1"
            }
        };
        sqlx::query(sql).bind(terms).execute(&mut *self.transaction).await?;
        Ok(())
    }

    /// Begins the next generation, empty, by terms and the rules of the program. A generation that was being made is thrown
    /// away.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn begin_next(&mut self, terms: i64, rules: i64) -> Result<()> {
        self.drop_next().await?;
        self.next = Some(Next { terms, rules, upto: 0 });
        sqlx::query("UPDATE state SET next_terms = $1, next_rules = $2, next_upto = 0")
            .bind(terms)
            .bind(rules)
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }

    /// Throws the next generation away.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn drop_next(&mut self) -> Result<()> {
        self.next = None;
        sqlx::query("UPDATE state SET next_terms = NULL, next_upto = 0").execute(&mut *self.transaction).await?;
        let delete = sqlx::query("DELETE FROM pieces WHERE generation <> $1").bind(self.generation);
        delete.execute(&mut *self.transaction).await?;
        Ok(())
    }

    /// Adds a change to the cells of the next generation.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn add_to_next(&mut self, delta: &Delta) -> Result<()> {
        self.add_to(self.generation + 1, delta).await
    }

    /// Says up to which parcel the next generation goes, and when time alone changes those that it has gained: parcel and
    /// due, UTC epoch milliseconds. Those that are not listed do not change by time.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn extend_next(&mut self, upto: i64, dues: &[(i64, i64)]) -> Result<()> {
        let Some(next) = &mut self.next else { return Ok(()) };
        let from = std::mem::replace(&mut next.upto, upto);
        let column = due_column(self.generation + 1);
        let clear = format!("UPDATE parcels SET {column} = NULL WHERE id > $1 AND id <= $2 AND {column} IS NOT NULL");
        let clear = sqlx::query(sqlx::AssertSqlSafe(clear)).bind(from).bind(upto);
        clear.execute(&mut *self.transaction).await?;
        let set = format!("UPDATE parcels SET {column} = $1 WHERE id = $2");
        for (parcel, due) in dues {
            let set = sqlx::query(sqlx::AssertSqlSafe(set.as_str())).bind(due).bind(parcel);
            set.execute(&mut *self.transaction).await?;
        }
        sqlx::query("UPDATE state SET next_upto = $1").bind(upto).execute(&mut *self.transaction).await?;
        Ok(())
    }

    /// Says whether the latest terms are to be applied.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn want_latest_terms(&mut self, wanted: bool) -> Result<()> {
        let sql = if wanted {
            "UPDATE state SET declined = 0"
        } else {
            "UPDATE state SET declined = (SELECT COALESCE(MAX(ordinal), 0) FROM terms)"
        };
        sqlx::query(sql).execute(&mut *self.transaction).await?;
        Ok(())
    }

    /// Puts the next generation in the place of the one that is shown.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn turn_over(&mut self) -> Result<()> {
        let Some(next) = self.next.take() else { return Ok(()) };
        self.generation += 1;
        self.terms = next.terms;
        let sql = "UPDATE state SET generation = $1, terms = $2, rules = $3, next_terms = NULL, next_upto = 0";
        let update = sqlx::query(sql).bind(self.generation).bind(self.terms).bind(next.rules);
        update.execute(&mut *self.transaction).await?;
        let delete = sqlx::query("DELETE FROM pieces WHERE generation <> $1").bind(self.generation);
        delete.execute(&mut *self.transaction).await?;
        Ok(())
    }

    /// Has everything that is derived from here on judged by these terms; for a change that derives everything.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn judge_by(&mut self, terms: i64, rules: i64) -> Result<()> {
        self.drop_next().await?;
        self.terms = terms;
        let update = sqlx::query("UPDATE state SET terms = $1, rules = $2").bind(terms).bind(rules);
        update.execute(&mut *self.transaction).await?;
        Ok(())
    }
}

/// The column with the dues of a generation.
pub(crate) const fn due_column(generation: i64) -> &'static str {
    if generation % 2 == 0 { "due_0" } else { "due_1" }
}
