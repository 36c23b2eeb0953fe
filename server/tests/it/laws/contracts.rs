//! What legs do by contract: counted as their clocks say, and judged anew without anybody losing a figure meanwhile.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::cell::{Cube, Dimension, Measure};
use domain::event::Event;
use domain::exclusion::ExclusionForm;
use domain::parcel::Parcel;
use domain::sla::clocks;
use domain::terms::Terms;
use domain::timeline::Timeline;
use domain::verdict::LegClass;
use domain::vocabulary::Party;
use proptest::prelude::*;
use proptest::test_runner::Config;
use server::clock::Clock;
use server::pipeline::{judge_all_anew, judge_some_anew, stop_judging_anew, sweep};
use server::terms::{Draft, TermsBook};
use store::TermsKind;
use tokio::runtime::Runtime;

use super::cases;
use super::database::Database;
use super::instant;
use crate::network::{Dice, networks};
use crate::reference;

/// A contract with a courier of the networks, by the dice.
fn contract(courier: &str, dice: &mut Dice) -> Draft {
    let name = courier.to_lowercase();
    let deadline = dice.pick(&["1 working day by 18:00", "30 hours", "16 open hours", "the promise"]);
    let stop = dice.pick(&["delivered", "ready", "attempt"]);
    let pauses =
        dice.pick(&["", "\"customs\", \"consignee_wish\"", "\"address_correction\", \"waiting_for_collection\""]);
    let text = format!(
        "name = \"{name}\"\ncourier = \"{courier}\"\n\n[[version]]\nfrom = 2020-01-01\ndeadline = \"{deadline}\"\nstop = \"{stop}\"\n\
         pauses = [{pauses}]\nmilestones = [\"out_for_delivery\", \"departed_hub\"]\norigin_calendar = \"ES\"\ndestination_calendar = \"ES\"\n"
    );
    Draft { kind: TermsKind::Contract, name, text, note: String::new(), seen: None }
}

fn book(database: &Database) -> TermsBook {
    TermsBook::new(database.store.clone(), Clock::System)
}

/// Some exclusions of parcels, and now and then one of a period; some are taken back.
async fn exclude(database: &Database, events: &[Event], dice: &mut Dice) -> Arc<Terms> {
    let book = book(database);
    for _ in 0..dice.under(3) {
        let number = &events[dice.under(events.len())].number;
        let courier = number.courier.to_string();
        let parcel = ExclusionForm { courier, number: number.number.to_string(), ..written() };
        let form = if dice.percent(80) {
            parcel
        } else {
            let (from, to) = ("2026-08-01".to_owned(), "2026-09-01".to_owned());
            ExclusionForm { number: String::new(), from, to, ..parcel }
        };
        // It may be known already, or its parcel not be known yet.
        let Ok(accepted) = book.accept(&form).await else { continue };
        if dice.percent(30) {
            book.withdraw(&accepted.id, "Ana").await.unwrap();
        }
    }
    book.latest().await.unwrap()
}

fn written() -> ExclusionForm {
    ExclusionForm { reason: "weather".into(), accepted_by: "Ana".into(), ..ExclusionForm::default() }
}

async fn save(database: &Database, drafts: &[Draft]) -> Arc<Terms> {
    let book = book(database);
    for draft in drafts {
        book.save(draft.clone()).await.unwrap_or_else(|fault| panic!("{fault}\n{}", draft.text));
    }
    book.latest().await.unwrap()
}

/// Sums by measure, contract, courier, party and day.
type Sums = BTreeMap<(String, String, String, String, i32), i64>;

