//! Definitions that are guessed: for made-up files in couriers' usual styles, and for real files.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may stop at the first surprise")]

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use domain::event::Event;
use domain::promise::PromiseKind;
use domain::upload::{Answers, Confidence};
use domain::vocabulary::{EventKind, OffsetSource, Reason};
use intake::{Feed, Format, Guess, Parsed, guess, parse};

fn guessed(bytes: &[u8], file_name: &str, answers: &[(&str, &str)]) -> (Guess, Parsed) {
    let answers: Answers = answers.iter().map(|(key, answer)| ((*key).to_owned(), (*answer).to_owned())).collect();
    let guess = guess(bytes, file_name, &answers, NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()).unwrap();
    for (key, answer) in &answers {
        let question = guess.questions.iter().find(|question| question.key == *key).unwrap();
        assert_eq!((&question.chosen, question.confidence), (answer, Confidence::Told), "{key}");
    }
    let feed = Feed::parse("guessed", &guess.definition).unwrap_or_else(|f| panic!("{f:?}\n{}", guess.definition));
    let parsed = parse(&feed, Format::Csv, bytes, 1, 0).unwrap_or_else(|f| panic!("{f}\n{}", guess.definition));
    assert_eq!(parsed.rejected, [], "{}", guess.definition);
    (guess, parsed)
}

fn events(parsed: &Parsed) -> Vec<String> {
    let line = |event: &Event| {
        let why = event.reason.map(|reason: Reason| format!(" ({reason})")).unwrap_or_default();
        format!("{} {} {}{why}", event.number.courier, event.number.number, event.kind)
    };
    parsed.events.iter().map(line).collect()
}

fn data(file: &str) -> Option<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = std::env::var_os("COURIERSCOPE_DATA").map_or(root.join("../shared/data"), PathBuf::from);
    match std::fs::read(folder.join(file)) {
        Ok(bytes) => Some(bytes),
        Err(error) if std::env::var_os("CI").is_some() => panic!("{file} is missing: {error}"),
        Err(_) => {
            println!("skipped: {file} is not there; set COURIERSCOPE_DATA to the folder that holds it");
            None
        }
    }
}

fn late(events: &[Event]) -> usize {
    let promised = events.iter().filter_map(|event| Some((&event.number, event.statement.as_ref()?.promise?)));
    promised
        .filter(|(number, promise)| {
            let delivered = events.iter().find(|event| event.kind == EventKind::Delivered && event.number == **number);
            delivered.is_some_and(|event| event.at > promise.latest)
        })
        .count()
}

#[test]
fn a_spanish_courier_s_scans_are_guessed_whole() {
    let csv = "Nº Expedición;Fecha;Hora;Estado;Motivo;Delegación;Población destino;Fecha compromiso;Destinatario\n\
        EX1001;03/06/2024;18:10;Recogido;;MAD1;Madrid;05/06/2024;Ana\n\
        EX1001;04/06/2024;08:05;En reparto;;MAD7;Madrid;05/06/2024;Ana\n\
        EX1001;04/06/2024;11:40;No entregado;Ausente;MAD7;Madrid;05/06/2024;Ana\n\
        EX1002;28/06/2024;09:00;XQ9;;MAD7;Madrid;30/06/2024;Eva\n\
        EX1001;05/06/2024;10:15;Entregado;;MAD7;Madrid;05/06/2024;Ana\n";
    let (guess, parsed) = guessed(csv.as_bytes(), "rapida_2024-06.csv", &[]);
    assert_eq!(
        events(&parsed),
        [
            "Rapida EX1001 accepted",
            "Rapida EX1001 out_for_delivery",
            "Rapida EX1001 attempt_failed (consignee_absent)",
            "Rapida EX1002 unmapped",
            "Rapida EX1001 delivered",
        ],
        "{}",
        guess.definition
    );
    assert!(parsed.events.iter().all(|e| e.offset_minutes == 120 && e.offset_source == OffsetSource::Inferred));
    let promise = parsed.events[0].statement.as_ref().unwrap().promise.unwrap();
    assert_eq!(promise.kind, PromiseKind::Date);
    assert_eq!(parsed.events[0].place.facility, "MAD1");
    let (_, mapped) = guessed(csv.as_bytes(), "rapida.csv", &[("code:XQ9/", "returned"), ("courier_name", "Otra")]);
    assert_eq!(events(&mapped)[3], "Otra EX1002 returned");
}

