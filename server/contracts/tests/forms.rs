//! What somebody wrote into a text beside what a form types.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use contracts::{calendar_with_day, calendar_without_day, contract_fields, contract_with_fields, place_of_version};
use domain::fields::Fields;

const CONTRACT: &str = r#"# Signed in Porto
name = "sul" # the short name
courier = "Sul"

[[version]]
from = 2026-01-01
deadline = "2 working days by 18:00"
cut_off = "17:00" # as every winter
# They asked for the wish first.
pauses = [
    "consignee_wish", # by mail only
    "customs",
]

[[version]]
from = 2026-07-01
service = "24h"
deadline = "1 working day by 18:00"
"#;

fn fields<const N: usize>(typed: [(&str, &str); N]) -> Fields {
    typed.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
}

#[test]
fn remarks_stay_and_only_the_line_that_was_typed_changes() {
    let mut fields = contract_fields(CONTRACT, 1).unwrap();
    fields.set("version.cut_off", vec!["16:30".into()]);
    // As a page sends it: in the order in which it shows what may be ticked.
    fields.set("version.pauses", vec!["customs".into(), "consignee_wish".into()]);
    let with = contract_with_fields(CONTRACT, 1, &fields).unwrap();
    assert_eq!(with, CONTRACT.replace("cut_off = \"17:00\"", "cut_off = \"16:30\""));
}

#[test]
fn a_version_that_says_itself_what_it_is_about_is_shown_and_changed_so() {
    let place = place_of_version(CONTRACT, "2026-07-01".parse().unwrap()).unwrap();
    let mut fields = contract_fields(CONTRACT, place).unwrap();
    assert_eq!((place, fields.get("version.service"), fields.get("version.courier")), (2, "24h", "Sul"));
    fields.set("version.service", vec!["48h".into()]);
    let with = contract_with_fields(CONTRACT, place, &fields).unwrap();
    assert_eq!(with, CONTRACT.replace("\"24h\"", "\"48h\""));
}

#[test]
fn what_a_form_cannot_hold_is_left_to_the_text() {
    let inline = "name = \"a\"\nversion = [{ from = 2026-01-01 }]\n";
    assert_eq!(contract_fields(inline, 1), None);
    assert_eq!(contract_with_fields(inline, 1, &Fields::default()), None);
    let many = format!("{CONTRACT}{}", "[[version.target]]\nkpi = \"not_late\"\n".repeat(101));
    assert!(contract_fields(&many, 1).is_some());
    assert_eq!(contract_fields(&many, 2), None, "101 targets");
    assert_eq!(contract_fields(CONTRACT, 4), None, "there are two versions, and one may be added");
    assert_eq!(contract_fields("name = ", 1), None);
}

const CALENDAR: &str = r#"name = "XX"

# The national ones.
[[closed]]
date = 2026-01-01
name = "New Year"

# Decree 12/2025, provisional
[[closed]]
date = 2026-02-03
name = "Candelaria"
regions = ["Tenerife"]

[[closed]]
date = 2026-05-01
name = "Labour Day"
"#;

#[test]
fn a_date_is_changed_where_it_stands_with_the_remark_above_it() {
    let typed = fields([("date", "2026-02-03"), ("name", "La Candelaria"), ("hours", ""), ("regions", "tenerife")]);
    let with = calendar_with_day(CALENDAR, &typed).unwrap();
    assert_eq!(with, CALENDAR.replace("\"Candelaria\"", "\"La Candelaria\"").replace("Tenerife", "tenerife"));

    let typed =
        fields([("date", "2026-02-03"), ("name", "Candelaria"), ("hours", "08:00-12:00"), ("regions", "Tenerife")]);
    let with = calendar_with_day(CALENDAR, &typed).unwrap();
    assert!(with.contains("# Decree 12/2025, provisional\n[[open]]\n"), "{with}");
    assert!(with.contains("hours = [\"08:00-12:00\"]"), "{with}");
}

#[test]
fn a_date_goes_only_where_it_holds() {
    let of = |regions: &str| fields([("date", "2026-02-03"), ("regions", regions)]);
    assert_eq!(calendar_without_day(CALENDAR, &of("")).unwrap(), CALENDAR, "in the whole country nothing is said");
    let without = calendar_without_day(CALENDAR, &of("Tenerife")).unwrap();
    assert!(!without.contains("Candelaria") && without.contains("Labour Day"), "{without}");
}
