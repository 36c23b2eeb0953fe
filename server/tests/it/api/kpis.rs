//! `GET /api/v1/kpis`: shape, groupings, filters, and that every way to ask gives the same sums.

use domain::kpi::Grouping;
use serde_json::{Value, json};

use super::{app_with_one_of_each, get, problem};
use crate::support::TestApp;

/// The rows of an answer.
async fn rows(app: &TestApp, query: &str) -> Vec<Value> {
    let (status, answer) = app.get(&format!("/api/v1/kpis?{query}")).await;
    assert_eq!(status, 200, "{query}: {answer}");
    answer["rows"].as_array().unwrap().clone()
}

/// Everything of a row that adds up.
fn counts(row: &Value) -> Vec<i64> {
    let classes = ["early", "on_time", "late", "late_open", "open", "no_promise", "cancelled"];
    let classes = classes.iter().map(|class| &row["classes"][*class]);
    let kpis = &row["kpis"];
    let others = [
        &kpis["volume"],
        &kpis["transit_time"]["n"],
        &kpis["failed_attempts"]["total"],
        &kpis["first_attempt"]["succeeded"]["hits"],
        &kpis["first_attempt"]["not_attempted"]["hits"],
        &kpis["locker_uptake"]["planned"]["hits"],
        &kpis["on_time_customer"]["hits"],
        &kpis["on_time_customer"]["total"],
    ];
    classes.chain(others).map(|count| count.as_i64().unwrap()).collect()
}

fn sums<'a>(rows: impl IntoIterator<Item = &'a Value>) -> Vec<i64> {
    let add = |sum: Vec<i64>, one: Vec<i64>| {
        if sum.is_empty() { one } else { sum.iter().zip(one).map(|(a, b)| a + b).collect() }
    };
    rows.into_iter().map(counts).fold(Vec::new(), add)
}

#[tokio::test]
async fn an_answer_has_the_promised_shape() {
    let app = app_with_one_of_each().await;
    let (status, answer) = app.get("/api/v1/kpis?group_by=courier,day&from=2026-03-02&to=2026-03-02").await;
    assert_eq!(status, 200);
    assert!(answer["revision"].as_i64().unwrap() > 0);
    assert_eq!([&answer["as_of"], &answer["answered_from"]], ["2026-11-22T12:00:00Z", "cells"], "{answer}");
    assert_eq!(answer["complete_until"], "2026-11-20T08:00:00Z");
    let [norte, rapida] = answer["rows"].as_array().unwrap().as_slice() else { panic!("{answer}") };
    assert_eq!(
        [&norte["courier"], &norte["day"], &norte["classes"]["cancelled"]],
        [&json!("Norte"), &json!("2026-03-02"), &json!(1)]
    );
    assert_eq!([&rapida["courier"], &rapida["day"]], ["Rápida", "2026-03-02"]);
    assert_eq!(
        rapida["classes"],
        json!({ "early": 1, "on_time": 1, "late": 1, "late_open": 0, "open": 0, "no_promise": 0, "cancelled": 0 })
    );
    let kpis = &rapida["kpis"];
    let on_time = &kpis["on_time_customer"];
    assert_eq!([&on_time["hits"], &on_time["total"]], [1, 3]);
    let near = |value: &Value, expected: f64| (value.as_f64().unwrap() - expected).abs() < 0.0005;
    // Wilson's interval of 1 in 3.
    assert!(
        near(&on_time["rate"], 0.3333) && near(&on_time["low"], 0.0615) && near(&on_time["high"], 0.7923),
        "{on_time}"
    );
    assert_eq!([&kpis["not_late"]["hits"], &kpis["promise_coverage"]["hits"]], [2, 3]);
    let hours = |hours: f64, value: &Value| (value.as_f64().unwrap() / (hours * 3_600_000.0) - 1.0).abs() < 0.021;
    let transit = &kpis["transit_time"];
    assert!(transit["n"] == 2 && hours(26.0, &transit["p50_ms"]) && hours(27.0, &transit["p90_ms"]), "{transit}");
    let first = &kpis["first_attempt"];
    assert_eq!([&first["succeeded"]["hits"], &first["failed"]["hits"], &first["failed"]["total"]], [2, 1, 3]);
    let failures = json!([{ "reason": "consignee_absent", "party": "consignee", "n": 1 }]);
    assert_eq!(kpis["failed_attempts"], json!({ "total": 1, "by_reason": failures }));
}

#[tokio::test]
async fn without_grouping_and_days_it_is_one_row_of_everything() {
    let app = app_with_one_of_each().await;
    let all = rows(&app, "").await;
    assert_eq!(all.len(), 1);
    assert_eq!(counts(&all[0])[..8], [1, 1, 2, 1, 1, 1, 1, 7], "{}", all[0]);
    assert_eq!(rows(&app, "group_by=&from=&to=&courier=").await, all);
    let nothing = TestApp::start().await;
    let (_, answer) = nothing.get("/api/v1/kpis").await;
    assert_eq!(answer["complete_until"], Value::Null);
    let rate = &answer["rows"][0]["kpis"]["on_time_customer"];
    assert!(answer["rows"] == json!([]) || (rate["total"] == 0 && rate["rate"].is_null()), "{answer}");
}

