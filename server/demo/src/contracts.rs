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
        return vec![contract(courier, "", "", &format!("{days} working days by 22:00"), "customs", 90)];
    }
    vec![
        contract(courier, "", "", "2 working days by 21:00", WISHES, 93),
        contract(courier, "express", "Express", "1 working day by 21:00", WISHES, 93),
        contract(courier, "international", "International", "8 working days by 21:00", ABROAD, 90),
    ]
}

const WISHES: &str = "consignee_wish\", \"address_correction";
const ABROAD: &str = "customs\", \"consignee_wish\", \"address_correction";

fn contract(courier: &Courier, suffix: &str, service: &str, deadline: &str, pauses: &str, goal: u32) -> Contract {
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
         milestones = [\"accepted\"]\n\n\
         [[version.target]]\n\
         kpi = \"on_time_contract\"\n\
         goal = \"{goal} %\"\n\
         period = \"month\"\n\
         minimum = 50\n"
    );
    Contract { name, text }
}
