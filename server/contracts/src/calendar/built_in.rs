//! The calendars that come with Courierscope.

use domain::calendar::Calendar;

use super::calendar_from_toml;

/// The files.
const FILES: [&str; 7] = [
    include_str!("../../calendars/be.toml"),
    include_str!("../../calendars/br.toml"),
    include_str!("../../calendars/cn.toml"),
    include_str!("../../calendars/es.toml"),
    include_str!("../../calendars/fr.toml"),
    include_str!("../../calendars/pl.toml"),
    include_str!("../../calendars/pt.toml"),
];

/// The calendars that come with Courierscope, by name. They are a start, not truth: each file says what is not in it, and
/// whose hours they are.
pub fn built_in() -> Vec<Calendar> {
    // A test holds that each of them is read.
    FILES.iter().filter_map(|text| calendar_from_toml(text).ok()).collect()
}
