//! What holds for every leg.

use std::collections::BTreeMap;

use domain::calendar::LocalCalendar;
use domain::event::Moment;
use domain::exclusion::ExclusionForm;
use domain::parcel::Parcel;
use domain::sla::{LegClock, clocks};
use domain::terms::Terms;
use domain::timeline::Timeline;
use domain::verdict::LegClass;

use crate::dice::{Case, Dice, MINUTE};
use crate::naive;

const CASES: usize = 10_000;

struct Folded {
    case: Case,
    timeline: Timeline,
    parcel: Parcel,
    terms: Terms,
}

impl Folded {
    fn new(case: Case) -> Self {
        let timeline = Timeline::new(case.events.clone());
        let parcel = Parcel::fold(&timeline).unwrap();
        let terms = Terms::new(vec![case.contract.clone()], case.calendars.to_vec()).unwrap();
        Self { case, timeline, parcel, terms }
    }

    /// The same, with the parcel's legs excluded.
    fn excluded(self) -> Self {
        let number = self.parcel.numbers.iter().find(|number| number.courier == "A").unwrap();
        let (courier, number) = (number.courier.to_string(), number.number.to_string());
        let (reason, accepted_by) = ("weather".into(), "Ana".into());
        let form = ExclusionForm { courier, number, reason, accepted_by, ..ExclusionForm::default() };
        let terms = self.terms.with_exclusions([("E1".into(), form.read().unwrap())]);
        Self { terms, ..self }
    }

    fn clocks(&self, judged_until: i64) -> Vec<LegClock> {
        clocks(&self.timeline, &self.parcel, &self.terms, judged_until)
    }
}

fn outcome_of(clock: &LegClock) -> Option<naive::Outcome> {
    let minute = |moment: Option<Moment>| moment.map(|moment| moment.at / MINUTE);
    Some(naive::Outcome {
        started: minute(clock.started)?,
        first_deadline: minute(clock.first_deadline)?,
        deadline: minute(clock.deadline)?,
        stop: minute(clock.stop.map(|(_, at)| at)),
        classes: [clock.class, clock.raw_class, clock.claimed_class, clock.agreed_class],
        lateness: clock.lateness.iter().map(|(party, ms)| (*party, ms / MINUTE)).collect::<BTreeMap<_, _>>(),
    })
}

/// What is excluded is so where it would be judged; the claimed and the raw verdict still hold it.
fn leave_out(mut outcome: naive::Outcome) -> naive::Outcome {
    let is_judged = |class| matches!(class, LegClass::Early | LegClass::OnTime | LegClass::Late);
    if is_judged(outcome.classes[0]) {
        outcome.lateness.clear();
    }
    for place in [0, 3] {
        if is_judged(outcome.classes[place]) {
            outcome.classes[place] = LegClass::Excluded;
        }
    }
    outcome
}

#[test]
fn the_clock_agrees_with_one_that_walks_minute_by_minute() {
    let mut dice = Dice(20260105);
    let mut seen: BTreeMap<LegClass, usize> = BTreeMap::new();
    for number in 0..CASES {
        let mut folded = Folded::new(Case::new(&mut dice));
        let mut expected = naive::outcome(&folded.case, &folded.parcel);
        if number % 10 == 0 {
            folded = folded.excluded();
            expected = expected.map(leave_out);
        }
        let clock = folded.clocks(folded.case.judged_until * MINUTE).swap_remove(0);
        assert_eq!(outcome_of(&clock), expected, "case {number}: {}", folded.case.told());
        *seen.entry(clock.class).or_default() += 1;
    }
    for class in LegClass::ALL {
        assert!(seen.get(class).is_some_and(|&n| n >= 20), "hardly any leg is {class}: {seen:?}");
    }
}

#[test]
fn segments_and_lateness_sum_and_follow_each_other() {
    let mut dice = Dice(1);
    for number in 0..CASES {
        let folded = Folded::new(Case::new(&mut dice));
        let judged_until = folded.case.judged_until * MINUTE;
        for (leg, clock) in folded.parcel.legs.iter().zip(folded.clocks(judged_until)) {
            let parts = &clock.segments;
            let sum: i64 = parts.iter().map(|part| part.duration_ms()).sum();
            let shortest = i64::from(clock.version.is_some());
            assert!(parts.iter().all(|part| part.duration_ms() >= shortest), "case {number}: {parts:?}");
            assert!(parts.windows(2).all(|pair| pair[0].to.at == pair[1].from.at), "case {number}: {parts:?}");
            let (from, to) = (parts.first().map_or(leg.start, |part| part.from), parts.last().map(|part| part.to));
            assert_eq!(from.at, leg.start.at, "case {number}");
            assert_eq!(sum, to.map_or(0, |to| to.at - leg.start.at), "case {number}");
            let stop = clock.stop.map(|(_, stop)| stop.at);
            if let (Some(stop), Some(to)) = (stop, to) {
                assert!(stop <= to.at, "case {number}");
            }
            if !clock.lateness.is_empty() && stop.is_some() {
                assert_eq!(Some(clock.lateness_ms()), stop.map(|at| at - clock.first_deadline.unwrap().at));
            }
        }
    }
}

#[test]
fn a_class_changes_by_time_alone_exactly_when_it_is_due_and_a_verdict_stays() {
    let mut dice = Dice(2);
    for number in 0..CASES / 4 {
        let folded = Folded::new(Case::new(&mut dice));
        let class = |at: i64| folded.clocks(at).swap_remove(0).class;
        let mut at = folded.case.events[0].at;
        let mut changes = 0;
        while let Some(due) = folded.clocks(at).swap_remove(0).due {
            let now = class(at);
            assert!(due >= at && changes < 40, "case {number}");
            let within = [at, at + (due - at) / 3, at + (due - at) / 2, due];
            assert!(within.iter().all(|&within| class(within) == now), "case {number}: {}", folded.case.told());
            assert_ne!(class(due + 1), now, "case {number}: {}", folded.case.told());
            (at, changes) = (due + 1, changes + 1);
        }
        let last = class(at);
        let later = [1, 60, 1440, 20_000, 60_000].map(|minutes| class(at + minutes * MINUTE));
        assert!(later.iter().all(|&class| class == last), "case {number}: {last} {later:?}");
    }
}

#[test]
fn the_open_time_of_a_stretch_is_the_sum_of_its_parts() {
    let mut dice = Dice(3);
    for _ in 0..CASES / 4 {
        let case = Case::new(&mut dice);
        let zoned = domain::calendar::ZonedCalendar::new(case.calendars[1].clone()).unwrap();
        let local: LocalCalendar<'_> = zoned.at("north", "");
        let (from, middle) = (case.beginning * MINUTE, case.judged_until * MINUTE);
        let to = middle + dice.between(0, 20_000) * MINUTE;
        let sum = local.open_ms_between(from, middle) + local.open_ms_between(middle, to);
        assert_eq!(local.open_ms_between(from, to), sum);
    }
}
