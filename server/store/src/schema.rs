//! The migrations, inside the executable.

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AnyPool, SqlSafeStr};

use crate::Result;

/// Every migration: version, what it is for, and its text. One that has been applied is never edited.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "foundation", include_str!("../../../migrations/0001_foundation.sql")),
    (4, "standing", include_str!("../../../migrations/0004_standing.sql")),
];

pub(crate) async fn migrate(pool: &AnyPool) -> Result<usize> {
    let list = MIGRATIONS.iter().map(|&(version, name, text)| {
        Migration::new(version, name.into(), MigrationType::Simple, text.into_sql_str(), false)
    });
    let applied = async || sqlx::query("SELECT version FROM _sqlx_migrations").fetch_all(pool).await;
    let before = applied().await.map_or(0, |rows| rows.len());
    Migrator::with_migrations(list.collect()).run(pool).await?;
    Ok(applied().await?.len() - before)
}
