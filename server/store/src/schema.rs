//! The migrations, inside the executable.

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AnyPool, AssertSqlSafe, SqlSafeStr};

use crate::{Dialect, Result};

/// Every migration: version, what it is for, and its text. One that has been applied is never edited.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "foundation", include_str!("../../../migrations/0001_foundation.sql")),
    (2, "keyed", include_str!("../../../migrations/0002_keyed.sql")),
    (3, "deletion", include_str!("../../../migrations/0003_deletion.sql")),
    (4, "standing", include_str!("../../../migrations/0004_standing.sql")),
    (5, "pieces", include_str!("../../../migrations/0005_pieces.sql")),
    (6, "settled_rows", include_str!("../../../migrations/0006_settled_rows.sql")),
    (7, "received", include_str!("../../../migrations/0007_received.sql")),
    (8, "terms", include_str!("../../../migrations/0008_terms.sql")),
    (9, "generations", include_str!("../../../migrations/0009_generations.sql")),
    (10, "drafts", include_str!("../../../migrations/0010_drafts.sql")),
    (11, "next_rules", include_str!("../../../migrations/0011_next_rules.sql")),
    (12, "open_parcels", include_str!("../../../migrations/0012_open_parcels.sql")),
];

/// The latest migration that this program knows.
pub(crate) fn newest() -> i64 {
    MIGRATIONS.iter().map(|(version, ..)| *version).max().unwrap_or_default()
}

pub(crate) async fn migrate(pool: &AnyPool, dialect: Dialect) -> Result<usize> {
    let list = MIGRATIONS.iter().map(|&(version, name, text)| {
        let text = AssertSqlSafe(text_for(dialect, version, text)).into_sql_str();
        Migration::new(version, name.into(), MigrationType::Simple, text, false)
    });
    let applied = async || sqlx::query("SELECT version FROM _sqlx_migrations").fetch_all(pool).await;
    let before = applied().await.map_or(0, |rows| rows.len());
    Migrator::with_migrations(list.collect()).run(pool).await?;
    Ok(applied().await?.len() - before)
}

/// SQLite keeps a table in the order of its rows' hidden numbers and its primary key in a second tree, unless the key is
/// its own `INTEGER` or the table is `WITHOUT ROWID`: half the room and twice the speed, by words that PostgreSQL does
/// not know. The first migration was applied without them.
fn text_for(dialect: Dialect, version: i64, text: &str) -> String {
    match dialect {
        Dialect::Sqlite if version > 1 => text
            .replace("BIGINT PRIMARY KEY", "INTEGER PRIMARY KEY")
            .replace(") /* in the order of its key */;", ") WITHOUT ROWID;"),
        _ => text.to_owned(),
    }
}
