//! How each figure is counted, as it is printed beside it.

/// A figure's name and how it is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Definition {
    /// The figure.
    pub title: &'static str,
    /// Its ratio, or what it measures.
    pub formula: &'static str,
    /// What is in it and what is not.
    pub text: &'static str,
}

impl Definition {
    /// Whether it is a share, which has an interval.
    pub fn is_rate(&self) -> bool {
        self.formula.contains('÷')
    }
}

/// On-time against the promise to the customer.
pub const ON_TIME: Definition = Definition {
    title: "On-time, customer",
    formula: "On time ÷ (early + on time + late)",
    text: "A parcel counts on the local day of its deadline, whatever happened to it. Judged against the first promise; \
           only the consignee's own wish replaces it. Silent, lost and overdue parcels are late. A parcel is early only \
           where its promise had an earliest time. Parcels without a promise, not due yet, or cancelled by the shipper \
           before the deadline stay outside.",
};

/// The share that was not late.
pub const NOT_LATE: Definition = Definition {
    title: "Not late",
    formula: "(Early + on time) ÷ (early + on time + late)",
    text: "As on-time, but early counts as good.",
};

/// First attempt.
pub const FIRST_ATTEMPT: Definition = Definition {
    title: "First-attempt success",
    formula: "Succeeded ÷ (succeeded + failed + not attempted by the deadline)",
    text: "Succeeded: delivered, or deposited where it was planned or asked for. A courier's own diversion to a locker \
           or shop is a failed attempt. Two scans of one round are one attempt. Counted on the day of the deadline, or \
           of the attempt where there is no promise.",
};

/// Lockers.
pub const LOCKER_UPTAKE: Definition = Definition {
    title: "Locker uptake",
    formula: "Planned for a locker ÷ accepted;  diverted to a locker ÷ accepted",
    text: "Planned: the earliest statement says locker. Diverted: the courier left it there unasked. The two are never \
           added up. Counted on the day a courier took custody.",
};

/// Transit time.
pub const TRANSIT: Definition = Definition {
    title: "Transit time, P90",
    formula: "90 % of the legs took no longer",
    text: "From the first evidence of a courier's custody to the end of its leg: delivery, deposit where planned, or \
           hand-over. Counted on the day of the stop; nearest rank, within 2 %.",
};

/// Volume.
pub const VOLUME: Definition = Definition {
    title: "Accepted parcels",
    formula: "Parcels of which a courier took custody",
    text: "Counted on the day of acceptance. Open: the promise falls due in the period and is not due yet. No promise: \
           nobody stated one, so it cannot be judged; coverage is the share that has one.",
};

/// Failed attempts.
pub const FAILED_ATTEMPTS: Definition = Definition {
    title: "Failed attempts",
    formula: "Attempts to deliver that failed, by reason and responsible party",
    text: "Counted on the day of the attempt, each attempt once. The reason is the courier's own word; who answers for \
           it follows from the reason unless the feed says otherwise.",
};

/// What the interval and thin evidence mean.
pub const EVIDENCE: Definition = Definition {
    title: "Evidence",
    formula: "95 % Wilson interval; thin below n = 30",
    text: "The range in which the true rate lies with 95 % confidence, given how few or many parcels were counted. A \
           change is called better or worse only where both periods have n of at least 30 and the earlier rate lies \
           outside the present interval.",
};
