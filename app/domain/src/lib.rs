//! What the words of Courierscope mean, in reading order: a courier's scan becomes an [`Event`](event::Event),
//! the events of a parcel become its [`Parcel`](parcel::Parcel), a parcel has a verdict and contributes to cells,
//! and KPIs are read from cells.
//!
//! Nothing here does I/O, waits, or reads a clock: the present is always an argument.
#![doc = include_str!("../KPI.md")]

pub mod vocabulary;

pub mod event;
pub mod promise;

pub mod identity;
pub mod timeline;

pub mod calendar;
pub mod contract;
pub mod exclusion;
#[cfg(feature = "zones")]
pub mod terms;

pub mod attempt;
pub mod clock;
pub mod leg;
pub mod parcel;
#[cfg(feature = "zones")]
pub mod sla;
pub mod verdict;

pub mod cell;
pub mod contribution;
#[cfg(feature = "zones")]
pub mod judged;
#[cfg(feature = "zones")]
pub mod outlook;

pub mod histogram;
pub mod rate;

pub mod kpi;
pub mod mapping;

pub mod story;
#[cfg(feature = "zones")]
#[doc(hidden)]
pub mod worked;

pub mod agreement;
pub mod explain;
pub mod fields;
pub mod glance;
pub mod open_work;
pub mod rejected;
pub mod upload;
pub mod view;
pub mod watched;

/// A short text; up to 24 bytes live without an allocation of their own.
pub type Text = compact_str::CompactString;
