//! What names the parcel, and what is said of it.

use std::collections::BTreeSet;

use domain::upload::{Choice, Confidence, Part};

use super::ask::{Ask, Asking};
use super::columns::{Column, Columns};
use super::definition::{Definition, column, quoted};
use super::words::{Role, delivery_mode, header, normal};

/// Asks what names the parcel and what is said of it, and writes it down.
pub(super) fn names(asking: &mut Asking<'_>, columns: &Columns<'_>, file_name: &str, definition: &mut Definition) {
    let number = number(asking, columns);
    definition.say("number", &number);
    courier(asking, columns, file_name, definition);
    let reference = columns.likeliest(Role::Reference, |c| column(c.name) != number);
    optional(asking, columns, "reference", "Shipper's order number", reference, definition);
    let shipper = columns.likeliest(Role::Shipper, |_| true);
    optional(asking, columns, "shipper", "Shipper", shipper, definition);
    let service = columns.likeliest(Role::Service, |_| true);
    optional(asking, columns, "service", "Courier's product", service, definition);
    let origin = columns.likeliest(Role::Origin, is_country);
    country(asking, columns, "origin_country", "Country of origin", origin, definition);
    let destination = columns.likeliest(Role::Destination, is_country).or(columns.likeliest(Role::Country, is_country));
    country(asking, columns, "destination_country", "Country of destination", destination, definition);
    let region = columns.likeliest(Role::Region, is_name);
    optional(asking, columns, "destination_region", "Region of destination", region, definition);
    let postcode = columns.likeliest(Role::Postcode, |c| has_digits(c) && !is_of_sender(c.name));
    optional(asking, columns, "destination_postcode", "Postcode of destination", postcode, definition);
    mode(asking, columns, definition);
    let facility = columns.likeliest(Role::Facility, |_| true);
    choose(asking, columns, Ask { key: "facility", part: Part::Events, label: "Depot or place of the scan" }, facility);
}

/// Whether a column holds names, and not numbers for them.
fn is_name(column: &Column<'_>) -> bool {
    column.values.iter().any(|value| value.bytes().any(|b| !b.is_ascii_digit()))
}

/// Whether the name of a column says that it is of where parcels come from.
fn is_of_sender(name: &str) -> bool {
    header(name).split(' ').any(|word| SENDER.contains(&word))
}

/// As [`header`] writes them.
const SENDER: [&str; 15] = [
    "sender",
    "shipper",
    "origin",
    "from",
    "pickup",
    "return",
    "remitente",
    "origen",
    "remetente",
    "origem",
    "expediteur",
    "depart",
    "absender",
    "nadawcy",
    "seller",
];

fn has_digits(column: &Column<'_>) -> bool {
    column.values.iter().all(|value| value.bytes().any(|b| b.is_ascii_digit()))
}

/// Writes down where events happened.
pub(super) fn place(asking: &Asking<'_>, definition: &mut Definition) {
    let facility = asking.questions.iter().find(|question| question.key == "facility" && !question.chosen.is_empty());
    if let Some(facility) = facility {
        definition.table("place");
        definition.say("facility", &facility.chosen);
    }
}

/// The column that names the parcel, and how sure that is; nothing where no name of a column says it.
///
/// One word in a name says little: there are costs, weights and kinds of a shipment too. So the values have to look like
/// numbers of parcels, and there have to be about as many as there are orders.
pub(super) fn numbered<'c, 't>(columns: &'c Columns<'t>) -> Option<(&'c Column<'t>, Confidence)> {
    let order = columns.likeliest(Role::Reference, |_| true);
    let fits = |c: &Column<'_>| names_parcels(c) && order.is_none_or(|order| c.distinct * 2 >= order.distinct);
    let confidence =
        if columns.candidates(Role::Number, fits).count() == 1 { Confidence::Sure } else { Confidence::Likely };
    let by_name = columns.likeliest(Role::Number, fits).map(|number| (number, confidence));
    let by_order = order.map(|order| (order, Confidence::Likely));
    let at_least = || columns.likeliest(Role::Number, |_| true).map(|number| (number, Confidence::Unsure));
    by_name.or(by_order).or_else(at_least)
}

