//! Contracts as they are shown, and what became of a leg by one.

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::contract::{PauseKind, Period, StartRule, StopRule};
use crate::fields::Fields;
use crate::glance::EditionView;
use crate::kpi::{KpiRow, Standing};
use crate::verdict::LegClass;
use crate::view::SegmentView;
use crate::vocabulary::{EventKind, Party, vocabulary};

/// What a KPI must reach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TargetView {
    /// The KPI's word.
    pub kpi: String,
    /// What it must reach, as `95 %`.
    pub goal: String,
    /// For how long it is counted.
    pub period: Period,
    /// With fewer legs than this in a period nothing is said.
    pub minimum: u32,
}

/// A target, and where the courier stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TargetStanding {
    /// The target.
    pub target: TargetView,
    /// What the version that was in force on the last day of the last period asked for, where it was something else.
    pub last_goal: Option<String>,
    /// In the last period, against its own goal; none where that version had no such target.
    pub last: Option<Standing>,
    /// In the period that runs.
    pub running: Option<Standing>,
}

/// A contract's targets against what became of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ContractStanding {
    /// The contract's name.
    pub contract: String,
    /// Which of the courier's legs it is about, in words.
    pub about: String,
    /// How long a leg may take now, as `2 working days by 18:00`.
    pub deadline: String,
    /// The targets of the version in force.
    pub targets: Vec<TargetStanding>,
}

/// What is wrong with a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaultView {
    /// The path of the field at fault; empty for the text as a whole.
    pub field: String,
    /// What is wrong and what to write instead.
    pub message: String,
    /// Both, with the line.
    pub told: String,
}

/// The form of one version of a contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionForm {
    /// Which version of the text it is, from 1; the place after the last is a version to be added.
    pub place: usize,
    /// What it says, by the path of the field: `version` is this one.
    pub fields: Fields,
}

/// A contract that somebody has written and not saved yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftView {
    /// The name that it is to have.
    pub name: String,
    /// Its text.
    pub text: String,
    /// Why it is to be saved.
    pub note: String,
    /// The edition that its writer has seen; 0 where there was none.
    pub edition: i64,
    /// What is wrong with it.
    pub faults: Vec<FaultView>,
    /// The form of the version that is being written; none where its text is edited as a whole.
    pub form: Option<VersionForm>,
}

impl DraftView {
    /// What is wrong with a field of the form.
    pub fn faults_of<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a str> {
        let place = self.form.as_ref().map_or(0, |form| form.place);
        // What a version does not say itself, the contract as a whole does.
        let own = field.strip_prefix("version.");
        let paths = [own.map(|key| format!("version[{place}].{key}")), Some(own.unwrap_or(field).to_owned())];
        let is_at =
            |path: &str, at: &str| path.strip_prefix(at).is_some_and(|rest| rest.is_empty() || rest.starts_with('['));
        let is_meant = move |path: &str| paths.iter().flatten().any(|at| is_at(path, at));
        self.faults.iter().filter(move |fault| is_meant(&fault.field)).map(|fault| fault.message.as_str())
    }
}

/// A leg whose verdict changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangedVerdict {
    /// The parcel's tracking number with the courier.
    pub number: String,
    /// What became of the leg as things were saved last.
    pub before: LegClass,
    /// What would become of it.
    pub after: LegClass,
    /// The verdict as things were saved last, with its arithmetic.
    pub verdict_before: String,
    /// The verdict that it would be, with its arithmetic.
    pub verdict_after: String,
}

/// What a contract would have made of a period: the same legs as things were saved last, and by it. Only what legs do by contract
/// is in the figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ContractPreview {
    /// First day of the deadlines, inclusive.
    pub from: NaiveDate,
    /// Last day of the deadlines, inclusive.
    pub to: NaiveDate,
    /// All legs of the courier, as things were saved last.
    pub before: KpiRow,
    /// All legs of the courier, by this contract.
    pub after: KpiRow,
    /// Legs whose verdict changes.
    pub changed: i64,
    /// The first of them.
    pub listed: Vec<ChangedVerdict>,
}

