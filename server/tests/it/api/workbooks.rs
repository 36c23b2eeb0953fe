//! Workbooks that are sent as they are.

use serde_json::Value;
use server::config::Config;

use crate::cli::program::Site;
use crate::support::TestApp;
use crate::watched::workbook;

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const SCANS: &str = "number = \"{number}\"\ncourier = \"{courier}\"\ncode = \"{code}\"\ntime = \"{time}\"\n";
const TABLE: &str = "number,courier,code,time\nP1,Posti,accepted,2026-11-20 10:00:00Z\nP2,Posti,accepted,yesterday\n";

async fn started(site: &Site) -> TestApp {
    let config = Config { feeds: Some(site.path("feeds")), max_body_bytes: 1_000_000, ..Config::default() };
    TestApp::start_with(config).await
}

#[tokio::test]
async fn a_workbook_is_taken_as_the_table_it_holds() {
    let site = Site::new(&[("scans", SCANS)]);
    let app = started(&site).await;
    let (status, answer) = app.post("scans", XLSX, workbook::of(TABLE)).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(
        [&answer["rows"], &answer["events"], &answer["rejected"], &answer["rejections"][0]["row"]],
        [2, 1, 1, 3]
    );
    app.settle().await;
    assert_eq!(app.get("/api/v1/parcels/P1").await.0, 200);
    let again = app.post("scans", &format!("{XLSX}; charset=binary"), workbook::of(TABLE)).await.1;
    let as_csv = app.post("scans", "text/csv", TABLE).await.1;
    assert_eq!(
        (&again["batch"], &as_csv["batch"]),
        (&answer["batch"], &answer["batch"]),
        "the table is what is stored"
    );
}

#[tokio::test]
async fn a_workbook_that_is_broken_or_none_is_refused_with_the_reason() {
    let site = Site::new(&[("scans", SCANS)]);
    let app = started(&site).await;
    let whole = workbook::of(TABLE);
    let half = whole[..whole.len() / 2].to_vec();
    let broken = workbook::packed(&[("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row><c t=\"s\"><v>9")]);
    for (feed, body, says) in [
        ("scans", half, "workbook"),
        ("scans", broken, "workbook"),
        ("scans", workbook::packed(&[]), "workbook"),
        ("scans", workbook::of(""), "nothing in it"),
        ("scans", TABLE.as_bytes().to_vec(), "say in Content-Type what it is"),
        ("scans", Vec::new(), "say in Content-Type what it is"),
        ("scans", workbook::of("a,b\n1,2\n"), "no column"),
        ("canonical", whole.clone(), "canonical events and no tables"),
    ] {
        let (status, problem) = app.post(feed, XLSX, body).await;
        assert!(status == 400 && problem.to_string().contains(says), "{says}: {status} {problem}");
    }
    let (status, problem) = app.post("scans", "text/csv", whole).await;
    assert!(status == 400 && problem.to_string().contains("workbook"), "{problem}");
    app.settle().await;
    assert_eq!(app.get("/api/v1/kpis").await.1["rows"][0]["kpis"]["volume"].as_i64().unwrap_or_default(), 0);
}

#[tokio::test]
async fn a_workbook_that_unpacks_to_more_than_is_taken_is_refused() {
    let site = Site::new(&[("scans", SCANS)]);
    let app = started(&site).await;
    let row = "P1,Posti,accepted,2026-11-20 10:00:00Z\n";
    let many = workbook::of(&format!("number,courier,code,time\n{}", row.repeat(50_000)));
    let bomb = workbook::packed(&[("xl/sharedStrings.xml", &vec![b' '; 130 << 20])]);
    let refused = |(status, problem): (axum::http::StatusCode, Value)| (status.as_u16(), problem.to_string());
    assert!(many.len() < 1_000_000 && bomb.len() < 1_000_000, "they are small while packed");
    let (status, problem) = refused(app.post("scans", XLSX, many).await);
    assert!(status == 413 && problem.contains("larger than 1000000 bytes"), "{status} {problem}");
    let (status, problem) = refused(app.post("scans", XLSX, bomb).await);
    assert!(status == 400 && problem.contains("unpacks to more than 128 MiB"), "{status} {problem}");
}
