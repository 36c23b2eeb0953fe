//! The packed form of cells and histograms: rows of one cube and one span of time, compressed. Pieces add up.

use std::collections::{BTreeMap, HashMap};

use domain::Text;
use domain::cell::{BUCKETS, BucketDelta, CellDelta, Cube, DIMENSIONS, Delta, Distribution, MEASURES, Measure, Slice};
use serde::{Deserialize, Serialize};

use crate::cells::cube;
use crate::{Result, StoreError, inbox};

/// What is stored. Words are written as their codes, and lists as long as they are, so that a program with more
/// measures or dimensions reads what this one wrote.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Piece {
    /// The values of the slices that the rows name.
    slices: Vec<Vec<Text>>,
    rows: Vec<Row>,
}

/// Slice, period, what is counted, how many. What is counted: a measure's code, or a distribution's code times
/// [`BUCKETS`] plus the bucket. Measures have codes below [`BUCKETS`].
type Row = (u32, i32, u32, i64);

/// A change by cube and span.
pub(crate) fn pieces(delta: &Delta) -> BTreeMap<(Cube, i32), Piece> {
    let mut pieces: BTreeMap<(Cube, i32), (Piece, HashMap<u32, u32>)> = BTreeMap::new();
    let mut add = |slice: u32, period: i32, what: u32, n: i64| {
        let Slice { cube, values } = &delta.slices[slice as usize];
        let (piece, places) = pieces.entry((*cube, cube.span_of(period))).or_default();
        let place = *places.entry(slice).or_insert_with(|| {
            piece.slices.push(values.to_vec());
            (piece.slices.len() - 1) as u32
        });
        piece.rows.push((place, period, what, n));
    };
    for cell in &delta.cells {
        for measure in Measure::ALL.iter().filter(|measure| cell.counts[measure.index()] != 0) {
            add(cell.slice, cell.period, measure.code().into(), cell.counts[measure.index()]);
        }
    }
    for bucket in &delta.buckets {
        let what = u32::from(bucket.distribution.code()) * BUCKETS + bucket.bucket as u32;
        add(bucket.slice, bucket.period, what, bucket.count);
    }
    pieces.into_iter().map(|(place, (piece, _))| (place, piece)).collect()
}

/// A change, as it is kept: what deleted parcels count is nowhere else, and has to be read by later programs too.
pub(crate) fn packed(delta: &Delta) -> Result<Vec<u8>> {
    let pieces: Vec<(i64, Piece)> =
        pieces(delta).into_iter().map(|((cube, _), piece)| (cube.code().into(), piece)).collect();
    inbox::compress(&postcard::to_stdvec(&pieces).map_err(|e| StoreError::Damaged(e.to_string()))?)
}

/// A change that was kept, cube by cube.
pub(crate) fn unpacked(bytes: Vec<u8>) -> Result<Vec<Delta>> {
    let pieces: Vec<(i64, Piece)> =
        postcard::from_bytes(&inbox::decompress(bytes)?).map_err(|e| StoreError::Damaged(e.to_string()))?;
    pieces.into_iter().map(|(code, piece)| piece.into_delta(cube(code)?, i32::MIN)).collect()
}

impl Piece {
    /// How many rows it has.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Several pieces as one, without what sums to nothing and without slices of which nothing is left.
    pub(crate) fn sum(pieces: Vec<Self>) -> Self {
        let mut places: HashMap<Vec<Text>, u32> = HashMap::new();
        let mut rows: Vec<Row> = Vec::with_capacity(pieces.iter().map(Self::len).sum());
        for piece in pieces {
            let mut place = |values| {
                let next = places.len() as u32;
                *places.entry(values).or_insert(next)
            };
            let of: Vec<u32> = piece.slices.into_iter().map(&mut place).collect();
            rows.extend(piece.rows.into_iter().map(|(slice, period, what, n)| (of[slice as usize], period, what, n)));
        }
        rows.sort_unstable();
        rows.dedup_by(|row, sum| {
            let is_same = (row.0, row.1, row.2) == (sum.0, sum.1, sum.2);
            if is_same {
                sum.3 += row.3;
            }
            is_same
        });
        rows.retain(|row| row.3 != 0);
        let mut values = vec![Vec::new(); places.len()];
        for (of, place) in places {
            values[place as usize] = of;
        }
        let mut slices = Vec::with_capacity(values.len());
        let mut last = None;
        // The rows stand in the order of their slices.
        for row in &mut rows {
            if last != Some(row.0) {
                last = Some(row.0);
                slices.push(std::mem::take(&mut values[row.0 as usize]));
            }
            row.0 = (slices.len() - 1) as u32;
        }
        Self { slices, rows }
    }

