//! What is said beside every rate.

/// What the interval and thin evidence mean.
pub const EVIDENCE: [&str; 2] = [
    "95 % Wilson interval; thin below n = 30",
    "The range in which the true rate lies with 95 % confidence, given how few or many parcels were counted. A \
     change is called better or worse only where both periods have n of at least 30 and the earlier rate lies \
     outside the present interval.",
];