vocabulary! {
    /// Whether the figures follow the contracts and calendars as they were saved.
    RecalculationStatus("status") {
        /// They do.
        UpToDate = 1 "up_to_date",
        /// They are being recalculated; until that is done they are what they were.
        Running = 2 "running",
        /// Somebody has stopped that; they stay what they were.
        Stopped = 3 "stopped",
    }
}

/// How far the figures are with the contracts and calendars as they were saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Recalculation {
    /// Whether they follow them.
    pub status: RecalculationStatus,
    /// Parcels that have been judged anew.
    pub parcels_done: i64,
    /// All parcels.
    pub parcels: i64,
}

/// One version of a contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VersionView {
    /// Counts the versions of the contract.
    pub version: u32,
    /// It holds for clocks that start on this local date or later.
    pub from: NaiveDate,
    /// It holds for clocks that start before this local date; none for as long as there is no other version.
    pub until: Option<NaiveDate>,
    /// Whether clocks that start today are judged by it.
    pub is_in_force: bool,
    /// Which legs it is about, where that differs from the contract's.
    pub about: String,
    /// How long a leg may take, as `2 working days by 18:00`.
    pub deadline: String,
    /// When the clock starts.
    pub start: StartRule,
    /// The latest time of day at the origin at which the clock still starts that day; none given is the calendar's.
    pub cut_off: Option<String>,
    /// What stops the clock.
    pub stop: StopRule,
    /// When an attempt is valid; none given are the calendar's hours.
    pub delivery_hours: Vec<String>,
    /// What pauses the clock.
    pub pauses: Vec<PauseKind>,
    /// On how many working days a clock may be paused.
    pub pause_days: u16,
    /// For how many open hours the way between two couriers is nobody's.
    pub hand_off_hours: u32,
    /// The calendars of the start and of the deadline by name; empty is the country's own.
    pub calendars: [String; 2],
    /// The scans that every leg must have.
    pub milestones: Vec<EventKind>,
    /// What the courier must reach.
    pub targets: Vec<TargetView>,
    /// What a missed target costs, as the contract words it.
    pub credit: Option<String>,
    /// Why it holds for clocks that started before it was made; none where it does not.
    pub back_dated: Option<String>,
}

/// A contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ContractView {
    /// Its name.
    pub name: String,
    /// The courier.
    pub courier: String,
    /// Which of the courier's legs it is about, in words.
    pub about: String,
    /// Its versions, the earliest first.
    pub versions: Vec<VersionView>,
    /// Its text, as it was saved.
    pub text: String,
    /// What was saved, the latest first.
    pub editions: Vec<EditionView>,
}

impl ContractView {
    /// The version that clocks that start today are judged by; else the last one.
    pub fn current(&self) -> Option<&VersionView> {
        self.versions.iter().find(|version| version.is_in_force).or(self.versions.last())
    }
}

/// Time by which a leg was late, and who answers for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LatenessView {
    /// Who.
    pub party: Party,
    /// How much, in milliseconds.
    pub ms: i64,
}

/// The clock of a leg by its contract.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ContractClockView {
    /// The contract's name; empty where none judges the leg.
    pub contract: String,
    /// Its version.
    pub version: u32,
    /// Whether the version was made after the clock had started.
    pub is_back_dated: bool,
    /// What became of the leg.
    pub class: LegClass,
    /// What would have become of it without any pause.
    pub raw_class: LegClass,
    /// What would have become of it with only the pauses that rest on the courier's own word.
    pub claimed_class: LegClass,
    /// What would have become of it with only the pauses that others than the courier have told.
    pub accepted_class: LegClass,
    /// The accepted exclusion that leaves it out.
    pub exclusion: Option<String>,
    /// The verdict with its arithmetic, in words; or why there is none.
    pub verdict: String,
    /// When the clock started, in the local time of the start.
    pub started: Option<DateTime<FixedOffset>>,
    /// The deadline before any pause, in the local time of the destination.
    pub first_deadline: Option<DateTime<FixedOffset>>,
    /// The deadline as pauses have moved it, in the local time of the destination.
    pub deadline: Option<DateTime<FixedOffset>>,
    /// Where the time went; the parts sum to the leg's.
    pub segments: Vec<SegmentView>,
    /// The time after the first deadline, by who answers for it.
    pub lateness: Vec<LatenessView>,
}
