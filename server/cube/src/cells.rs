//! All cells, in memory, by cube and span of time, so that a question costs what its period holds. Cells only add up:
//! a change is one more run of rows, and short runs are summed into longer ones.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::Arc;

use domain::cell::{BucketDelta, CellDelta, Cube, Delta};
use domain::kpi::Grouping;

use crate::CubeError;
use crate::names::{Codes, Names};
use crate::run::Run;

/// So many runs of one cube and span may stand side by side before some are summed.
const RUNS: usize = 8;

/// The cells of one moment. Cheap to clone; never changed in place, so that a question sees one moment.
#[derive(Debug, Clone, Default)]
pub struct Cells {
    pub(crate) names: Arc<Names>,
    spans: BTreeMap<(Cube, i32), Vec<Arc<Run>>>,
}

/// What a change brings to one cube and span.
type Share<'a> = (Vec<&'a CellDelta>, Vec<&'a BucketDelta>);

impl Cells {
    /// These cells with a change added. It costs what the change holds, not what the cells do.
    ///
    /// # Errors
    /// [`CubeError`] where Polars refuses.
    pub fn with(&self, delta: &Delta) -> Result<Self, CubeError> {
        let mut next = self.clone();
        let codes: Vec<Codes> = delta.slices.iter().map(|slice| Names::take(&mut next.names, slice)).collect();
        let place = |slice: u32, period| {
            let cube = delta.slices[slice as usize].cube;
            (cube, cube.span_of(period))
        };
        let mut shares: BTreeMap<(Cube, i32), Share<'_>> = BTreeMap::new();
        for cell in &delta.cells {
            shares.entry(place(cell.slice, cell.period)).or_default().0.push(cell);
        }
        for bucket in &delta.buckets {
            shares.entry(place(bucket.slice, bucket.period)).or_default().1.push(bucket);
        }
        for (place, (cells, buckets)) in shares {
            let run = Run::new(place, &codes, cells, buckets)?;
            let runs = next.spans.entry(place).or_default();
            runs.push(Arc::new(run));
            if runs.len() > RUNS {
                sum_short(runs)?;
            }
        }
        Ok(next)
    }

    /// These cells without the hours before `first_hour`.
    ///
    /// # Errors
    /// [`CubeError`] where Polars refuses.
    pub fn without_hours_before(&self, first_hour: i32) -> Result<Self, CubeError> {
        let mut next = self.clone();
        let span = Cube::Hours.span_of(first_hour);
        next.spans.retain(|&(cube, of), _| cube != Cube::Hours || of >= span);
        for run in next.spans.get_mut(&(Cube::Hours, span)).into_iter().flatten() {
            *run = Arc::new(run.since(first_hour)?);
        }
        Ok(next)
    }

    /// The values of a grouping that occur, sorted.
    pub fn values(&self, grouping: Grouping) -> Vec<String> {
        self.names.values(grouping)
    }

    /// The first and the last cohort day that hold anything, as days since 1970-01-01.
    ///
    /// # Errors
    /// [`CubeError`] where Polars refuses.
    pub fn days(&self) -> Result<Option<(i32, i32)>, CubeError> {
        let ends = |runs: &Vec<Arc<Run>>| {
            let ends = runs.iter().map(|run| run.ends()).collect::<Result<Vec<_>, _>>()?;
            Ok::<_, CubeError>(ends.into_iter().flatten().reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))))
        };
        let mut spans = self.spans.range((Cube::Main, i32::MIN)..=(Cube::Main, i32::MAX)).map(|(_, runs)| runs);
        let Some(first) = spans.by_ref().find_map(|runs| ends(runs).transpose()).transpose()? else { return Ok(None) };
        let last = spans.rev().find_map(|runs| ends(runs).transpose()).transpose()?.unwrap_or(first);
        Ok(Some((first.0, last.1)))
    }

    /// The runs of a cube that may hold something of these periods.
    pub(crate) fn runs(&self, cube: Cube, periods: &RangeInclusive<i32>) -> impl Iterator<Item = &Run> {
        let ends = [periods.start(), periods.end()].map(|&period| (cube, cube.span_of(period)));
        // An empty range of periods has no spans either.
        let spans = (ends[0] <= ends[1]).then(|| self.spans.range(ends[0]..=ends[1]));
        spans.into_iter().flatten().flat_map(|(_, runs)| runs.iter().map(Arc::as_ref))
    }
}

/// Sums the last runs, as many as together are not small against the one before them: so that a row is summed again
/// only when the runs have grown to twice their size.
fn sum_short(runs: &mut Vec<Arc<Run>>) -> Result<(), CubeError> {
    let mut rows = 0;
    let mut from = runs.len();
    while from > 0 && (from + 2 > runs.len() || runs[from - 1].rows() <= 2 * rows) {
        from -= 1;
        rows += runs[from].rows();
    }
    let sum = Run::summed(&runs[from..])?;
    runs.truncate(from);
    if sum.rows() > 0 {
        runs.push(Arc::new(sum));
    }
    Ok(())
}
