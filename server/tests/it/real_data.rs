//! Real couriers' files, read by nothing but feed definitions.

use crate::support::{TestApp, real_data};

const PARCELS: &str = "lade_p/dev_shanghai_hangzhou_jilin.csv";
const ORDERS: &str = "olist_head1000/olist_orders_dataset.csv";

#[tokio::test]
async fn the_couriers_of_three_chinese_cities_have_the_published_figures() {
    let Some(file) = real_data(PARCELS) else { return };
    let app = TestApp::start().await;
    let (status, answer) = app.post("lade_p", "text/csv", file).await;
    assert_eq!((status.as_u16(), &answer["rows"], &answer["rejected"]), (200, &3208.into(), &0.into()), "{answer}");
    app.settle().await;

    let (_, all) = app.get("/api/v1/kpis").await;
    let classes = &all["rows"][0]["classes"];
    assert_eq!([&classes["early"], &classes["on_time"], &classes["late"]], [801, 2334, 73], "{classes}");
    assert_eq!(all["rows"][0]["kpis"]["volume"], 3208);

    let (_, couriers) = app.get("/api/v1/kpis?group_by=courier").await;
    assert_eq!(couriers["rows"].as_array().unwrap().len(), 667);

    let (_, one) = app.get("/api/v1/kpis?courier=Shanghai/14267").await;
    assert_eq!(one["rows"][0]["classes"]["late"], 7);
    assert_eq!(one["rows"][0]["kpis"]["on_time_customer"]["total"], 10);

    let (_, cities) = app.get("/api/v1/kpis?group_by=destination_region").await;
    let late: Vec<_> = cities["rows"].as_array().unwrap().iter().map(|row| &row["classes"]["late"]).collect();
    assert_eq!(late, [21, 2, 50], "Hangzhou, Jilin, Shanghai");
}

#[tokio::test]
async fn a_promised_date_is_kept_until_its_local_day_ends() {
    let Some(file) = real_data(ORDERS) else { return };
    let app = TestApp::start().await;
    let (_, answer) = app.post("olist", "text/csv", file).await;
    assert_eq!((&answer["rows"], &answer["rejected"]), (&1000.into(), &0.into()), "{answer}");
    app.settle().await;

    let (_, all) = app.get("/api/v1/kpis").await;
    let classes = &all["rows"][0]["classes"];
    let delivered_late = classes["late"].as_i64().unwrap() - classes["late_open"].as_i64().unwrap();
    assert_eq!(delivered_late, 62, "{classes}");
    assert_eq!(classes["cancelled"], 2);
}