/// Whether all values may be numbers of parcels: not short, with digits, no amounts, and not the same few in all rows.
fn names_parcels(column: &Column<'_>) -> bool {
    let is_amount = |value: &str| value.contains(',') || value.contains('.') && value.parse::<f64>().is_ok();
    let may_be =
        |value: &&str| value.len() >= SHORTEST && value.bytes().any(|b| b.is_ascii_digit()) && !is_amount(value);
    column.values.iter().all(may_be) && column.distinct * MOST_EVENTS >= column.values.len()
}

/// The shortest number of a parcel, in letters and digits.
const SHORTEST: usize = 4;
/// The most events that a parcel has on average.
const MOST_EVENTS: usize = 20;

fn number(asking: &mut Asking<'_>, columns: &Columns<'_>) -> String {
    // The longest values of a column that repeats little are most like a number of a parcel.
    let by_values = || {
        let long = columns.list.iter().filter(|c| c.values.first().is_some_and(|v| v.len() >= 5));
        long.max_by_key(|c| c.distinct).map(|column| (column, Confidence::Unsure))
    };
    let chosen = numbered(columns).or_else(by_values);
    let (guess, confidence) = chosen.map_or((String::new(), Confidence::Unsure), |(c, sure)| (column(c.name), sure));
    let ask = Ask { key: "number", part: Part::Parcel, label: "Tracking number" };
    asking.choose(ask, columns.choices(|_| true), guess, confidence)
}

fn courier(asking: &mut Asking<'_>, columns: &Columns<'_>, file_name: &str, definition: &mut Definition) {
    let guess = columns.likeliest(Role::Courier, |_| true);
    let mut choices = vec![Choice::new("", "the same in every row, named below")];
    choices.extend(columns.choices(|_| true));
    // Numbers of couriers often count anew in each city.
    if let Some(guess) = guess.filter(|c| c.values.iter().all(|value| value.bytes().all(|b| b.is_ascii_digit())))
        && let Some(city) = columns.likeliest(Role::Region, is_name)
    {
        choices.push(Choice::new(
            format!("{{{}}}/{{{}}}", city.name, guess.name),
            format!("{} / {}", city.name, guess.name),
        ));
    }
    let confidence = if guess.is_some() { Confidence::Likely } else { Confidence::Sure };
    let ask = Ask { key: "courier", part: Part::Parcel, label: "Courier" };
    let chosen = asking.choose(ask, choices, guess.map(|c| column(c.name)).unwrap_or_default(), confidence);
    let ask = Ask { key: "courier_name", part: Part::Parcel, label: "Courier's name, where no column says it" };
    let confidence = if chosen.is_empty() { Confidence::Unsure } else { Confidence::Likely };
    let name = asking.text(ask, Vec::new(), name_of_file(file_name), confidence);
    let has_gaps = columns.of_template(&chosen).is_some_and(|c| c.values.len() < columns.table.rows.len());
    match (chosen.is_empty(), has_gaps && !name.is_empty()) {
        (true, _) => definition.say("courier", &constant(&name)),
        (false, true) => {
            definition.line("courier", &format!("{{ from = {}, default = {} }}", quoted(&chosen), quoted(&name)))
        }
        (false, false) => definition.say("courier", &chosen),
    }
}

/// A text that a definition takes as it is, braces and all.
fn constant(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}

/// The words of a file's name that are not about its date or contents: `rapida_2026-06.csv` is Rapida's.
pub(super) fn name_of_file(file_name: &str) -> String {
    const SAYS_NOTHING: &[&str] = &[
        "csv", "xlsx", "xls", "txt", "tsv", "gz", "zst", "export", "report", "informe", "datos", "data", "dataset",
        "orders", "order", "envios", "pedidos", "events", "eventos", "scans", "tracking", "week", "semana", "month",
        "mes", "copy", "final", "utf8", "de", "del", "file", "upload", "dev", "head",
    ];
    let stem = file_name.rsplit(['/', '\\']).next().unwrap_or_default();
    let words = normal(stem);
    let word = words.split(' ').find(|word| {
        word.chars().any(char::is_alphabetic)
            && !SAYS_NOTHING.contains(word)
            && !word.starts_with(|c: char| c.is_ascii_digit())
    });
    let mut name = word.unwrap_or("courier").to_owned();
    if let Some(first) = name.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    name
}

fn none_and(choices: Vec<Choice>) -> Vec<Choice> {
    [Choice::new("", "not said")].into_iter().chain(choices).collect()
}

