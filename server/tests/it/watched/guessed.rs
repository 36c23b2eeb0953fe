//! Files of feeds that nobody has defined.

use axum::body::Body;
use axum::http::{Request, header};
use domain::view::Standing;
use serde_json::Value;
use tower::ServiceExt;

use super::{Drop, listed};
use crate::api::uploads::{SCANS, imported};

/// A file about which nothing has to be asked.
const CERTAIN: &str = "Expedición;Fecha;Estado;Fecha compromiso\n\
    EX1001;2024-06-03 18:10;Recogido;2024-06-05\n\
    EX1001;2024-06-05 10:15;Entregado;2024-06-05\n\
    EX1002;2024-06-13 18:10;Recogido;2024-06-14\n\
    EX1002;2024-06-14 10:15;Entregado;2024-06-14\n";

async fn standing(drop: &Drop, feed: &str) -> Value {
    let (_, feeds) = drop.app.get("/api/v1/feeds").await;
    let feed = feeds.as_array().unwrap().iter().find(|known| known["name"] == feed).cloned().unwrap_or_default();
    feed["standing"].clone()
}

#[tokio::test]
async fn a_definition_that_is_certain_is_saved_and_the_feed_is_on_probation() {
    let drop = Drop::new(&[], Standing::Probation).await;
    drop.put("correos-express/export_1.csv", CERTAIN);
    drop.look_twice().await;
    assert_eq!(
        listed(&drop.path("correos-express/taken")),
        ["export_1.csv"],
        "{:?}",
        drop.view("correos-express").await
    );
    let definition = drop.site.read("feeds/correos-express.toml");
    assert!(definition.contains("courier = \"Correos Express\""), "the folder says whose it is: {definition}");
    assert_eq!(drop.volume().await, 0, "it does not count yet");
    assert_eq!(standing(&drop, "correos-express").await, "probation");
}

#[tokio::test]
async fn canonical_events_need_no_questions() {
    let drop = Drop::new(&[], Standing::Counted).await;
    let event = r#"{"courier":"Posti","tracking_number":"J1","event":"accepted","time":"2026-11-20T10:00:00Z"}"#;
    drop.put("partner/events.ndjson", format!("{event}\n"));
    drop.put("stranger/events.ndjson", "{\"a\":1}\n");
    drop.look_twice().await;
    assert_eq!(drop.volume().await, 1);
    assert!(drop.site.path("feeds/partner.toml").exists() && !drop.site.path("feeds/stranger.toml").exists());
    assert_eq!(listed(&drop.path("stranger/asks")), ["events.ndjson", "events.ndjson.txt"]);
}

#[tokio::test]
async fn a_file_with_questions_waits_for_answers_and_is_then_taken_by_itself() {
    let drop = Drop::shown(&[], Standing::Counted).await;
    // Numbers that nobody takes for anything else: the questions are about the rest.
    drop.put("rapida/june.csv", SCANS.replace("EX", "EX100"));
    drop.look_twice().await;
    assert_eq!(listed(&drop.path("rapida/asks")), ["june.csv", "june.csv.txt"], "{:?}", drop.view("rapida").await);
    let text = drop.read("rapida/asks/june.csv.txt");
    for part in ["“XQ9”", "say which event it is", "feeds/rapida.toml", "zone = \"Europe/Madrid\""] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!drop.site.path("feeds/rapida.toml").exists());
    for _ in 0..3 {
        drop.look().await;
    }
    assert_eq!(listed(&drop.path("rapida/asks")), ["june.csv", "june.csv.txt"], "it waits");

    let (_, page) = drop.app.get("/feeds").await;
    let page = page.as_str().unwrap();
    assert!(page.contains("rapida: needs answers") && page.contains("/feeds/rapida/asks"), "{page}");
    let id = ask_the_questions(&drop).await;
    let (_, view) = drop.app.get(&format!("/api/v1/uploads/{id}")).await;
    assert_eq!((&view["feed"], &view["faults"]), (&"rapida".into(), &serde_json::json!([])), "{view}");
    let answers = "do=import&feed=rapida&code%3AXQ9=attempt_failed";
    assert_eq!(post(&drop, &format!("/feeds/new/{id}"), answers).await.0, 303);
    assert_eq!(imported(&drop.app, &id).await["import"]["state"], "done");
    assert_eq!(drop.volume().await, 2);
    drop.look().await;
    assert_eq!(
        (listed(&drop.path("rapida/asks")), listed(&drop.path("rapida/taken"))),
        (vec![], vec!["june.csv".into()])
    );
    let last = drop.view("rapida").await.last.unwrap();
    assert_eq!((last.rows, last.rejected), (5, 0));
    assert_eq!(drop.volume().await, 2);
    let (_, parcel) = drop.app.get("/api/v1/parcels/EX1002").await;
    assert_eq!(parcel[0]["timeline"].as_array().unwrap().len(), 3, "nothing counts twice: {parcel}");
}

async fn ask_the_questions(drop: &Drop) -> String {
    for (path, file) in [("rapida", "july.csv"), ("rapida", "june.csv.txt"), ("nobody", "june.csv"), ("..", "x")] {
        let status = post(drop, &format!("/feeds/{path}/asks"), &format!("file={file}")).await.0;
        assert!(status == 404, "{path}/{file}: {status}");
    }
    let (status, page) = post(drop, "/feeds/rapida/asks", "file=june.csv").await;
    assert_eq!(status, 303);
    page.rsplit('/').next().unwrap().to_owned()
}

/// The status, and where it leads to.
async fn post(drop: &Drop, path: &str, form: &str) -> (u16, String) {
    let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let request = request.body(Body::from(form.to_owned())).unwrap();
    let response = drop.app.router.clone().oneshot(request).await.unwrap();
    let place = response.headers().get(header::LOCATION).map(|place| place.to_str().unwrap().to_owned());
    (response.status().as_u16(), place.unwrap_or_default())
}