#[test]
fn the_postcode_is_that_of_whom_a_parcel_goes_to() {
    let row = |names: &str| format!("Tracking,{names},Delivered\nSK-1001,08 001,35-001,2024-06-04 10:41\n");
    for (names, expected) in [
        ("sender_postcode,recipient_postcode", "35-001"),
        ("Código postal origen,Código postal destino", "35-001"),
        ("ZIP,Return ZIP", "08 001"),
        ("Sender postcode,Weight class", ""),
    ] {
        let (guess, parsed) = guessed(row(names).as_bytes(), "courier.csv", &[]);
        let said = parsed.events[0].statement.as_deref().cloned().unwrap_or_default();
        assert_eq!(said.destination_postcode, expected, "{names}\n{}", guess.definition);
    }
}

#[test]
fn a_workbook_s_list_in_windows_1252_is_guessed_as_a_parcel_a_row() {
    let text = "Sendungsnummer;Übergabe;Zustellung;Liefertermin;Zustellart\n\
        SK-1;03.06.2024 17:05;04.06.2024 10:41;04.06.2024;Haustür\n\
        SK-2;03.06.2024 17:05;-;05.06.2024;Packstation\n";
    let bytes: Vec<u8> = text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
    let (guess, parsed) = guessed(&bytes, "sued-kurier.csv", &[]);
    assert_eq!(
        events(&parsed),
        ["Sued SK-1 accepted", "Sued SK-1 delivered", "Sued SK-2 accepted"],
        "{}",
        guess.definition
    );
    assert!(parsed.events.iter().all(|event| event.offset_minutes == 120));
}

#[test]
fn portuguese_french_polish_and_chinese_files_are_guessed() {
    for (name, csv, expected) in [
        (
            "expresso.csv",
            "Código de rastreio,Data,Situação,UF\nAA1BR,01/02/2024 10:00,Objeto postado,SP\nAA1BR,03/02/2024 09:00,Objeto entregue ao destinatário,SP\n",
            vec!["Expresso AA1BR accepted", "Expresso AA1BR delivered"],
        ),
        (
            "colisvite.csv",
            "Numéro de colis\tDate\tStatut\nC1\t01/02/2024 10:00\tPris en charge\nC1\t13/02/2024 09:00\tLivré\n",
            vec!["Colisvite C1 accepted", "Colisvite C1 delivered"],
        ),
        (
            "szybko.csv",
            "Nr przesyłki;Czas;Zdarzenie\nP1;2024-02-01 10:00:00;Nadana\nP1;2024-02-03 09:00:00;Doręczona\n",
            vec!["Szybko P1 accepted", "Szybko P1 delivered"],
        ),
        (
            "kuai.csv",
            "运单号,时间,状态\nSF1,2024/02/01 10:00:00,已揽收\nSF1,2024/02/03 09:00:00,签收\n",
            vec!["Kuai SF1 accepted", "Kuai SF1 delivered"],
        ),
        (
            "aggregator.csv",
            "tracking_number,carrier,tag,checkpoint_time\nT1,DHL,InfoReceived,2024-02-01T10:00:00+01:00\nT1,DHL,OutForDelivery,2024-02-03T08:00:00+01:00\nT1,DHL,Delivered,2024-02-03T09:00:00+01:00\nT2,,Delivered,2024-02-03T09:00:00+01:00\n",
            vec!["DHL T1 announced", "DHL T1 out_for_delivery", "DHL T1 delivered", "Aggregator T2 delivered"],
        ),
    ] {
        let (guess, parsed) = guessed(csv.as_bytes(), name, &[]);
        assert_eq!(events(&parsed), expected, "{}", guess.definition);
    }
}