/// Asks for a column that may be missing.
fn choose(asking: &mut Asking<'_>, columns: &Columns<'_>, ask: Ask<'_>, guess: Option<&Column<'_>>) -> String {
    let confidence = if guess.is_some() { Confidence::Likely } else { Confidence::Sure };
    asking.choose(
        ask,
        none_and(columns.choices(|_| true)),
        guess.map(|c| column(c.name)).unwrap_or_default(),
        confidence,
    )
}

fn optional(
    asking: &mut Asking<'_>,
    columns: &Columns<'_>,
    key: &'static str,
    label: &str,
    guess: Option<&Column<'_>>,
    definition: &mut Definition,
) {
    let chosen = choose(asking, columns, Ask { key, part: Part::Parcel, label }, guess);
    definition.say(key, &chosen);
}

/// Countries that are offered where no column says one.
const COUNTRIES: &[(&str, &str)] = &[
    ("ES", "Spain"),
    ("PT", "Portugal"),
    ("FR", "France"),
    ("DE", "Germany"),
    ("PL", "Poland"),
    ("IT", "Italy"),
    ("BE", "Belgium"),
    ("NL", "Netherlands"),
    ("GB", "United Kingdom"),
    ("IE", "Ireland"),
    ("AT", "Austria"),
    ("CH", "Switzerland"),
    ("BR", "Brazil"),
    ("MX", "Mexico"),
    ("CO", "Colombia"),
    ("CN", "China"),
    ("US", "United States"),
];

fn country(
    asking: &mut Asking<'_>,
    columns: &Columns<'_>,
    key: &'static str,
    label: &str,
    guess: Option<&Column<'_>>,
    definition: &mut Definition,
) {
    let mut choices = none_and(columns.choices(is_country));
    choices.extend(COUNTRIES.iter().map(|(code, name)| Choice::new(*code, format!("{name}, in every row"))));
    let confidence = if guess.is_some() { Confidence::Likely } else { Confidence::Unsure };
    let ask = Ask { key, part: Part::Parcel, label };
    let chosen = asking.choose(ask, choices, guess.map(|c| column(c.name)).unwrap_or_default(), confidence);
    definition.say(key, &chosen);
}

/// Whether all values are countries of two letters: any other would have its row rejected.
pub(super) fn is_country(column: &Column<'_>) -> bool {
    !column.values.is_empty()
        && column.values.iter().all(|v| v.len() == 2 && v.bytes().all(|b| b.is_ascii_alphabetic()))
}

fn mode(asking: &mut Asking<'_>, columns: &Columns<'_>, definition: &mut Definition) {
    // A word that is not known would have its row rejected.
    let is_known = |c: &Column<'_>| !c.values.is_empty() && c.values.iter().all(|word| delivery_mode(word).is_some());
    let guess = columns.likeliest(Role::Mode, is_known);
    let mut choices = none_and(columns.choices(is_known));
    choices.extend(
        [("door", "door, in every row"), ("locker", "locker, in every row"), ("shop", "shop, in every row")]
            .map(|(v, l)| Choice::new(v, l)),
    );
    let confidence = if guess.is_some() { Confidence::Likely } else { Confidence::Sure };
    let ask = Ask { key: "delivery_mode", part: Part::Parcel, label: "Delivered to" };
    let chosen = asking.choose(ask, choices, guess.map(|c| column(c.name)).unwrap_or_default(), confidence);
    let Some(words) = columns.of_template(&chosen) else { return definition.say("delivery_mode", &chosen) };
    let words: BTreeSet<&str> = words.values.iter().copied().collect();
    let map: Vec<String> =
        words.iter().filter_map(|word| Some(format!("{} = {}", quoted(word), quoted(delivery_mode(word)?)))).collect();
    definition.line("delivery_mode", &format!("{{ from = {}, map = {{ {} }} }}", quoted(&chosen), map.join(", ")));
}

#[cfg(test)]
mod tests {
    use super::name_of_file;

    #[test]
    fn the_name_of_a_file_may_be_its_couriers() {
        assert_eq!(name_of_file("rapida_2026-06.csv"), "Rapida");
        assert_eq!(name_of_file("Informe envíos Ibérica.xlsx"), "Iberica");
        assert_eq!(name_of_file("2026-06.csv.gz"), "Courier");
    }
}
