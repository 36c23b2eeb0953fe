//! What happens on the way: times, scans, customs, losses.

use super::{ACCEPTANCE, Definition, OURS, SHARE, WILSON};

/// Transit time.
pub const TRANSIT: Definition = Definition {
    word: "transit_time",
    title: "Transit time, P90",
    formula: "90 % of the legs took no longer",
    text: "From the first evidence of a courier's custody to the end of its leg: delivery, deposit where planned, or \
           hand-over. Counted on the day of the stop; nearest rank, within 2 %.",
    unit: "milliseconds: P50, P90, P95; a contract's goal is its P90 in hours",
    cohort: "local day of the leg's end",
    source: OURS,
};

/// Transit in open time.
pub const TRANSIT_OPEN: Definition = Definition {
    word: "transit_open_time",
    title: "Transit in open time",
    formula: "90 % of the legs took no longer while the destination was open",
    text: "As the transit time, but only time in which the calendar of the destination is open. Without a calendar of the destination's country a leg is not in it.",
    unit: "milliseconds: P50, P90, P95",
    cohort: "local day of the leg's end",
    source: OURS,
};

/// Legs that are not over.
pub const STILL_OPEN: Definition = Definition {
    word: "still_open",
    title: "Still open",
    formula: "Legs not over yet ÷ legs, by day of start",
    text: "What the transit times of the same days do not hold yet: with many, they are too short.",
    unit: SHARE,
    cohort: "local day of the start of custody",
    source: WILSON,
};

/// J+n.
pub const DELIVERED_WITHIN: Definition = Definition {
    word: "delivered_within",
    title: "Delivered within n working days, J+n",
    formula: "Delivered by the end of the n-th working day ÷ accepted",
    text: "Working days of the destination after the day of acceptance; ready where planned is delivered. Only days of acceptance after which 5 working days have passed are in J+1 to J+5, and 15 in J+6 to J+15: undelivered parcels are in each of them. Cancelled and refused parcels, and countries without a calendar, are not.",
    unit: "share 0..1 for each n",
    cohort: ACCEPTANCE,
    source: "EN 13850 (share within J+n); Courierscope, KPI.md",
};

/// Gaps in the tracking.
pub const TRACKING_GAP: Definition = Definition {
    word: "tracking_gap",
    title: "Tracking gap",
    formula: "Legs without a scan for more than 72 hours ÷ legs",
    text: "Between any two scans of the leg's courier, or since the last one while the leg runs. An estimate or another message is no scan.",
    unit: SHARE,
    cohort: "local day of the start of custody",
    source: WILSON,
};

/// Latency.
pub const LATENCY: Definition = Definition {
    word: "latency",
    title: "Report latency",
    formula: "Event to first receipt, P50 and P95, by kind of event",
    text: "How much later than it happened an event was first received. By courier and day only.",
    unit: "milliseconds",
    cohort: "local day of the event",
    source: OURS,
};

/// Unscanned after hand-over.
pub const UNSCANNED: Definition = Definition {
    word: "unscanned",
    title: "Unscanned after hand-over",
    formula: "Never scanned by the courier ÷ parcels on a hand-over list",
    text: "Whoever hands over writes the list, so that a courier does not choose what it is measured by. Fresh lists are not scanned yet: look at days that are over.",
    unit: SHARE,
    cohort: "local day of the list",
    source: WILSON,
};

/// Scan completeness.
pub const SCAN_COMPLETENESS: Definition = Definition {
    word: "scan_completeness",
    title: "Scan completeness",
    formula: "Scans seen ÷ scans that the contract asks for",
    text: "Of legs that a contract with a list of milestones judges and that have stopped. Each milestone counts once a leg.",
    unit: SHARE,
    cohort: "local day of the stop",
    source: WILSON,
};

/// Attempts per leg.
pub const ATTEMPTS_PER_LEG: Definition = Definition {
    word: "attempts_per_leg",
    title: "Attempts per leg",
    formula: "Attempts / legs that stopped or turned back",
    text: "The courier's own attempts between the start and the end of its leg. Legs that were handed on are not in it.",
    unit: "attempts",
    cohort: "local day of the leg's end",
    source: OURS,
};

/// Collection.
pub const COLLECTION: Definition = Definition {
    word: "collection",
    title: "Time to collect; uncollected",
    formula: "First deposit at a locker or shop to collection, P50 and P90;  never fetched ÷ deposited",
    text: "Never fetched: the time to collect has expired, or the parcel has turned back. What still lies there is in neither.",
    unit: "milliseconds; share 0..1, with its 95 % interval",
    cohort: "local day of the deposit",
    source: WILSON,
};

/// Hand-offs.
pub const HAND_OFF: Definition = Definition {
    word: "hand_off",
    title: "Hand-off dwell; not scanned in",
    formula: "Out-scan to the next courier's first scan, P50 and P95;  no such scan ÷ out-scans",
    text: "Of the courier that has scanned a parcel out to another. A share that stays high days later is a black hole.",
    unit: "milliseconds; share 0..1, with its 95 % interval",
    cohort: "local day of the out-scan",
    source: WILSON,
};

/// Customs.
pub const CUSTOMS: Definition = Definition {
    word: "customs",
    title: "Customs: held; hours",
    formula: "Held ÷ presented;  presentation to release or the next physical scan, P50 and P95;  by debtor",
    text: "The first presentation on the way out. Held: a scan says that customs keeps the parcel. Debtor: the shipper for \
           documents and data, the consignee for unpaid duty, from the scan on that says so; else customs.",
    unit: "share 0..1, with its 95 % interval; milliseconds",
    cohort: "local day of the presentation",
    source: WILSON,
};

/// Loss.
pub const LOSS: Definition = Definition {
    word: "loss",
    title: "Lost",
    formula: "(Declared lost or destroyed + not delivered) ÷ accepted, 30 days after the promise",
    text: "Judged 30 days after the promise, or 60 days after acceptance where there is none: then a parcel counts as lost that is \
           not delivered and has not turned back, and one that was declared lost or destroyed. Younger and cancelled parcels \
           are in neither side.",
    unit: "share 0..1, with its 95 % interval; shown per 10,000",
    cohort: ACCEPTANCE,
    source: "CMR convention, article 20; interval: E. B. Wilson, JASA 22 (1927)",
};

/// Damage.
pub const DAMAGE: Definition = Definition {
    word: "damage",
    title: "Damaged",
    formula: "Declared damaged ÷ accepted",
    text: "A courier's own scan says so.",
    unit: SHARE,
    cohort: ACCEPTANCE,
    source: WILSON,
};
