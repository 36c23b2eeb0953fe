//! An exclusion of a parcel changes what that parcel counts and nothing else: it is applied at once, and nothing is judged
//! anew for it.

use domain::cell::Delta;
use domain::exclusion::Scope;
use domain::identity::search_key;
use store::{Generations, Revision};

use super::derive::on_a_thread;
use super::judge::{RULES, terms_within};
use super::{Books, PipelineError, sweep};
use crate::terms::read_exclusion;

/// Has the figures judged by the `wanted` terms, where these have only gained or lost exclusions of parcels: what changes in
/// the cells that are shown, and up to when it is judged. `None` where more has changed; then nothing has happened.
pub(super) async fn exclude(
    revision: &mut Revision,
    standing: &Generations,
    wanted: i64,
    now: i64,
) -> Result<Option<(i64, Delta)>, PipelineError> {
    let (terms, rules) = standing.next.map_or((standing.terms, standing.rules), |next| (next.terms, next.rules));
    if rules != RULES {
        return Ok(None);
    }
    let Some(editions) = revision.only_exclusions(terms, wanted).await? else { return Ok(None) };
    let mut keys = Vec::with_capacity(editions.len());
    for edition in &editions {
        match read_exclusion(edition).map_err(|fault| PipelineError::Fault(fault.to_string()))?.scope {
            Scope::Parcel(number) => keys.push(search_key(&number.number)),
            Scope::Period { .. } => return Ok(None),
        }
    }
    let before = sweep::start(revision, now).await?;
    let after = before.clone().with(terms_within(revision, wanted).await?);
    let mut ids: Vec<i64> = revision.known_aliases(&keys).await?.into_iter().map(|(_, parcel)| parcel).collect();
    ids.sort_unstable();
    ids.dedup();
    let parcels = revision.parcels(&ids).await?;
    let until = before.until;
    let (records, books) = on_a_thread(move || sweep::judge(parcels, &before, &after, Books::default())).await?;
    revision.write_parcels(&records).await?;
    let delta = books.close(revision).await?;
    revision.go_on_by(wanted).await?;
    Ok(Some((until, delta)))
}
