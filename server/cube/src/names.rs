//! Texts as numbers, so that rows are compared and grouped by numbers; and the values that occur.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use domain::Text;
use domain::cell::{Cube, DIMENSIONS, Dimension, Slice};
use domain::kpi::Grouping;

/// A slice's values as numbers, by [`Dimension::index`]. The empty text is 0.
pub(crate) type Codes = [u32; DIMENSIONS];

/// The texts of all dimensions. They are few: slices combine them.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    texts: Vec<Text>,
    codes: HashMap<Text, u32>,
    occurred: HashSet<(Grouping, Codes)>,
    values: HashMap<Grouping, BTreeSet<String>>,
}

impl Default for Names {
    fn default() -> Self {
        let empty = Text::default();
        Self {
            texts: vec![empty.clone()],
            codes: HashMap::from([(empty, 0)]),
            occurred: HashSet::new(),
            values: HashMap::new(),
        }
    }
}

impl Names {
    /// A slice's values as numbers. The names are copied only where one of them is new.
    pub(crate) fn take(names: &mut Arc<Self>, slice: &Slice) -> Codes {
        let mut codes = Codes::default();
        for (code, text) in codes.iter_mut().zip(&slice.values) {
            *code = match names.codes.get(text) {
                Some(&code) => code,
                None => Arc::make_mut(names).add(text),
            };
        }
        for &grouping in Grouping::ALL.iter().filter(|&&grouping| shows(slice.cube, grouping)) {
            let cut = masked(&codes, grouping.dimensions());
            if !names.occurred.contains(&(grouping, cut)) {
                let value = names.value(&codes, grouping);
                let names = Arc::make_mut(names);
                names.occurred.insert((grouping, cut));
                names.values.entry(grouping).or_default().extend((!value.is_empty()).then_some(value));
            }
        }
        codes
    }

    /// What a slice has for a grouping; a corridor is written `CN-ES`.
    pub(crate) fn value(&self, codes: &Codes, grouping: Grouping) -> String {
        match grouping.dimensions() {
            [one] => self.text(codes, *one).to_owned(),
            [origin, destination] => {
                let (origin, destination) = (self.text(codes, *origin), self.text(codes, *destination));
                let is_empty = origin.is_empty() && destination.is_empty();
                if is_empty { String::new() } else { format!("{origin}-{destination}") }
            }
            _ => String::new(),
        }
    }

    /// What a slice has for a dimension.
    pub(crate) fn text(&self, codes: &Codes, dimension: Dimension) -> &str {
        &self.texts[codes[dimension.index()] as usize]
    }

    /// The values of a grouping that occur, sorted.
    pub(crate) fn values(&self, grouping: Grouping) -> Vec<String> {
        self.values.get(&grouping).into_iter().flatten().cloned().collect()
    }

    fn add(&mut self, text: &Text) -> u32 {
        let code = self.texts.len() as u32;
        self.texts.push(text.clone());
        self.codes.insert(text.clone(), code);
        code
    }
}

/// The codes of these dimensions, and 0 for the others.
pub(crate) fn masked(codes: &Codes, dimensions: &[Dimension]) -> Codes {
    let mut masked = Codes::default();
    for dimension in dimensions {
        masked[dimension.index()] = codes[dimension.index()];
    }
    masked
}

/// Whether what occurs in a cube is offered as a value of the grouping.
fn shows(cube: Cube, grouping: Grouping) -> bool {
    cube != Cube::Parties && grouping.dimensions().iter().all(|dimension| cube.dimensions().contains(dimension))
}