#[test]
fn what_is_answered_replaces_the_guess_and_what_follows_from_it() {
    let csv = b"id,when,what\nP1,04/05/2024,a\nP2,05/05/2024,b\n";
    let answers = [("number", "{id}"), ("code", "{what}")];
    let (first, parsed) = guessed(csv, "x.csv", &answers);
    let format = first.questions.iter().find(|question| question.key == "format:{when}").unwrap();
    assert_eq!((format.chosen.as_str(), format.confidence), ("%d/%m/%Y", Confidence::Unsure));
    let (_, other) = guessed(csv, "x.csv", &[answers[0], answers[1], ("format:{when}", "%m/%d/%Y")]);
    let days = (parsed.events[0].at - other.events[0].at) / 86_400_000;
    assert_eq!(days, 29, "4 May instead of 5 April");
}

/// The guessed answer to a question, and how sure it is.
fn guess_of(csv: &str, key: &str) -> (String, Confidence) {
    let guess = guess(csv.as_bytes(), "x.csv", &Answers::new(), NaiveDate::default()).unwrap();
    let question = guess.questions.into_iter().find(|question| question.key == key).unwrap();
    (question.chosen, question.confidence)
}

#[test]
fn a_zone_follows_from_places_of_delivery_and_from_no_other_word() {
    let zone = |csv: &str| guess_of(csv, "zone");
    let is = |zone: &str, confidence| (zone.to_owned(), confidence);
    for (csv, expected) in [
        ("tracking;status;time;Signed\nAB12;delivered;2024-06-03 10:00:00;No\n", is("UTC", Confidence::Unsure)),
        (
            "encomenda;estado;data;Assinado\nAB12;Entregue;2024-06-03 10:00:00;No\n",
            is("Europe/Lisbon", Confidence::Likely),
        ),
        (
            "Envío;Fecha;Estado;Firmado;País origen;País destino\nAB12;2024-06-03 10:00:00;Entregado;No;CN;ES\n",
            is("Europe/Madrid", Confidence::Likely),
        ),
        (
            "Envío;Fecha;Estado;País origen\nAB12;2024-06-03 10:00:00;Entregado;CN\n",
            is("Europe/Madrid", Confidence::Likely),
        ),
        (
            "Envío;Fecha;Estado;Ciudad destino\nAB12;2024-06-03 10:00:00;Entregado;Bogotá\n",
            is("America/Bogota", Confidence::Unsure),
        ),
        (
            "tracking;status;time;city\nAB12;delivered;2024-06-03 10:00:00;Madrid\nAB13;delivered;2024-06-03 10:00:00;Lisboa\n",
            is("UTC", Confidence::Unsure),
        ),
        ("tracking;status;time;depot\nAB12;delivered;2024-06-03 10:00:00;no\n", is("UTC", Confidence::Unsure)),
    ] {
        assert_eq!(zone(csv), expected, "{csv}");
    }
}

#[test]
fn a_word_in_a_header_alone_makes_no_tracking_number() {
    let number = |csv: &str| guess_of(csv, "number");
    let is = |number: &str, confidence| (number.to_owned(), confidence);
    for (csv, expected) in [
        (
            "Pedido;Coste envío;Estado;Fecha\n10001;4,95;Entregado;03/06/2024\n10002;14,95;Entregado;03/06/2024\n",
            is("{Pedido}", Confidence::Likely),
        ),
        (
            "order_id,parcel_weight,status,date\n10001,12.50,delivered,2024-06-03\n10002,7.25,delivered,2024-06-03\n",
            is("{order_id}", Confidence::Likely),
        ),
        (
            "order_id,shipment type,status,date\n10001,PAQ24,delivered,2024-06-03\n10002,PAQ24,delivered,2024-06-03\n\
             10003,PAQ24,delivered,2024-06-03\n",
            is("{order_id}", Confidence::Likely),
        ),
        (
            "Método de envío;Envío;Estado;Fecha\nDomicilio;ES0001;Entregado;03/06/2024\n",
            is("{Envío}", Confidence::Sure),
        ),
        ("tracking,parcel id,status,date\nES0001,P0001,delivered,2024-06-03\n", is("{parcel id}", Confidence::Likely)),
        ("shipment type,status,date\nexpress,delivered,2024-06-03\n", is("{shipment type}", Confidence::Unsure)),
    ] {
        assert_eq!(number(csv), expected, "{csv}");
    }
}

