//! Tables of the texts that occur in events: each is written once, and told by its place from then on.

use std::collections::HashMap;

use crate::Text;

/// A table of texts. The place 0 is that of the empty text.
pub(in crate::timeline) trait Texts<'a> {
    /// Whether texts of one parcel (its numbers and references) are written where they occur.
    const OWN_INLINE: bool;

    /// The place of a text that is not empty.
    fn index(&mut self, text: &'a str) -> u64;
}

/// The texts of one parcel: so few that looking at each is the quickest way to find one.
#[derive(Default)]
pub(in crate::timeline) struct Few<'a> {
    list: Vec<&'a str>,
    /// Filled once there are many after all.
    place: HashMap<&'a str, u64>,
}

/// With more texts than this they are looked up.
const FEW: usize = 32;

impl<'a> Few<'a> {
    /// The texts, in the order of their places.
    pub fn list(&self) -> &[&'a str] {
        &self.list
    }

    fn find(&self, text: &str) -> Option<u64> {
        if self.list.len() > FEW {
            return self.place.get(text).copied();
        }
        self.list.iter().position(|&known| known == text).map(|at| at as u64 + 1)
    }
}

impl<'a> Texts<'a> for Few<'a> {
    const OWN_INLINE: bool = false;

    fn index(&mut self, text: &'a str) -> u64 {
        if let Some(place) = self.find(text) {
            return place;
        }
        self.list.push(text);
        match self.list.len() {
            0..=FEW => {}
            len if len == FEW + 1 => self.place.extend(self.list.iter().zip(1..).map(|(&text, place)| (text, place))),
            len => {
                self.place.insert(text, len as u64);
            }
        }
        self.list.len() as u64
    }
}

/// The texts that many parcels share.
#[derive(Default)]
pub(in crate::timeline) struct Shared {
    list: Vec<Text>,
    place: HashMap<Text, u64>,
}

impl Shared {
    /// The texts, the empty one first.
    pub fn into_list(self) -> Vec<Text> {
        std::iter::once(Text::default()).chain(self.list).collect()
    }
}

impl<'a> Texts<'a> for Shared {
    const OWN_INLINE: bool = true;

    fn index(&mut self, text: &'a str) -> u64 {
        if let Some(&place) = self.place.get(text) {
            return place;
        }
        self.list.push(text.into());
        let place = self.list.len() as u64;
        self.place.insert(text.into(), place);
        place
    }
}
