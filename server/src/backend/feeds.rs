//! What is decided about feeds.

use app::backend::Trouble;
use domain::kpi::{Grouping, KpiQuery, QueryFault};
use domain::mapping::{CourierChange, CourierFigures, Mapping, MappingPreview};

use super::{Courierscope, trouble};
use crate::feeds::{NamedFeed, NotSaved, Replaces, with_codes};
use crate::pipeline::{self, Changed, PipelineError};

impl Courierscope {
    /// Has a feed counted, with all that it has brought.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn switch_on(&self, feed: &str) -> Result<(), Trouble> {
        pipeline::switch_on(&self.store, feed).await.map_err(trouble)?;
        Ok(())
    }

    /// Writes what codes mean into a feed's definition and has history read by it; what that changed. Whoever asked need
    /// not wait for it. A crash in between leaves the definition saved and history as it was: applying it once more does
    /// the rest.
    ///
    /// # Errors
    /// Where the mapping does not fit the definition, or that changed meanwhile, or the database fails.
    pub async fn apply_mapping(&self, feed: &str, mapping: &Mapping) -> Result<MappingPreview, Trouble> {
        let definition = self.mapped(feed, mapping)?.definition;
        let before = self.courier_figures(&Changed::default()).await?;
        let (feeds, store, now) = (self.feeds.clone(), self.store.clone(), self.clock.now());
        let (feed, mapping) = (feed.to_owned(), mapping.clone());
        // A task of its own: a page that is left must not leave history unread.
        let applied = tokio::spawn(async move {
            let saved = feeds.save(&feed, &definition, Replaces::Version(&mapping.version)).map_err(not_saved)?;
            pipeline::apply_codes(&store, now, &saved, &mapping.codes).await.map_err(trouble)
        });
        let changed = applied.await.map_err(|fault| trouble(PipelineError::Fault(fault.to_string())))??;
        self.figures.refresh(&self.store).await.map_err(trouble)?;
        let after = self.courier_figures(&Changed::default()).await?;
        Ok(in_view(&changed, &before, &after))
    }

    pub(super) async fn preview(&self, feed: &str, mapping: &Mapping) -> Result<MappingPreview, Trouble> {
        self.mapped(feed, mapping)?;
        let changed = pipeline::preview_codes(&self.store, self.clock.now(), feed, &mapping.codes).await;
        let changed = changed.map_err(trouble)?;
        let before = self.courier_figures(&Changed::default()).await?;
        let after = self.courier_figures(&changed).await?;
        Ok(in_view(&changed, &before, &after))
    }

    /// The feed as it would be with this mapping.
    fn mapped(&self, feed: &str, mapping: &Mapping) -> Result<NamedFeed, Trouble> {
        let now = match self.feeds.find(feed) {
            Some(Ok(now)) => now,
            Some(Err(faults)) => {
                return Err(refused("feed", format!("its definition has faults: {}", faults.join("; "))));
            }
            None => return Err(refused("feed", "its definition is gone".to_owned())),
        };
        if now.feed.version != mapping.version {
            return Err(refused("mapping", NotSaved::Changed(feed.to_owned()).to_string()));
        }
        if mapping.codes.is_empty() {
            return Err(refused("mapping", "it says of no code what it means".to_owned()));
        }
        let definition = with_codes(&now, &mapping.codes).map_err(|fault| refused("mapping", fault))?;
        NamedFeed::read(feed, &definition).map_err(|faults| refused("mapping", faults.join("; ")))
    }

    /// The figures of every courier over all days, with a change added.
    async fn courier_figures(&self, changed: &Changed) -> Result<Vec<(String, CourierFigures)>, Trouble> {
        let query = KpiQuery { group_by: vec![Grouping::Courier], ..KpiQuery::default() };
        let rows = self.figures.answer_with(query, changed.deltas.clone()).await.map_err(trouble)?;
        let named =
            |row: &domain::kpi::KpiRow| (row.group.get(&Grouping::Courier).cloned().unwrap_or_default(), row.into());
        Ok(rows.iter().map(named).collect())
    }
}

fn in_view(
    changed: &Changed,
    before: &[(String, CourierFigures)],
    after: &[(String, CourierFigures)],
) -> MappingPreview {
    let of = |list: &[(String, CourierFigures)], courier: &str| {
        list.iter().find(|(name, _)| name == courier).map(|(_, figures)| *figures).unwrap_or_default()
    };
    let change = |courier: &domain::Text| CourierChange {
        courier: courier.to_string(),
        before: of(before, courier),
        after: of(after, courier),
    };
    MappingPreview {
        events: changed.events,
        parcels: changed.parcels,
        out_of_reach: changed.out_of_reach,
        couriers: changed.couriers().iter().map(change).filter(|change| change.before != change.after).collect(),
    }
}

fn not_saved(fault: NotSaved) -> Trouble {
    match fault {
        NotSaved::Folder { .. } => refused("feed", format!("{fault}; let the program write there, and try again")),
        _ => refused("mapping", fault.to_string()),
    }
}

pub(super) fn refused(parameter: &str, reason: String) -> Trouble {
    QueryFault { parameter: parameter.to_owned(), reason }.into()
}
