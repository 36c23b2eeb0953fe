//! The events of many batches, sorted into shares that have no parcel in common: so that each parcel is read and written
//! once, however its events are spread over a file.

use std::collections::HashMap;

use domain::identity::Groups;
use foldhash::fast::RandomState;

use super::read::ReadBatch;

/// Events in a share, about. Memory and the write lock grow with it, overhead shrinks.
const SHARE: usize = 50_000;

/// Events that may be about the same parcels, and the parcels that are known of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Share {
    /// Batch and place in it.
    pub events: Vec<(u32, u32)>,
    /// Identities of parcels, in order.
    pub parcels: Vec<i64>,
}

/// Events by what they are found by. What shares a key, or is known to be one parcel, stays together.
pub struct Sorter {
    node_of: HashMap<i64, u32, RandomState>,
    groups: Groups,
    /// For each batch, the node of each event.
    events: Vec<Vec<u32>>,
}

impl Sorter {
    /// Takes in the keys of batches.
    pub fn new(batches: &[ReadBatch]) -> Self {
        let mut sorter = Self { node_of: HashMap::default(), groups: Groups::default(), events: Vec::new() };
        for batch in batches {
            let nodes: Vec<u32> = batch.own_keys.iter().map(|&key| sorter.node(key)).collect();
            for &(place, key) in &batch.other_keys {
                let other = sorter.node(key);
                sorter.groups.join(nodes[place as usize] as usize, other as usize);
            }
            sorter.events.push(nodes);
        }
        sorter
    }

    /// Every key, in order.
    pub fn keys(&self) -> Vec<i64> {
        let mut keys: Vec<i64> = self.node_of.keys().copied().collect();
        keys.sort_unstable();
        keys
    }

    /// The shares. `known` are pairs of a key and a parcel that is found by it.
    pub fn into_shares(mut self, known: &[(i64, i64)]) -> Vec<Share> {
        let mut parcels: HashMap<i64, u32, RandomState> = HashMap::default();
        for &(key, parcel) in known {
            let Some(&node) = self.node_of.get(&key) else { continue };
            let other = *parcels.entry(parcel).or_insert(node);
            self.groups.join(node as usize, other as usize);
        }
        let mut shares: Vec<Share> = Vec::new();
        let mut share_of: Vec<Option<u32>> = vec![None; self.groups.len()];
        let mut sizes = self.sizes();
        let mut room = 0;
        for (batch, nodes) in std::mem::take(&mut self.events).into_iter().enumerate() {
            for (place, node) in nodes.into_iter().enumerate() {
                let root = self.groups.find(node as usize);
                let share = *share_of[root].get_or_insert_with(|| {
                    if room == 0 {
                        shares.push(Share::default());
                        room = SHARE;
                    }
                    room = room.saturating_sub(std::mem::take(&mut sizes[root]) as usize);
                    (shares.len() - 1) as u32
                });
                shares[share as usize].events.push((batch as u32, place as u32));
            }
        }
        for (parcel, node) in parcels {
            let root = self.groups.find(node as usize);
            if let Some(share) = share_of[root] {
                shares[share as usize].parcels.push(parcel);
            }
        }
        for share in &mut shares {
            share.parcels.sort_unstable();
        }
        shares
    }

    fn node(&mut self, key: i64) -> u32 {
        *self.node_of.entry(key).or_insert_with(|| self.groups.add() as u32)
    }

    /// How many events each group has, by what stands for it.
    fn sizes(&mut self) -> Vec<u32> {
        let mut sizes = vec![0; self.groups.len()];
        for &node in self.events.iter().flatten() {
            sizes[self.groups.find(node as usize)] += 1;
        }
        sizes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A batch of events that are found by their number and perhaps by another key.
    fn batch(events: &[(i64, Option<i64>)]) -> ReadBatch {
        let others = events.iter().zip(0..).filter_map(|(&(_, other), place)| Some((place, other?)));
        ReadBatch {
            version: String::new(),
            summary: store::BatchSummary::default(),
            events: domain::timeline::Pack::default(),
            own_keys: events.iter().map(|&(own, _)| own).collect(),
            other_keys: others.collect(),
        }
    }

    fn share_of(shares: &[Share], event: (u32, u32)) -> usize {
        shares.iter().position(|share| share.events.contains(&event)).unwrap()
    }

    #[test]
    fn what_shares_a_key_or_a_known_parcel_stays_together() {
        let apart = SHARE as i64;
        let mut first: Vec<(i64, Option<i64>)> = (1000..1000 + apart).map(|key| (key, None)).collect();
        first[0] = (1, Some(2));
        first[1] = (5, None);
        first[2] = (7, None);
        let last = batch(&[(2, None), (6, None), (8, None)]);
        let sorter = Sorter::new(&[batch(&first), last]);
        assert!(sorter.keys().is_sorted());
        let shares = sorter.into_shares(&[(5, 70), (6, 70), (7, 71)]);
        assert_eq!(shares.len(), 2);
        assert_eq!(share_of(&shares, (0, 0)), share_of(&shares, (1, 0)), "an event named both numbers");
        assert_eq!(share_of(&shares, (0, 1)), share_of(&shares, (1, 1)), "a known parcel has both numbers");
        assert_ne!(share_of(&shares, (0, 2)), share_of(&shares, (1, 2)), "nothing joins them");
        assert_eq!(shares[share_of(&shares, (0, 1))].parcels, [70, 71]);
        assert_eq!(shares.iter().map(|share| share.events.len()).sum::<usize>(), first.len() + 3);
    }
}
