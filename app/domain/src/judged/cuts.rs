//! What a parcel's contributions are cut by: made once for each courier and contract, since most of them share it.

use std::sync::Arc;

use crate::Text;
use crate::cell::Dimension;
use crate::contribution::Values;
use crate::parcel::Parcel;

/// See the module.
pub(super) struct Cuts<'p> {
    parcel: &'p Parcel,
    /// The contracts of the legs, in their order.
    contracts: &'p [Text],
    known: Vec<Arc<Values>>,
}

impl<'p> Cuts<'p> {
    /// `contracts` are the names of those that judge the legs, in their order; empty where none does, or none is asked for.
    pub(super) const fn new(parcel: &'p Parcel, contracts: &'p [Text]) -> Self {
        Self { parcel, contracts, known: Vec::new() }
    }

    /// For the leg at this place.
    pub(super) fn of_leg(&mut self, place: usize) -> Arc<Values> {
        let contract = self.contracts.get(place).cloned().unwrap_or_default();
        self.of(&self.parcel.legs[place].courier, contract)
    }

    /// For a courier, and the contract of its last leg on the way out.
    pub(super) fn of_courier(&mut self, courier: &Text) -> Arc<Values> {
        let mut legs = self.parcel.legs.iter().zip(self.contracts).rev();
        let contract =
            legs.find(|(leg, _)| leg.courier == *courier && !leg.is_return).map(|(_, contract)| contract.clone());
        self.of(courier, contract.unwrap_or_default())
    }

    fn of(&mut self, courier: &Text, contract: Text) -> Arc<Values> {
        let is_it = |known: &&Arc<Values>| {
            known[Dimension::Courier.index()] == *courier && known[Dimension::Contract.index()] == contract
        };
        if let Some(known) = self.known.iter().find(is_it) {
            return known.clone();
        }
        let values = Arc::new(self.parcel.values(courier, contract));
        self.known.push(values.clone());
        values
    }
}