#[tokio::test]
async fn every_grouping_and_every_pair_of_them_has_the_same_sums() {
    let app = app_with_one_of_each().await;
    let all = sums(&rows(&app, "").await);
    for one in Grouping::ALL {
        for other in Grouping::ALL {
            let rows = rows(&app, &format!("group_by={one},{other}")).await;
            assert_eq!(sums(&rows), all, "{one},{other}");
            let values: Vec<_> =
                rows.iter().map(|row| (row[one.as_str()].as_str(), row[other.as_str()].as_str())).collect();
            assert!(values.iter().all(|(a, b)| a.is_some() && b.is_some()), "{one},{other}: {rows:?}");
            assert!(values.is_sorted() && values.windows(2).all(|two| two[0] != two[1]), "{one},{other}: {values:?}");
        }
    }
    let corridors = rows(&app, "group_by=corridor").await;
    assert_eq!((corridors.len(), &corridors[0]["corridor"]), (1, &json!("CN-ES")));
}

#[tokio::test]
async fn a_question_that_fits_no_cube_is_answered_exactly_from_the_parcels() {
    let app = app_with_one_of_each().await;
    let (_, by_cells) = app.get("/api/v1/kpis?group_by=courier").await;
    let everything = "destination_region=Madrid&destination_region=Lugo&shipper=A&shipper=B&shipper=C";
    let (_, by_parcels) = app.get(&format!("/api/v1/kpis?group_by=courier&{everything}")).await;
    assert_eq!([&by_cells["answered_from"], &by_parcels["answered_from"]], ["cells", "parcels"]);
    assert_eq!(by_cells["revision"], by_parcels["revision"]);
    assert_eq!(by_cells["rows"], by_parcels["rows"]);
    for days in ["from=2026-03-02", "to=2026-03-01", "from=2026-03-02&to=2026-03-03", "from=2027-01-01"] {
        let by_cells = rows(&app, &format!("group_by=day&{days}")).await;
        let by_parcels = rows(&app, &format!("group_by=day&{days}&{everything}")).await;
        assert_eq!(by_cells, by_parcels, "{days}");
    }
    let both = rows(&app, "group_by=shipper,destination_region").await;
    let shipper: Vec<_> = both.iter().filter(|row| row["shipper"] == "A").collect();
    assert_eq!(sums(shipper), sums(&rows(&app, "shipper=A").await));
}

#[tokio::test]
async fn days_are_inclusive_and_a_filter_takes_one_value_or_several() {
    let app = app_with_one_of_each().await;
    let day = |row: &Value| row["day"].as_str().unwrap().to_owned();
    let days: Vec<_> = rows(&app, "group_by=day&from=2026-03-02&to=2026-03-03").await.iter().map(day).collect();
    assert_eq!(days, ["2026-03-02", "2026-03-03"]);
    for (query, volume) in [
        ("courier=R%C3%A1pida", 4),
        ("courier=Norte", 3),
        ("courier=Norte,R%C3%A1pida", 0),
        ("courier=Norte&courier=R%C3%A1pida", 7),
        ("courier=Norte&shipper=B", 1),
        ("shipper=A&shipper=B", 6),
        ("delivery_mode=locker&delivery_mode=shop", 2),
        ("destination_region=Lugo", 4),
        ("service=24h&corridor=CN-ES", 7),
        ("destination_country=ES&origin_country=CN&contract=", 7),
        ("courier=nobody", 0),
    ] {
        let rows = rows(&app, query).await;
        let found: i64 = rows.iter().map(|row| row["kpis"]["volume"].as_i64().unwrap()).sum();
        assert_eq!(found, volume, "{query}: {rows:?}");
    }
}

#[tokio::test]
async fn a_parameter_that_cannot_be_read_is_named() {
    let app = TestApp::start().await;
    for (query, parameter, says) in [
        ("group_by=courier,city", "group_by", "destination_region"),
        ("from=yesterday", "from", "2026-06-01"),
        ("to=2026-13-01", "to", "is not a date"),
        ("from=2026-03-02&to=2026-03-01", "to", "lies before"),
        ("courrier=Norte", "courrier", "unknown parameter"),
        ("day=2026-03-02", "day", "unknown parameter"),
        ("limit=5", "limit", "unknown parameter"),
    ] {
        let (status, answer) = problem(&app, get(&format!("/api/v1/kpis?{query}"))).await;
        assert_eq!((status, answer["parameter"].as_str()), (400, Some(parameter)), "{query}: {answer}");
        assert!(answer["detail"].as_str().unwrap().contains(says), "{query}: {answer}");
    }
}
