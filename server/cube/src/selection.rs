//! Which slices a question asks for, and into which of its rows each goes.

use std::collections::HashMap;

use domain::cell::Dimension;
use domain::kpi::{Grouping, KpiQuery};
use polars::prelude::PlHashMap;

use crate::names::{Codes, Names, masked};
use crate::run::Run;

/// Stands for a slice that the filters leave out.
pub(crate) const LEFT_OUT: u32 = u32::MAX;

/// Combinations of values that rows are grouped by, each with a number; the day stands apart.
pub(crate) struct Selection<'a> {
    names: &'a Names,
    query: &'a KpiQuery,
    /// What the rows are cut by beyond the question.
    also: &'a [Dimension],
    dimensions: Vec<Dimension>,
    /// By the codes that decide.
    decided: PlHashMap<Codes, u32>,
    places: HashMap<Vec<String>, u32>,
    groups: Vec<Vec<String>>,
}

impl<'a> Selection<'a> {
    pub(crate) fn new(names: &'a Names, query: &'a KpiQuery, also: &'a [Dimension]) -> Self {
        let dimensions = query.dimensions().chain(also.iter().copied()).collect();
        let (decided, places, groups) = Default::default();
        Self { names, query, also, dimensions, decided, places, groups }
    }

    /// The group of every slice of a run, or [`LEFT_OUT`].
    pub(crate) fn of(&mut self, run: &Run) -> Vec<u32> {
        run.slices.iter().map(|codes| self.decide(codes)).collect()
    }

    /// How many groups there are.
    pub(crate) fn len(&self) -> usize {
        self.groups.len()
    }

    /// The values of a group: those of the groupings but the day, then those of the other dimensions.
    pub(crate) fn values(&self, group: u32) -> &[String] {
        &self.groups[group as usize]
    }

    /// The number of a combination.
    pub(crate) fn place(&mut self, values: Vec<String>) -> u32 {
        *self.places.entry(values).or_insert_with_key(|values| {
            self.groups.push(values.clone());
            (self.groups.len() - 1) as u32
        })
    }

    fn decide(&mut self, codes: &Codes) -> u32 {
        let key = masked(codes, &self.dimensions);
        if let Some(&group) = self.decided.get(&key) {
            return group;
        }
        let names = self.names;
        let passes = |(&grouping, wanted): (&Grouping, &Vec<String>)| wanted.contains(&names.value(codes, grouping));
        let group = if self.query.filters.iter().all(passes) {
            let groupings = self.query.group_by.iter().filter(|&&grouping| grouping != Grouping::Day);
            let values = groupings.map(|&grouping| names.value(codes, grouping));
            let also = self.also.iter().map(|&dimension| names.text(codes, dimension).to_owned());
            self.place(values.chain(also).collect())
        } else {
            LEFT_OUT
        };
        self.decided.insert(key, group);
        group
    }
}
