//! `courierscope migrate`

use std::process::ExitCode;

use store::Store;

use crate::config::Config;

/// Brings the database to this program's schema and says what was done.
///
/// # Errors
/// Where the database cannot be opened or migrated.
pub async fn migrate(config: &Config) -> anyhow::Result<ExitCode> {
    let store = Store::open(&config.database_url).await?;
    match store.migrate().await? {
        0 => println!("The database is up to date."),
        1 => println!("Applied 1 migration."),
        applied => println!("Applied {applied} migrations."),
    }
    store.close().await;
    Ok(ExitCode::SUCCESS)
}