#[test]
fn an_estimate_is_taken_as_the_promise_only_where_nothing_else_is() {
    let promise = |columns: &str, cells: &str| {
        guess_of(&format!("tracking,status,time,{columns}\nES0001,delivered,2024-06-03 10:00:00,{cells}\n"), "promise")
    };
    assert_eq!(promise("eta", "2024-06-04"), ("date:{eta}".to_owned(), Confidence::Unsure));
    assert_eq!(
        promise("estimated delivery date,due", "2024-06-04,2024-06-05"),
        ("date:{due}".to_owned(), Confidence::Likely)
    );
    assert_eq!(
        promise("slot start,slot end", "2024-06-04 10:00:00,2024-06-04 12:00:00"),
        ("window:{slot start}|{slot end}".to_owned(), Confidence::Likely)
    );
}

#[test]
fn of_several_columns_that_may_be_it_none_is_sure() {
    let one = "tracking,status,scan time\nES0001,delivered,2024-06-03 10:00:00\n";
    let two = "tracking,status,scan time,date,scan id\nES0001,delivered,2024-06-03 10:00:00,2024-06-04,7\n";
    assert_eq!(guess_of(one, "time"), ("{scan time}".to_owned(), Confidence::Sure));
    assert_eq!(guess_of(two, "time"), ("{scan time}".to_owned(), Confidence::Likely));
    assert_eq!(guess_of(one, "id"), (String::new(), Confidence::Sure));
    assert_eq!(guess_of(two, "id"), ("{scan id}".to_owned(), Confidence::Likely));
}

#[test]
fn what_is_no_table_is_said_to_be_none() {
    let guess = |bytes: &[u8]| guess(bytes, "x", &Answers::new(), NaiveDate::default()).map(|guess| guess.definition);
    for bytes in [&b""[..], b"{\"a\": 1}", b"[]", b"<html>", b"PK\x03\x04", b"\xFF\xFEa\0"] {
        assert!(guess(bytes).is_err(), "{bytes:?}");
    }
    assert!(guess(b"just one line").is_ok());
}

#[test]
fn lade_p_needs_three_answers() {
    let Some(bytes) = data("lade_p/dev_shanghai_hangzhou_jilin.csv") else { return };
    let (guess, parsed) = guessed(
        &bytes,
        "lade_p.csv",
        &[("year", "2022"), ("milestone:{pickup_time}", "delivered"), ("courier", "{city}/{courier_id}")],
    );
    assert_eq!((parsed.rows, late(&parsed.events)), (3208, 73), "{}", guess.definition);
    let couriers: std::collections::BTreeSet<_> = parsed.events.iter().map(|event| &event.number.courier).collect();
    assert_eq!(couriers.len(), 667);
    assert!(parsed.events.iter().all(|event| event.offset_minutes == 480), "{}", guess.definition);
}

#[test]
fn olist_needs_its_zone_only() {
    let Some(bytes) = data("olist_head1000/olist_orders_dataset.csv") else { return };
    let (guess, parsed) = guessed(&bytes, "olist_orders_dataset.csv", &[("zone", "America/Sao_Paulo")]);
    assert_eq!((parsed.rows, late(&parsed.events)), (1000, 62), "{}", guess.definition);
    let count = |kind| parsed.events.iter().filter(|event| event.kind == kind).count();
    assert_eq!(count(EventKind::Announced), 1000);
}

#[test]
fn every_table_among_the_real_files_gets_a_definition_or_a_reason() {
    for file in [
        "parl_week/orders_week.csv",
        "lade_p/delivery_jl_head.csv",
        "correios/correios_status_map.csv",
        "bring/bring_iftsta_codes.csv",
        "olist_head1000/olist_order_items_dataset.csv",
    ] {
        let Some(bytes) = data(file) else { return };
        let today = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
        let guess = guess(&bytes, file, &Answers::new(), today).unwrap();
        if let Err(faults) = Feed::parse("x", &guess.definition) {
            assert!(!faults.is_empty());
        }
    }
}
