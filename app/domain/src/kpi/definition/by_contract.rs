//! What legs do by contract.

use super::{DEADLINE, Definition, OURS, SHARE, WILSON};

/// On-time by contract.
pub const ON_TIME_CONTRACT: Definition = Definition {
    word: "on_time_contract",
    title: "On-time, contract",
    formula: "On time ÷ (early + on time + late), per leg",
    text: "Each courier's leg against its own contract, with every pause that the contract knows. A leg counts on the local \
           day of its first deadline, whatever happened to it: silent, lost and overdue legs are late. Outside stay legs not \
           due yet, paused at their deadline, cancelled by the shipper, ambiguous, and those that no contract judges.",
    unit: SHARE,
    cohort: DEADLINE,
    source: WILSON,
};

/// On-time by contract, as the courier claims.
pub const ON_TIME_CONTRACT_CLAIMED: Definition = Definition {
    word: "on_time_contract_claimed",
    title: "On-time, claimed",
    formula: "On time ÷ (early + on time + late), per leg, with the pauses that rest on the courier's own word",
    text: "As on-time by contract, but of the pauses only those that the leg's own courier has told. What lies between this \
           and the raw figure rests on its codes alone.",
    unit: SHARE,
    cohort: DEADLINE,
    source: WILSON,
};

/// On-time by contract, without pauses.
pub const ON_TIME_CONTRACT_RAW: Definition = Definition {
    word: "on_time_contract_raw",
    title: "On-time, raw",
    formula: "On time ÷ (early + on time + late), per leg, without any pause",
    text: "As on-time by contract, but nothing moves the deadline, whoever has told of it.",
    unit: SHARE,
    cohort: DEADLINE,
    source: WILSON,
};

/// On-time by contract, without what only the courier says.
pub const ON_TIME_CONTRACT_ACCEPTED: Definition = Definition {
    word: "on_time_contract_accepted",
    title: "On-time, accepted",
    formula: "On time ÷ (early + on time + late), per leg, with the pauses that others have told, without excluded legs",
    text: "As on-time by contract, but a pause that only the leg's own courier has told of is not counted: it is a claim. What is accepted of claims is excluded.",
    unit: SHARE,
    cohort: DEADLINE,
    source: WILSON,
};

/// Exclusions.
pub const EXCLUDED: Definition = Definition {
    word: "excluded",
    title: "Excluded",
    formula: "Excluded ÷ (excluded + early + on time + late), per leg",
    text: "Legs that would be judged and that an accepted exclusion takes out of both sides of the on-time rate. The claimed and the raw figure still hold them.",
    unit: SHARE,
    cohort: DEADLINE,
    source: WILSON,
};

/// Lateness by party.
pub const LATENESS: Definition = Definition {
    word: "lateness",
    title: "Lateness by party",
    formula: "Time from the first deadline to the stop, by who answers for it; sums to the total",
    text: "Of the legs that have stopped or turned back after their first deadline. The stretch by which a pause moved the \
           deadline is its party's; the rest is that of whoever answers for the time in it. Time of legs that are still under \
           way is added when they stop.",
    unit: "milliseconds",
    cohort: DEADLINE,
    source: OURS,
};
