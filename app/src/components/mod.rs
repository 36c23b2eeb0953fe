//! What several pages are made of.

pub mod card;
pub mod class_mark;
pub mod editions;
pub mod filter_bar;
pub mod form;
pub mod group_table;
pub mod heading;
pub mod how;
pub mod journey;
pub mod kpi_cards;
pub mod loaded;
pub mod pager;
pub mod parcel_table;
pub mod rail;
pub mod standing;
pub mod table;
pub mod timeline;
pub mod trend;
pub mod waterfall_table;