    /// As a change of these cells, without periods before `first`.
    pub(crate) fn into_delta(self, cube: Cube, first: i32) -> Result<Delta> {
        let slice = |values: Vec<Text>| {
            let mut slice = Slice { cube, values: Default::default() };
            if values.len() > DIMENSIONS {
                return Err(StoreError::Damaged(format!("{} dimensions", values.len())));
            }
            slice.values.iter_mut().zip(values).for_each(|(place, value)| *place = value);
            Ok(slice)
        };
        let slices = self.slices.into_iter().map(slice).collect::<Result<_>>()?;
        let mut delta = Delta { slices, ..Delta::default() };
        for (slice, period, what, n) in self.rows.into_iter().filter(|row| row.1 >= first) {
            let unknown = || StoreError::Damaged(format!("nothing is counted by {what}"));
            if delta.slices.len() <= slice as usize {
                return Err(StoreError::Damaged(format!("no slice {slice}")));
            }
            if what >= BUCKETS {
                let distribution = Distribution::from_code((what / BUCKETS) as u8).ok_or_else(unknown)?;
                let bucket = (what % BUCKETS) as i32;
                delta.buckets.push(BucketDelta { slice, period, distribution, bucket, count: n });
                continue;
            }
            let measure = Measure::from_code(what as u8).ok_or_else(unknown)?;
            match delta.cells.last_mut() {
                Some(cell) if (cell.slice, cell.period) == (slice, period) => cell.counts[measure.index()] += n,
                _ => {
                    let mut counts = [0; MEASURES];
                    counts[measure.index()] = n;
                    delta.cells.push(CellDelta { slice, period, counts });
                }
            }
        }
        Ok(delta)
    }

    pub(crate) fn to_bytes(&self) -> Result<Vec<u8>> {
        inbox::compress(&postcard::to_stdvec(self).map_err(|e| StoreError::Damaged(e.to_string()))?)
    }

    pub(crate) fn from_bytes(bytes: Vec<u8>) -> Result<Self> {
        postcard::from_bytes(&inbox::decompress(bytes)?).map_err(|e| StoreError::Damaged(e.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delta(n: i64) -> Delta {
        let slice = |cube, courier: &str| {
            let mut slice = Slice { cube, values: Default::default() };
            slice.values[0] = courier.into();
            slice
        };
        let mut counts = [0; MEASURES];
        counts[Measure::Late.index()] = n;
        counts[Measure::Accepted.index()] = 2 * n;
        let bucket = BucketDelta { slice: 1, period: 40, distribution: Distribution::Transit, bucket: 7, count: n };
        Delta {
            slices: vec![slice(Cube::Hours, "SEUR"), slice(Cube::Main, "SEUR")],
            cells: vec![CellDelta { slice: 1, period: -1, counts }, CellDelta { slice: 1, period: 40, counts }],
            buckets: vec![bucket],
        }
    }

    #[test]
    fn a_change_is_cut_by_span_and_nothing_is_lost() {
        let pieces = pieces(&delta(3));
        assert_eq!(pieces.keys().copied().collect::<Vec<_>>(), [(Cube::Main, -1), (Cube::Main, 1)]);
        let read = |span: i32| {
            let piece = Piece::from_bytes(pieces[&(Cube::Main, span)].to_bytes().unwrap()).unwrap();
            piece.into_delta(Cube::Main, i32::MIN).unwrap()
        };
        assert_eq!(read(-1).cells[0].counts, delta(3).cells[0].counts);
        assert_eq!(read(1).cells[0].counts, delta(3).cells[1].counts);
        assert_eq!((read(1).buckets[0].bucket, read(1).buckets[0].count), (7, 3));
    }

    #[test]
    fn what_sums_to_nothing_is_left_out() {
        let piece = |n| pieces(&delta(n)).remove(&(Cube::Main, 1)).unwrap();
        let nothing = Piece::sum(vec![piece(2), piece(-2)]);
        assert_eq!((nothing.len(), nothing.slices.len()), (0, 0));
        let sum = Piece::sum(vec![piece(2), piece(5)]).into_delta(Cube::Main, i32::MIN).unwrap();
        assert_eq!(sum.buckets[0].count, 7);
        assert_eq!(sum.cells[0].counts[Measure::Accepted.index()], 14);
    }

    #[test]
    fn a_courier_of_whom_nothing_is_left_is_not_named() {
        let piece = |courier: &str, n| {
            let mut delta = delta(n);
            delta.slices[1].values[0] = courier.into();
            pieces(&delta).remove(&(Cube::Main, 1)).unwrap()
        };
        let sum = Piece::sum(vec![piece("SEUR", 1), piece("Posti", 2), piece("DPD", 3), piece("Posti", -2)]);
        let sum = sum.into_delta(Cube::Main, i32::MIN).unwrap();
        let late = |cell: &CellDelta| {
            (sum.slices[cell.slice as usize].values[0].to_string(), cell.counts[Measure::Late.index()])
        };
        let named: Vec<_> = sum.slices.iter().map(|slice| slice.values[0].as_str()).collect();
        assert_eq!(
            (sum.cells.iter().map(late).collect::<Vec<_>>(), named),
            (vec![("SEUR".into(), 1), ("DPD".into(), 3)], vec!["SEUR", "DPD"])
        );
    }
}
