//! Everything that is written wrong in contracts, in one file and between files.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use contracts::{File, FileFault, Folder, built_in, contract_from_toml, contract_to_toml, terms};
use domain::contract::Goal;

const GOOD: &str = r#"name = "rapida-24h"
courier = "Rápida"
service = "24h"
destination = "ES"

[[version]]
from = 2026-01-01
until = 2026-07-01
deadline = "1 working day by 20:00"
start = "next_opening"
cut_off = "18:00"
stop = "ready"
delivery_hours = ["08:00-14:00", "16:00-21:00"]
pauses = ["customs"]
pause_days = 5
hand_off_hours = 4
milestones = ["accepted", "delivered"]
back_dated = "signed late"

[[version.target]]
kpi = "on_time_contract"
goal = "95 %"
period = "month"
minimum = 200

[version.credit]
currency = "EUR"
terms = "2 % a point"

[[version]]
from = 2026-07-01
deadline = "48 hours"
"#;

#[test]
fn each_fault_of_a_contract_has_its_line_its_key_and_what_is_right() {
    assert_eq!(contract_from_toml(GOOD).unwrap().len(), 2);
    for (from, to, line, path, message) in [
        ("name = \"rapida-24h\"", "", 0, "name", "is missing: write the contract's name"),
        ("\"rapida-24h\"", "\"rapida 24h\"", 1, "name", "at most 40 letters"),
        ("courier = \"Rápida\"", "", 0, "courier", "is missing: write the courier"),
        ("service = \"24h\"", "services = \"24h\"", 3, "services", "the keys are name, courier, service"),
        ("service = \"24h\"", "service = 24", 3, "service", "write a text in quotes"),
        ("destination = \"ES\"", "destination = \"Spain\"", 4, "destination", "two letters of ISO 3166-1"),
        ("from = 2026-01-01", "", 6, "version[1].from", "is missing: write from = 2026-01-01"),
        ("from = 2026-01-01", "from = \"1 January\"", 7, "version[1].from", "is not a date"),
        ("until = 2026-07-01", "until = 2025-12-31", 8, "version[1].until", "must be later than from"),
        (
            "until = 2026-07-01",
            "until = 2026-08-01",
            8,
            "version[1].until",
            "later than 2026-07-01, when the version on line 30",
        ),
        ("deadline = \"1 working day by 20:00\"", "", 6, "version[1].deadline", "is missing: write deadline = "),
        (
            "1 working day by 20:00",
            "24h",
            9,
            "version[1].deadline",
            "\"48 hours\", \"16 open hours\" or \"the promise\"",
        ),
        ("1 working day by 20:00", "1 working day by 8 pm", 9, "version[1].deadline", "is not a deadline"),
        ("1 working day by 20:00", "1 working day by 25:00", 9, "version[1].deadline", "is not a time of day"),
        (
            "1 working day by 20:00",
            "367 working days by 20:00",
            9,
            "version[1].deadline",
            "number of days from 0 to 366",
        ),
        ("1 working day by 20:00", "0 hours", 9, "version[1].deadline", "number of hours from 1 to 8784"),
        ("\"next_opening\"", "\"later\"", 10, "version[1].start", "is not one of next_opening, at_once"),
        ("cut_off = \"18:00\"", "cut_off = 18", 11, "version[1].cut_off", "write a text in quotes"),
        (
            "cut_off = \"18:00\"",
            "cut_off = \"6 pm\"",
            11,
            "version[1].cut_off",
            "is not a time of day: write \"17:00\"",
        ),
        (
            "stop = \"ready\"",
            "stop = \"ready_at_locker\"",
            12,
            "version[1].stop",
            "is not one of delivered, ready, attempt",
        ),
        ("16:00-21:00", "13:00-21:00", 13, "version[1].delivery_hours", "overlap or are out of order"),
        ("16:00-21:00", "16-21", 13, "version[1].delivery_hours[2]", "is not a time from and to"),
        ("[\"customs\"]", "[\"weather\"]", 14, "version[1].pauses[1]", "is not one of customs, consignee_wish"),
        ("pause_days = 5", "pause_days = 5.5", 15, "version[1].pause_days", "must be a whole number from 0 to 366"),
        ("pause_days = 5", "pause_days = -1", 15, "version[1].pause_days", "must be a whole number from 0 to 366"),
        ("hand_off_hours = 4", "hand_off_hours = 9000", 16, "version[1].hand_off_hours", "from 0 to 8784"),
        ("\"delivered\"]", "\"done\"]", 17, "version[1].milestones[2]", "is not one of announced, manifested"),
        ("\"signed late\"", "\" \"", 18, "version[1].back_dated", "is empty: write why"),
        ("[[version.target]]", "[version.target]", 20, "version[1].target", "write [[version.target]]"),
        ("kpi = \"on_time_contract\"", "", 20, "version[1].target[1].kpi", "is missing: write the KPI's word"),
        ("goal = \"95 %\"", "", 20, "version[1].target[1].goal", "is missing: write goal = "),
        ("\"95 %\"", "\"105 %\"", 22, "version[1].target[1].goal", "a share of 0 to 100 in quotes"),
        ("\"95 %\"", "\"-5 %\"", 22, "version[1].target[1].goal", "a share of 0 to 100 in quotes"),
        ("\"95 %\"", "\"95\"", 22, "version[1].target[1].goal", "a share of 0 to 100 in quotes"),
        ("\"95 %\"", "nan", 22, "version[1].target[1].goal", "a share of 0 to 100 in quotes"),
        ("\"95 %\"", "[]", 22, "version[1].target[1].goal", "a share of 0 to 100 in quotes"),
        ("\"month\"", "\"year\"", 23, "version[1].target[1].period", "is not one of week, month, quarter"),
        ("period = \"month\"", "", 20, "version[1].target[1].period", "is missing: write period = "),
        ("minimum = 200", "minimum = \"200\"", 24, "version[1].target[1].minimum", "must be a whole number"),
        ("\"EUR\"", "\"euro\"", 27, "version[1].credit.currency", "three letters of ISO 4217"),
        ("terms = \"2 % a point\"", "", 26, "version[1].credit.terms", "is missing: write what a missed target costs"),
        (
            "from = 2026-07-01",
            "from = 2026-01-01",
            31,
            "version[2].from",
            "is the first day of the version on line 6 too",
        ),
        ("from = 2026-07-01", "number = 1\nfrom = 2026-07-01", 31, "version[2].number", "has the number 1 too"),
        ("from = 2026-07-01", "number = 0\nfrom = 2026-07-01", 31, "version[2].number", "from 1 to 1000000"),
        ("from = 2026-07-01", "courier = \"\"\nfrom = 2026-07-01", 31, "version[2].courier", "is empty"),
        ("from = 2026-07-01", "origin = \"es\"\nfrom = 2026-07-01", 31, "version[2].origin", "two letters"),
    ] {
        assert!(GOOD.contains(from), "{from}");
        let text = GOOD.replacen(from, to, 1);
        let faults = contract_from_toml(&text).unwrap_err();
        let [fault] = &faults[..] else { panic!("{to}: {faults:?}") };
        assert_eq!((fault.line.unwrap_or(0), fault.path.as_str()), (line, path), "{to}: {}", fault.message);
        assert!(fault.message.contains(message), "{to}: {}", fault.message);
    }
    let whole = "name = \"a\"\ncourier = \"b\"\n";
    let faults = contract_from_toml(whole).unwrap_err();
    assert!(
        faults.len() == 1 && faults[0].message.contains("write [[version]] and below it from, deadline"),
        "{faults:?}"
    );
}

