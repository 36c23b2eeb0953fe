//! Where a leg's time went by its contract: the parcel's segments, with what the contract says laid over them.

use crate::Text;
use crate::clock::{Cause, ClockState, Segment, between};
use crate::event::Moment;
use crate::vocabulary::Party;

/// What a contract says of a stretch. UTC epoch milliseconds.
#[derive(Debug, Clone)]
pub(super) struct Mark {
    pub(super) from: i64,
    pub(super) to: i64,
    pub(super) state: ClockState,
    /// Cause and party in place of the segment's own.
    pub(super) because: Option<(Cause, Party)>,
    /// In whose custody in place of the segment's.
    pub(super) courier: Option<Text>,
    /// The calendar that measures it.
    pub(super) calendar: Text,
}

/// The segments between two instants with the marks laid over them; what no mark covers is running by `calendar`. The marks
/// are in order and do not overlap. The lengths sum to the time between.
pub(super) fn laid_over(
    segments: &[Segment],
    (from, to): (Moment, Moment),
    marks: &[Mark],
    calendar: &Text,
) -> Vec<Segment> {
    let mut parts: Vec<Segment> = Vec::new();
    for base in between(segments, from, to) {
        let moment =
            |at| Moment { at, offset_minutes: if at == base.to.at { base.to } else { base.from }.offset_minutes };
        let mut push = |from: i64, to: i64, mark: Option<&Mark>| {
            if from < to {
                put(&mut parts, told(&base, (moment(from), moment(to)), mark, calendar));
            }
        };
        let mut since = base.from.at;
        for mark in marks.iter().filter(|mark| mark.to > base.from.at && mark.from < base.to.at) {
            let (from, to) = (mark.from.max(base.from.at), mark.to.min(base.to.at));
            push(since, from, None);
            push(from, to, Some(mark));
            since = to;
        }
        push(since, base.to.at, None);
    }
    parts
}

fn told(base: &Segment, (from, to): (Moment, Moment), mark: Option<&Mark>, calendar: &Text) -> Segment {
    let (cause, party) = mark.and_then(|mark| mark.because).unwrap_or((base.cause, base.party));
    Segment {
        from,
        to,
        state: mark.map_or(ClockState::Running, |mark| mark.state),
        cause,
        party,
        courier: mark.and_then(|mark| mark.courier.clone()).unwrap_or_else(|| base.courier.clone()),
        calendar: mark.map_or(calendar, |mark| &mark.calendar).clone(),
    }
}

/// Adds a segment, to the last one where nothing else differs.
fn put(parts: &mut Vec<Segment>, part: Segment) {
    if let Some(last) = parts.last_mut() {
        let as_before = Segment { from: last.from, to: last.to, ..part.clone() };
        if *last == as_before {
            last.to = part.to;
            return;
        }
    }
    parts.push(part);
}