/// What legs count, by their clocks: row by row, as `KPI.md` says.
fn expected(events: &[Event], terms: &Terms, until: i64) -> Sums {
    let mut sums = Sums::new();
    for events in reference::parcels(events) {
        let timeline = Timeline::new(events);
        let Some(parcel) = Parcel::fold(&timeline) else { continue };
        for (clock, leg) in clocks(&timeline, &parcel, terms, until).iter().zip(&parcel.legs) {
            if leg.is_return {
                continue;
            }
            let day = clock.first_deadline.map_or(leg.start.day(), |deadline| deadline.day());
            let contract = clock.version.as_ref().map(|version| version.contract.to_string()).unwrap_or_default();
            let mut count = |measure: &str, party: Option<Party>, day, n| {
                let party = party.map_or("", |party| party.as_str()).to_owned();
                *sums.entry((measure.into(), contract.clone(), leg.courier.to_string(), party, day)).or_default() += n;
            };
            if let Some(((_, stop), scans)) = clock.stop.zip(clock.milestones) {
                count("milestones_expected", None, stop.day(), scans.expected);
                count("milestones_seen", None, stop.day(), scans.seen);
            }
            let mut add = |measure: &str, party: Option<Party>, n| count(measure, party, day, n);
            for (class, names) in [
                (clock.class, ["contract_early", "contract_on_time", "contract_late"]),
                (clock.raw_class, ["raw_early", "raw_on_time", "raw_late"]),
                (clock.claimed_class, ["claimed_early", "claimed_on_time", "claimed_late"]),
                (clock.agreed_class, ["agreed_early", "agreed_on_time", "agreed_late"]),
            ] {
                match class {
                    LegClass::Early => add(names[0], None, 1),
                    LegClass::OnTime => add(names[1], None, 1),
                    LegClass::Late => add(names[2], None, 1),
                    _ => {}
                }
            }
            match clock.class {
                LegClass::NoContract => add("no_contract", None, 1),
                LegClass::Open => add("contract_not_due", None, 1),
                LegClass::Paused => add("contract_paused", None, 1),
                LegClass::Ambiguous => add("contract_ambiguous", None, 1),
                LegClass::Cancelled => add("contract_cancelled", None, 1),
                _ => {}
            }
            if clock.exclusion.is_some() {
                add("excluded", None, 1);
            }
            let is_over = clock.stop.is_some() || leg.ended_by == Some(domain::leg::LegEnd::Return);
            if clock.class == LegClass::Late && !is_over {
                add("contract_late_open", None, 1);
            }
            for &(party, ms) in clock.lateness.iter().filter(|_| is_over) {
                add("late_time", Some(party), ms);
            }
        }
    }
    sums.retain(|_, n| *n != 0);
    sums
}

/// The same, as the cells hold it.
async fn held(database: &Database) -> Sums {
    let by_contract = [
        Measure::ContractEarly..=Measure::LateTime,
        Measure::AgreedEarly..=Measure::Excluded,
        Measure::MilestonesExpected..=Measure::MilestonesSeen,
    ];
    let mut sums = Sums::new();
    for delta in database.store.read_cells().await.unwrap().into_deltas() {
        let delta = delta.unwrap();
        for cell in &delta.cells {
            let slice = &delta.slices[cell.slice as usize];
            let value = |dimension: Dimension| slice.values[dimension.index()].to_string();
            for &measure in
                Measure::ALL.iter().filter(|measure| by_contract.iter().any(|range| range.contains(measure)))
            {
                let n = cell.counts[measure.index()];
                if matches!(slice.cube, Cube::Main | Cube::Parties) && n != 0 {
                    let key = (measure.to_string(), value(Dimension::Contract), value(Dimension::Courier));
                    *sums.entry((key.0, key.1, key.2, value(Dimension::Party), cell.period)).or_default() += n;
                }
            }
        }
    }
    sums.retain(|_, n| *n != 0);
    sums
}

