//! Where intake, store and cube meet: what feeds send is taken into the inbox, derived into parcels and cells,
//! judged as time passes, and followed by whoever shows figures.

mod anew;
mod codes;
mod deleted;
mod derive;
mod exclude;
mod fold;
mod follow;
mod forget;
mod judge;
mod load;
mod mend;
mod pace;
mod probation;
mod progress;
mod read;
mod rejected;
mod replay;
mod reread;
mod retention;
mod sort;
mod sweep;
mod take;
mod upkeep;

pub use anew::{apply_latest, judge_all_anew, judge_anew, judge_some_anew, stop_judging_anew};
pub(crate) use derive::on_a_thread;
pub use derive::{Derived, Step, derive, derive_step};
pub use fold::{Incoming, Outcome, fold_batch};
pub use follow::Figures;
pub use forget::{Kept, forget, look_for};
pub(crate) use judge::terms_of;
pub use judge::{Books, Dues, Judge, RULES};
pub use load::Loader;
pub use mend::{NotSettled, dismiss, mend};
pub use pace::{Pace, Turn};
pub use probation::switch_on;
pub use progress::Progress;
pub use read::{ReadAhead, ReadBatch};
pub use rejected::{RejectedBatch, RejectedRow as RowAsSent, Sent as AsSent, open_rows};
pub use replay::{Replayed, replay};
pub use reread::{Changed, apply_codes, preview_codes};
pub use retention::{Deleted, Keep, delete_old};
pub use sweep::{judge_again, sweep};
pub use take::{Answer, Sent, read_sent, take_read, take_sent, to_batch};
pub use upkeep::{delete_what_is_old, judge_what_is_new, keep_up};

/// Why the pipeline stands still.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// The database.
    #[error(transparent)]
    Store(store::StoreError),
    /// A stored timeline.
    #[error(transparent)]
    Timeline(#[from] domain::timeline::TimelineFault),
    /// Polars.
    #[error(transparent)]
    Cube(#[from] cube::CubeError),
    /// The program itself.
    #[error("a fault of the program: {0}")]
    Fault(String),
    /// What is to be erased stands in a body of which nothing has been derived yet.
    #[error(
        "the feed {0} is on probation and sent some of it: erasing that would take with it what else is there. Switch \
         the feed on first, with `courierscope feeds switch-on {0}`"
    )]
    OnProbation(String),
    /// A batch in the inbox can no longer be read.
    #[error("batch {batch} of feed {feed} cannot be read again: {reason}")]
    Batch {
        /// The batch.
        batch: i64,
        /// Its feed.
        feed: String,
        /// Why not.
        reason: String,
    },
}

impl From<store::StoreError> for PipelineError {
    fn from(fault: store::StoreError) -> Self {
        match fault {
            store::StoreError::Body { batch, feed, reason } => {
                Self::Batch { batch, feed, reason: format!("its bytes are damaged: {reason}") }
            }
            fault => Self::Store(fault),
        }
    }
}
