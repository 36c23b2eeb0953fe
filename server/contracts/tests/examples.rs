//! The examples of `CONTRACTS.md`: they stand there as they are, and are read as it says.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::path::{Path, PathBuf};

use contracts::{File, Folder, built_in, calendar_to_csv, calendar_with_csv, contract_to_toml, terms};
use domain::contract::{Allowance, Contract, Goal, PauseKind, StartRule, StopRule};
use domain::terms::Terms;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn folder() -> Folder {
    Folder::read(&root().join("examples")).unwrap()
}

fn reference() -> String {
    std::fs::read_to_string(root().join("CONTRACTS.md")).unwrap()
}

fn read() -> Terms {
    terms(&folder(), built_in()).unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn version(terms: &Terms, name: &str, number: u32) -> Contract {
    terms.contracts().find(|contract| contract.name == name && contract.version == number).unwrap().clone()
}

/// A file of the folder with something in it written otherwise.
fn instead(folder: &mut Folder, name: &str, from: &str, to: &str) {
    let files = folder.calendars.iter_mut().chain(&mut folder.contracts);
    let file: &mut File = files.into_iter().find(|file| file.name == name).unwrap();
    let text = String::from_utf8(file.bytes.clone()).unwrap();
    assert!(text.contains(from), "{name}: {from}");
    file.bytes = text.replacen(from, to, 1).into_bytes();
}

#[test]
fn the_reference_shows_each_example_as_it_is() {
    let folder = folder();
    assert_eq!((folder.calendars.len(), folder.contracts.len()), (1, 3));
    for file in folder.calendars.iter().chain(&folder.contracts) {
        let text = std::str::from_utf8(&file.bytes).unwrap();
        assert!(reference().contains(text), "{} is not in CONTRACTS.md as it is", file.name);
    }
}

#[test]
fn the_examples_mean_what_the_reference_says() {
    let terms = read();
    let (first, second) = (version(&terms, "rapida-24h", 1), version(&terms, "rapida-24h", 2));
    assert_eq!(first.allowance, Allowance::WorkingDays { days: 1, by: 20 * 60 });
    assert_eq!((first.until, second.until), (Some(second.from), None), "a version ends where the next begins");
    assert_eq!((first.start, first.stop, first.cut_off), (StartRule::NextOpening, StopRule::Ready, Some(18 * 60)));
    assert_eq!((first.pause_days, first.hand_off_hours), (10, 4));
    assert_eq!((first.targets[0].goal, second.targets[0].goal), (Goal::Share(0.95), Goal::Share(0.965)));
    assert_eq!((first.credit.unwrap().currency.as_str(), second.credit), ("EUR", None));
    let [courier, service, destination] = ["Rápida", "24h", "ES"];
    assert!(second.selector.matches(courier, service, "ES", destination));
    let nordline = version(&terms, "nordline-cn", 1);
    assert_eq!(nordline.allowance, Allowance::ClockHours { hours: 240 });
    assert_eq!(nordline.pauses.into_iter().collect::<Vec<_>>(), [PauseKind::Customs, PauseKind::ForceMajeure]);
    assert_eq!(version(&terms, "rapida", 1).allowance, Allowance::Promise);
    assert_eq!(terms.calendars().count(), 8, "the seven that come with it and one of its own");
}

#[test]
fn the_faults_that_the_reference_shows_are_told_in_these_words() {
    let mut folder = folder();
    instead(&mut folder, "calendars/es-saturdays.toml", "saturday = [\"09:00-14:00\"]", "saturday = [\"9-14\"]");
    instead(&mut folder, "contracts/rapida-24h.toml", "1 working day by 20:00", "24h");
    let mut told: Vec<String> = terms(&folder, built_in()).unwrap_err().iter().map(ToString::to_string).collect();
    // A calendar that cannot be read is not missing as well.
    assert_eq!(told.len(), 2, "{told:?}");
    let mut folder = self::folder();
    instead(&mut folder, "contracts/rapida.toml", "ES-saturdays", "ES-sundays");
    told.extend(terms(&folder, built_in()).unwrap_err().iter().map(ToString::to_string));
    assert!(reference().contains(&told.join("\n")), "CONTRACTS.md should show:\n{}", told.join("\n"));
}

#[test]
fn the_table_that_the_reference_shows_is_the_calendars() {
    let terms = read();
    let calendar = terms.calendars().find(|calendar| calendar.name == "ES-saturdays").unwrap();
    let table = calendar_to_csv(calendar);
    assert!(reference().contains(&table), "CONTRACTS.md should show:\n{table}");
    assert_eq!(&calendar_with_csv(calendar, &table).unwrap(), calendar);
}

#[test]
fn an_example_written_again_says_the_same() {
    let terms = read();
    for name in ["rapida-24h", "nordline-cn", "rapida"] {
        let versions: Vec<Contract> = terms.contracts().filter(|one| one.name == name).cloned().collect();
        assert_eq!(contracts::contract_from_toml(&contract_to_toml(&versions)).unwrap(), versions);
    }
}