proptest! {
    #![proptest_config(Config { max_shrink_iters: 200, ..cases(20) })]

    #[test]
    fn cells_hold_what_the_clocks_say_and_judging_anew_gives_what_judging_at_first_does(
        network in networks(1..14), seed in any::<u64>().no_shrink(),
    ) {
        let mut dice = Dice::new(seed);
        let events = network.events();
        let until = instant(&events, &mut dice);
        let couriers = ["Posti", "Omniva", "SEUR"];
        let old: Vec<Draft> = couriers[1..].iter().map(|courier| contract(courier, &mut dice)).collect();
        let new: Vec<Draft> = couriers[..2].iter().map(|courier| contract(courier, &mut dice)).collect();
        Runtime::new().unwrap().block_on(async {
            // Judged by the old terms, then anew by the new ones while feeds send.
            let first = Database::new().await;
            let terms = save(&first, &old).await;
            prop_assert!(judge_all_anew(&first.store, 1, |_| ()).await.unwrap(), "an empty database takes its terms over");
            let mut batches = network.batches(1 + dice.under(12), &mut dice);
            let rest = batches.split_off(dice.under(batches.len() + 1));
            first.take_batches(batches, &events, instant(&events, &mut dice).min(until), &mut dice).await;
            save(&first, &new).await;
            let mut waiting = rest;
            while judge_some_anew(&first.store, until, 1 + dice.under(3) as i64).await.unwrap().is_some() {
                if dice.percent(50) && !waiting.is_empty() {
                    let later = waiting.split_off(dice.under(waiting.len()).max(1).min(waiting.len()));
                    first.take_batches(std::mem::replace(&mut waiting, later), &events, until, &mut dice).await;
                }
                if dice.percent(20) {
                    exclude(&first, &events, &mut dice).await;
                }
                if dice.percent(3) {
                    stop_judging_anew(&first.store).await.unwrap();
                    server::pipeline::apply_latest(&first.store).await.unwrap();
                }
            }
            first.take_batches(waiting, &events, until, &mut dice).await;
            exclude(&first, &events, &mut dice).await;
            judge_all_anew(&first.store, until, |_| ()).await.unwrap();

            // Judged by the new terms at once.
            let second = Database::new().await;
            for kind in [TermsKind::Contract, TermsKind::Exclusion] {
                for edition in first.store.all_editions(kind).await.unwrap() {
                    prop_assert!(second.store.save_edition(kind, &edition).await.unwrap());
                }
            }
            let latest = book(&second).latest().await.unwrap();
            judge_all_anew(&second.store, 1, |_| ()).await.unwrap();
            second.take(&network, &events, until, &mut dice).await;
            prop_assert_eq!(held(&second).await, expected(&events, &latest, until));
            prop_assert_eq!(first.held(&events).await, second.held(&events).await);
            prop_assert!(terms.has_contracts());
            Ok(())
        })?;
    }

    #[test]
    fn whatever_falls_due_is_judged_then(network in networks(1..6), seed in any::<u64>().no_shrink()) {
        let mut dice = Dice::new(seed);
        let events = network.events();
        let Some(first) = events.iter().map(|event| event.at).min() else { return Ok(()) };
        let until = instant(&events, &mut dice).max(first + 1);
        let contracts: Vec<Draft> =
            ["Posti", "Omniva", "SEUR", "Cainiao"].iter().map(|courier| contract(courier, &mut dice)).collect();
        Runtime::new().unwrap().block_on(async {
            let database = Database::new().await;
            let terms = save(&database, &contracts).await;
            judge_all_anew(&database.store, 1, |_| ()).await.unwrap();
            // Everything is known at once, and then only time passes, in steps shorter than any pause.
            database.take_batches(network.batches(50, &mut dice), &events, first, &mut dice).await;
            for step in 1..=40 {
                sweep(&database.store, first + (until - first) * step / 40).await.unwrap();
            }
            prop_assert_eq!(held(&database).await, expected(&events, &terms, until.max(first)));
            Ok(())
        })?;
    }

    #[test]
    fn what_is_stopped_leaves_the_figures_alone(network in networks(2..8), seed in any::<u64>().no_shrink()) {
        let mut dice = Dice::new(seed);
        let events = network.events();
        let until = instant(&events, &mut dice);
        let [old, new] = [(); 2].map(|()| vec![contract("Posti", &mut dice)]);
        Runtime::new().unwrap().block_on(async {
            let database = Database::new().await;
            save(&database, &old).await;
            judge_all_anew(&database.store, 1, |_| ()).await.unwrap();
            database.take(&network, &events, until, &mut dice).await;
            let before = database.held(&events).await;
            save(&database, &new).await;
            judge_some_anew(&database.store, until, 1).await.unwrap();
            stop_judging_anew(&database.store).await.unwrap();
            prop_assert_eq!(&database.held(&events).await, &before);
            prop_assert!(!judge_all_anew(&database.store, until, |_| ()).await.unwrap(), "it stays stopped");
            Ok(())
        })?;
    }
}
