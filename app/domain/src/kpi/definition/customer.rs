//! What the customer notices: promises, attempts, places of delivery, volume.

use super::{ACCEPTANCE, Definition, OURS, PROMISE, SHARE, WILSON};

/// On-time against the promise to the customer.
pub const ON_TIME: Definition = Definition {
    word: "on_time_customer",
    title: "On-time, customer",
    formula: "On time ÷ (early + on time + late)",
    text: "A parcel counts on the local day of its deadline, whatever happened to it. Judged against the first promise; \
           only the consignee's own wish replaces it. Silent, lost and overdue parcels are late. A parcel is early only \
           where its promise had an earliest time. Parcels without a promise, not due yet, or cancelled by the shipper \
           before the deadline stay outside.",
    unit: SHARE,
    cohort: PROMISE,
    source: WILSON,
};

/// The share that was not late.
pub const NOT_LATE: Definition = Definition {
    word: "not_late",
    title: "Not late",
    formula: "(Early + on time) ÷ (early + on time + late)",
    text: "As on-time against the customer's promise, but early counts as good.",
    unit: SHARE,
    cohort: PROMISE,
    source: WILSON,
};

/// The share with a promise.
pub const PROMISE_COVERAGE: Definition = Definition {
    word: "promise_coverage",
    title: "Promise coverage",
    formula: "Parcels with a promise ÷ parcels",
    text: "Where nobody stated a promise in time, nothing can be judged against it.",
    unit: SHARE,
    cohort: "local day of the promise, else of acceptance",
    source: WILSON,
};

/// First attempt.
pub const FIRST_ATTEMPT: Definition = Definition {
    word: "first_attempt",
    title: "First-attempt success",
    formula: "Succeeded ÷ (succeeded + failed + not attempted by the deadline)",
    text: "Succeeded: delivered, or deposited where it was planned or asked for. A courier's own diversion to a locker \
           or shop is a failed attempt. Two scans of one round are one attempt. Counted on the day of the deadline, or \
           of the attempt where there is no promise.",
    unit: SHARE,
    cohort: "local day of the promise, else of the attempt",
    source: WILSON,
};

/// Failed attempts.
pub const FAILED_ATTEMPTS: Definition = Definition {
    word: "failed_attempts",
    title: "Failed attempts",
    formula: "Attempts to deliver that failed, by reason and responsible party",
    text: "Counted on the day of the attempt, each attempt once. The reason is the courier's own word; who answers for \
           it follows from the reason unless the feed says otherwise.",
    unit: "attempts",
    cohort: "local day of the attempt",
    source: OURS,
};

/// Lockers.
pub const LOCKER_UPTAKE: Definition = Definition {
    word: "locker_uptake",
    title: "Locker uptake",
    formula: "Planned for a locker ÷ accepted;  diverted to a locker ÷ accepted",
    text: "Planned: the earliest statement says locker. Diverted: the courier left it there unasked. The two are never \
           added up. Counted on the day a courier took custody.",
    unit: SHARE,
    cohort: ACCEPTANCE,
    source: WILSON,
};

/// Shops.
pub const SHOP_UPTAKE: Definition = Definition {
    word: "shop_uptake",
    title: "Shop uptake",
    formula: "Planned for a shop ÷ accepted;  diverted to a shop ÷ accepted",
    text: "As locker uptake, for parcel shops.",
    unit: SHARE,
    cohort: ACCEPTANCE,
    source: WILSON,
};

/// Promise drift.
pub const PROMISE_DRIFT: Definition = Definition {
    word: "promise_drift",
    title: "Promise drift",
    formula: "Last estimate after the promise ÷ parcels with a promise and an estimate",
    text: "A courier's estimate is never the promise; where the last one lies after it, the courier itself has said that it would be late.",
    unit: SHARE,
    cohort: PROMISE,
    source: WILSON,
};

/// Volume.
pub const VOLUME: Definition = Definition {
    word: "volume",
    title: "Accepted parcels",
    formula: "Parcels of which a courier took custody",
    text: "Counted on the day of acceptance. Open: the promise falls due in the period and is not due yet. No promise: \
           nobody stated one, so it cannot be judged; coverage is the share that has one.",
    unit: "parcels",
    cohort: ACCEPTANCE,
    source: OURS,
};
