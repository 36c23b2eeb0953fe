//! What the couriers have signed.

use crate::couriers::{COURIERS, Courier, DRAGON_LINE};
use crate::world::CN;

/// A contract of a courier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contract {
    /// Its name.
    pub name: String,
    /// Its text, as contract files are written.
    pub text: String,
}

/// The contracts of every network, by courier.
pub fn contracts() -> Vec<Contract> {
    COURIERS.iter().enumerate().flat_map(|(place, courier)| of(place, courier)).collect()
}

fn of(place: usize, courier: &Courier) -> Vec<Contract> {
    if courier.home == CN {
        let days = if place == DRAGON_LINE { 5 } else { 7 };
        let deadline = format!("{days} working days by 22:00");
        return vec![contract(courier, "", "", &deadline, "customs", 90, HAUL)];
    }
    vec![
        contract(courier, "", "", "2 working days by 21:00", WISHES, 93, ROUND),
        contract(courier, "express", "Express", "1 working day by 21:00", WISHES, 93, ROUND),
        contract(courier, "international", "International", "8 working days by 21:00", ABROAD, 90, ROUND),
    ]
}

const WISHES: &str = "consignee_wish\", \"address_correction";
const ABROAD: &str = "customs\", \"consignee_wish\", \"address_correction";

/// The scans that a courier owes for its legs.
const HAUL: &str = "accepted\", \"departed_hub\", \"customs_in\", \"handed_over_out";
const ROUND: &str = "arrived_delivery_depot\", \"out_for_delivery";

fn contract(
    courier: &Courier,
    suffix: &str,
    service: &str,
    deadline: &str,
    pauses: &str,
    goal: u32,
    milestones: &str,
) -> Contract {
    let Courier { name: signed, feed, .. } = courier;
    let name = if suffix.is_empty() { (*feed).to_owned() } else { format!("{feed}-{suffix}") };
    let service = if service.is_empty() { String::new() } else { format!("service = \"{service}\"\n") };
    let text = format!(
        "# {signed} is invented, and so is this contract.\n\
         name = \"{name}\"\n\
         courier = \"{signed}\"\n\
         {service}\n\
         [[version]]\n\
         from = 2025-01-01\n\
         deadline = \"{deadline}\"\n\
         cut_off = \"19:30\"\n\
         pauses = [\"{pauses}\"]\n\
         milestones = [\"{milestones}\"]\n\n\
         [[version.target]]\n\
         kpi = \"on_time_contract\"\n\
         goal = \"{goal} %\"\n\
         period = \"month\"\n\
         minimum = 50\n"
    );
    Contract { name, text }
}
