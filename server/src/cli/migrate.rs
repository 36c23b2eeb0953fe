//! `courierscope migrate`

use std::process::ExitCode;

use crate::config::Config;

/// Brings the database to this program's schema and says what was done.
///
/// # Errors
/// Where the database cannot be opened or migrated.
pub async fn migrate(config: &Config) -> anyhow::Result<ExitCode> {
    let store = super::connect(config).await?;
    match super::bring_up(&store, config).await? {
        0 => println!("The database is up to date."),
        1 => println!("Applied 1 migration."),
        applied => println!("Applied {applied} migrations."),
    }
    store.close().await;
    Ok(ExitCode::SUCCESS)
}