#[test]
fn a_goal_in_per_cent_is_exactly_its_share_and_is_written_as_it_was() {
    for (written, share) in
        [("0 %", 0.0), ("0.5 %", 0.005), ("7 %", 0.07), ("50 %", 0.5), ("97.3 %", 0.973), ("100 %", 1.0)]
    {
        let read = contract_from_toml(&GOOD.replace("95 %", written)).unwrap();
        assert_eq!(read[0].targets[0].goal, Goal::Share(share), "{written}");
        assert!(contract_to_toml(&read).contains(&format!("goal = \"{written}\"\n")), "{written}");
    }
    let read = contract_from_toml(&GOOD.replace("\"95 %\"", "36")).unwrap();
    assert_eq!(read[0].targets[0].goal, Goal::Value(36.0));
}

fn file(name: &str, text: &str) -> File {
    File { name: name.to_owned(), bytes: text.as_bytes().to_vec() }
}

fn contract(file_name: &str, name: &str, more: &str) -> File {
    let text = format!(
        "name = \"{name}\"\ncourier = \"Rápida\"\n{more}\n[[version]]\nfrom = 2026-01-01\ndeadline = \"48 hours\"\n"
    );
    file(&format!("contracts/{file_name}.toml"), &text)
}

fn calendar(file_name: &str, name: &str) -> File {
    let text = format!(
        "name = \"{name}\"\ntitle = \"x\"\ncountry = \"ES\"\nzone = \"Europe/Madrid\"\n[week]\nmonday = \"08:00-18:00\"\n"
    );
    file(&format!("calendars/{file_name}.toml"), &text)
}

fn told(calendars: Vec<File>, contracts: Vec<File>) -> Vec<String> {
    let faults = terms(&Folder { calendars, contracts }, Vec::new()).err().unwrap_or_default();
    faults.iter().map(FileFault::to_string).collect()
}

#[test]
fn two_contracts_that_may_mean_the_same_leg_are_told_with_the_file_and_line_of_both() {
    let one = contract("a", "a", "service = \"24h\"");
    let other = contract("b", "b", "destination = \"ES\"");
    let found = told(Vec::new(), vec![one.clone(), other]);
    assert_eq!(
        found,
        [
            "contracts/b.toml: line 4: version[1]: contracts/a.toml (line 4) may mean the same legs and is as specific; name more in one of them"
        ]
    );
    assert_eq!(told(Vec::new(), vec![one, contract("b", "b", "service = \"48h\"")]), [""; 0]);
}

#[test]
fn a_name_in_two_files_is_a_fault_of_the_second() {
    let found = told(Vec::new(), vec![contract("a", "x", ""), contract("b", "x", "")]);
    assert_eq!(
        found,
        [
            "contracts/b.toml: line 1: name: contracts/a.toml has this name too: write all versions of a contract in one file"
        ]
    );
    let found = told(vec![calendar("a", "ES"), calendar("b", "es")], Vec::new());
    assert_eq!(
        found,
        ["calendars/b.toml: line 1: name: calendars/a.toml has this name too: give each calendar its own"]
    );
}

#[test]
fn of_two_calendars_of_a_country_one_must_be_its_own() {
    let found = told(vec![calendar("a", "shops"), calendar("b", "depots")], Vec::new());
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].starts_with("calendars/b.toml: line 1: name: ES has the calendars shops and depots;"),
        "{found:?}"
    );
    assert_eq!(told(vec![calendar("a", "shops"), calendar("b", "ES")], Vec::new()), [""; 0]);
}

#[test]
fn a_calendar_that_is_not_there_is_told_at_the_key_that_names_it() {
    let text = "name = \"a\"\ncourier = \"b\"\n[[version]]\nfrom = 2026-01-01\ndeadline = \"48 hours\"\ndestination_calendar = \"ES\"\n";
    let lone = vec![file("contracts/a.toml", text)];
    let found = told(Vec::new(), lone.clone());
    assert_eq!(found, ["contracts/a.toml: line 6: version[1].destination_calendar: there is no calendar ES"]);
    let folder = Folder { calendars: Vec::new(), contracts: lone };
    assert!(terms(&folder, built_in()).is_ok(), "it comes with Courierscope");
}

#[test]
fn a_calendar_of_the_folder_takes_the_place_of_the_one_of_its_name() {
    let folder = Folder { calendars: vec![calendar("a", "es")], contracts: Vec::new() };
    let terms = terms(&folder, built_in()).unwrap();
    let spanish: Vec<_> = terms.calendars().filter(|calendar| calendar.country == "ES").collect();
    assert_eq!(spanish.iter().map(|calendar| calendar.title.as_str()).collect::<Vec<_>>(), ["x"]);
}

#[test]
fn every_fault_of_every_file_is_told_at_once_by_file_and_line() {
    let broken = calendar("z", "ES");
    let text = String::from_utf8(broken.bytes).unwrap().replace("Europe/Madrid", "Madrid").replace("18:00", "18");
    let latin = File { name: "contracts/c.toml".to_owned(), bytes: b"# a\nname = \"R\xe1pida\"\n".to_vec() };
    let calendars = vec![file("calendars/z.toml", &text), calendar("y", "y")];
    let contracts =
        vec![contract("a", "a", "origin = \"Spain\""), contract("b", "b", ""), latin, contract("d", "d", "")];
    let found = told(calendars, contracts);
    let places: Vec<String> =
        found.iter().map(|told| told.splitn(4, ": ").take(3).collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(
        places,
        [
            "calendars/z.toml line 4 zone",
            "calendars/z.toml line 6 week.monday",
            "contracts/a.toml line 3 origin",
            "contracts/c.toml line 2 is not UTF-8",
            "contracts/d.toml line 4 version[1]",
        ]
    );
}

#[test]
fn an_empty_folder_is_no_fault() {
    assert_eq!(terms(&Folder::default(), Vec::new()).unwrap().contracts().count(), 0);
    let nowhere = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("nowhere");
    assert_eq!(Folder::read(&nowhere).unwrap(), Folder::default());
}
