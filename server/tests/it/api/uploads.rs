//! A file becomes a feed: guessed, answered, imported, counted.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use domain::view::Standing;
use serde_json::{Value, json};
use server::config::Config;
use tower::ServiceExt;

use super::{ask, problem};
use crate::cli::program::Site;
use crate::support::{NOW, TestApp, TestDatabase};

/// A made-up courier's scans: Spanish headers, semicolons, days first, a code of its own.
pub const SCANS: &str = "Expedición;Fecha;Hora;Estado;Motivo;Delegación;Fecha compromiso\n\
    EX1;03/06/2024;18:10;Recogido;;MAD1;05/06/2024\n\
    EX1;05/06/2024;10:15;Entregado;;MAD7;05/06/2024\n\
    EX2;13/06/2024;18:10;Recogido;;MAD1;14/06/2024\n\
    EX2;14/06/2024;11:40;XQ9;;MAD7;14/06/2024\n\
    EX2;17/06/2024;10:15;Entregado;;MAD7;14/06/2024\n";

async fn started() -> (Site, TestApp) {
    let site = Site::new(&[]);
    let app = TestApp::start_with(config(&site)).await;
    (site, app)
}

fn config(site: &Site) -> Config {
    Config { feeds: Some(site.path("feeds")), max_upload_bytes: 5000, ..Config::default() }
}

async fn upload(app: &TestApp, name: &str, body: impl Into<Body>) -> (StatusCode, Value) {
    app.send(Request::post(format!("/api/v1/uploads?name={name}")).body(body.into()).unwrap()).await
}

async fn say(app: &TestApp, id: &str, said: Value) -> (StatusCode, Value) {
    let request =
        Request::put(format!("/api/v1/uploads/{id}/answers")).header(header::CONTENT_TYPE, "application/json");
    app.send(request.body(Body::from(said.to_string())).unwrap()).await
}

async fn import(app: &TestApp, id: &str) -> (StatusCode, Value) {
    app.send(Request::post(format!("/api/v1/uploads/{id}/import")).body(Body::empty()).unwrap()).await
}

/// Waits until a file is imported.
pub async fn imported(app: &TestApp, id: &str) -> Value {
    for _ in 0..400 {
        let (_, view) = app.get(&format!("/api/v1/uploads/{id}")).await;
        if view["import"]["state"] != "running" && view["import"]["waiting"] == 0 {
            return view;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("the import does not end");
}

fn question<'v>(view: &'v Value, key: &str) -> &'v Value {
    view["questions"].as_array().unwrap().iter().find(|question| question["key"] == key).unwrap()
}

#[tokio::test]
async fn a_courier_s_file_without_a_definition_becomes_a_feed_with_figures() {
    let (_site, app) = started().await;
    let (status, view) = upload(&app, "rapida_2024-06.csv", SCANS).await;
    assert_eq!(status, 201, "{view}");
    let id = view["id"].as_str().unwrap();
    assert_eq!((&view["feed"], &view["faults"]), (&json!("rapida"), &json!([])), "{view}");
    assert_eq!(question(&view, "separator")["chosen"], ";");
    assert_eq!(question(&view, "zone")["chosen"], "Europe/Madrid");
    assert_eq!(question(&view, "code:XQ9")["chosen"], "");
    assert_eq!(view["rows"][0]["raw"][0], "EX1");
    assert_eq!(view["rows"][0]["events"][0]["event"], "accepted", "{view}");
    assert!(view["smells"].to_string().contains("codes without a meaning"), "{view}");

    let answers = json!({ "code:XQ9": "attempt_failed/consignee_absent", "zone": "Europe/Madrid" });
    let (_, view) = say(&app, id, json!({ "answers": answers })).await;
    assert_eq!(view["rows"][3]["events"][0]["event"], "attempt_failed", "{view}");
    assert_eq!(question(&view, "code:XQ9")["confidence"], "told");
    assert_eq!(question(&view, "zone")["confidence"], "likely", "what was only confirmed is guessed again");

    let (status, view) = import(&app, id).await;
    assert_eq!(status, 202, "{view}");
    let view = imported(&app, id).await;
    assert_eq!(view["import"]["state"], "done", "{view}");
    assert_eq!([&view["import"]["rows"], &view["import"]["events"], &view["import"]["rejected"]], [5, 5, 0]);
    assert_eq!(view["import"]["couriers"], json!(["Rapida"]));
    assert!(app.get("/api/v1/feeds").await.1.to_string().contains("\"rapida\""));
    let (_, again) = import(&app, id).await;
    assert_eq!(again["status"], Value::Null, "the same definition again is no harm: {again}");
    assert_eq!(imported(&app, id).await["import"]["state"], "done");
}

#[tokio::test]
async fn a_name_that_is_taken_or_none_is_refused() {
    let (_site, app) = started().await;
    let (_, first) = upload(&app, "rapida.csv", SCANS).await;
    let (_, second) = upload(&app, "rapida.csv", SCANS.replace("EX", "EY")).await;
    let (first, second) = (first["id"].as_str().unwrap(), second["id"].as_str().unwrap());
    assert_eq!(import(&app, first).await.0, 202);
    imported(&app, first).await;
    let (_, other) = say(&app, second, json!({ "answers": { "courier_name": "Otra" } })).await;
    assert_eq!(other["feed"], "rapida");
    assert_eq!(import(&app, second).await.0, 409);
    say(&app, second, json!({ "feed": "../x" })).await;
    assert_eq!(import(&app, second).await.0, 422);
    say(&app, second, json!({ "feed": "otra" })).await;
    assert_eq!(import(&app, second).await.0, 202);
}

#[tokio::test]
async fn a_file_that_cannot_be_read_says_why_and_is_not_imported() {
    let (_site, app) = started().await;
    for (body, says) in [
        (&b"PK\x03\x04 no workbook"[..], "workbook"),
        (b"{\"a\": 1}", "JSON"),
        (b"a,b,c\n1,2,3\n", "choose the column with what happened"),
        (b"", "nothing in it"),
    ] {
        let (status, view) = upload(&app, "x.csv", body.to_vec()).await;
        assert_eq!(status, 201);
        assert!(view["faults"].to_string().contains(says), "{says}: {view}");
        let (status, problem) = import(&app, view["id"].as_str().unwrap()).await;
        assert_eq!(status, 422, "{problem}");
    }
}

#[tokio::test]
async fn files_are_bounded_and_thrown_away_after_a_day() {
    let (_site, app) = started().await;
    assert_eq!(upload(&app, "x.csv", vec![b'a'; 5001]).await.0, 413);
    let mut kept = Vec::new();
    for n in 0..3 {
        kept.push(upload(&app, "x.csv", format!("{n}{}", "a".repeat(4990))).await.1["id"].as_str().unwrap().to_owned());
    }
    assert_eq!(upload(&app, "x.csv", vec![b'b'; 5000]).await.0, 507);
    let address = |id: &str| format!("/api/v1/uploads/{id}");
    let gone = app.send(Request::delete(address(&kept[0])).body(Body::empty()).unwrap()).await;
    assert_eq!(gone.0, 204);
    assert_eq!(app.get(&address(&kept[0])).await.0, 404);
    assert_eq!(app.get("/api/v1/uploads/..").await.0, 404);
    app.clock.set(NOW + 25 * 3_600_000);
    assert_eq!(app.get(&address(&kept[1])).await.0, 404, "though it may lie there still");
    assert_eq!(upload(&app, "x.csv", SCANS).await.0, 201);
    assert!(!app.config.uploads_folder().join(&kept[1]).exists());
}

#[tokio::test]
async fn what_a_day_or_a_crash_has_left_is_gone_when_the_server_starts() {
    let site = Site::new(&[]);
    let database = TestDatabase::create();
    let folder = Config { database_url: database.address(), ..config(&site) }.uploads_folder();
    let hours_ago = |name: String, hours: u64| {
        std::fs::create_dir_all(folder.join(&name)).unwrap();
        let file = std::fs::File::create(folder.join(&name).join("file")).unwrap();
        let ms = NOW as u64 - hours * 3_600_000;
        let then = std::time::UNIX_EPOCH + std::time::Duration::from_millis(ms);
        file.set_modified(then).unwrap();
        std::fs::File::open(folder.join(&name)).unwrap().set_modified(then).unwrap();
        folder.join(&name)
    };
    let old = [hours_ago(format!("{:x}-ab", NOW - 25 * 3_600_000), 25), hours_ago(".part-old".into(), 2)];
    let new = [hours_ago(format!("{:x}-cd", NOW - 3_600_000), 1), hours_ago(".part-new".into(), 0)];
    let _app = TestApp::start_on(database, config(&site)).await;
    for _ in 0..400 {
        if old.iter().all(|path| !path.exists()) {
            assert!(new.iter().all(|path| path.exists()));
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("{old:?} are there still");
}

#[tokio::test]
async fn tables_that_files_are_made_take_room_too() {
    let (_site, app) = started().await;
    // Two bytes a sign, of which the table needs three.
    let utf16 =
        |sign: u16| [0xFEFF_u16].into_iter().chain([sign; 2499]).flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let faults = |view: &Value| view["faults"].to_string();
    let (_, first) = upload(&app, "a.csv", utf16(0x4E00)).await;
    assert!(!faults(&first).contains("too many files"), "{first}");
    let (status, second) = upload(&app, "b.csv", utf16(0x4E01)).await;
    assert_eq!(status, 201);
    assert!(faults(&second).contains("too many files"), "{second}");
    assert_eq!(upload(&app, "c.csv", vec![b'a'; 2000]).await.0, 201);
    assert_eq!(upload(&app, "d.csv", vec![b'a'; 2000]).await.0, 507);
}

#[tokio::test]
async fn more_answers_than_a_file_can_have_are_refused() {
    let (_site, app) = started().await;
    let (_, view) = upload(&app, "rapida.csv", SCANS).await;
    let id = view["id"].as_str().unwrap();
    let many: serde_json::Map<String, Value> = (0..5_001).map(|n| (format!("code:{n}"), "delivered".into())).collect();
    for answers in [Value::from(many), json!({ "code:XQ9": "x".repeat(1_001) }), json!({ "k".repeat(1_001): "x" })] {
        let (status, problem) = say(&app, id, json!({ "answers": answers })).await;
        assert_eq!(status, 422, "{problem}");
    }
    assert_eq!(say(&app, id, json!({ "answers": { "code:XQ9": "returned" } })).await.0, 200);
}

#[tokio::test]
async fn a_packed_text_in_utf_16_says_what_it_is() {
    let (_site, app) = started().await;
    let utf16: Vec<u8> = [0xFEFF_u16].into_iter().chain(SCANS.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let (_, plain) = upload(&app, "rapida.csv", utf16.clone()).await;
    assert_eq!((&plain["faults"], &plain["rows"][0]["raw"][0]), (&json!([]), &json!("EX1")), "{plain}");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut packed, &utf16).unwrap();
    let (_, view) = upload(&app, "rapida.csv.gz", packed.finish().unwrap()).await;
    assert!(view["faults"].to_string().contains("UTF-16"), "{view}");
}

#[tokio::test]
async fn no_feed_is_called_as_the_page_that_adds_feeds() {
    let (_site, app) = started().await;
    let (_, view) = upload(&app, "new.csv", SCANS).await;
    assert_eq!(view["feed"], "new-2");
    let id = view["id"].as_str().unwrap();
    say(&app, id, json!({ "feed": "new" })).await;
    assert_eq!(import(&app, id).await.0, 422);
}

#[tokio::test]
async fn the_next_file_of_a_courier_is_read_by_the_feed_that_there_is() {
    let (site, app) = started().await;
    let (_, first) = upload(&app, "rapida.csv", SCANS).await;
    assert_eq!(first["fits"], Value::Null, "{first}");
    let first = first["id"].as_str().unwrap();
    say(&app, first, json!({ "answers": { "code:XQ9": "returned" } })).await;
    import(&app, first).await;
    imported(&app, first).await;
    let definition = site.read("feeds/rapida.toml");

    let (_, other) = upload(&app, "other.csv", "a,b\n1,2\n").await;
    assert_eq!(other["fits"], Value::Null, "{other}");
    let into = |id: &str, feed: &str| format!("/api/v1/uploads/{id}/import?into={feed}");
    let refused = into(other["id"].as_str().unwrap(), "rapida");
    assert_eq!(app.send(Request::post(refused).body(Body::empty()).unwrap()).await.0, 422);

    let (_, next) = upload(&app, "july.csv", SCANS.replace("EX", "EY")).await;
    assert_eq!(next["fits"], "rapida", "{next}");
    let page = format!("/feeds/new/{}", next["id"].as_str().unwrap());
    let (_, html) = app.get(&page).await;
    assert!(html.as_str().unwrap().contains("Import into rapida"), "{html}");
    let (status, headers, _) = ask(&app, form(&page, "feed=july&into=rapida")).await;
    assert_eq!((status.as_u16(), headers[header::LOCATION].to_str().unwrap()), (303, page.as_str()));
    let view = imported(&app, next["id"].as_str().unwrap()).await;
    assert_eq!((&view["import"]["feed"], &view["import"]["events"]), (&json!("rapida"), &json!(5)), "{view}");
    assert_eq!(site.read("feeds/rapida.toml"), definition);
    let (_, parcel) = app.get("/api/v1/parcels/EY2").await;
    assert!(parcel.to_string().contains("returned"), "{parcel}");
    assert!(!site.path("feeds/july.toml").exists());
}

#[tokio::test]
async fn figures_are_led_to_once_there_are_some() {
    let (_site, app) = started().await;
    app.store.standing("rapida", Standing::Probation).await.unwrap();
    let (_, view) = upload(&app, "rapida.csv", format!("{SCANS}EX3;wann;;Recogido;;;\n")).await;
    let id = view["id"].as_str().unwrap();
    import(&app, id).await;
    assert_eq!(imported(&app, id).await["import"]["on_probation"], true);
    let page = format!("/feeds/new/{id}");
    let html = app.get(&page).await.1.to_string();
    assert!(html.contains("Switch on, and count it") && !html.contains("Its KPIs on the overview"), "{html}");
    assert!(html.contains("<a href=\\\"/feeds/rapida\\\">The rejected rows, and why"), "{html}");
    ask(&app, form("/feeds/rapida/switch-on", "")).await;
    app.settle().await;
    let html = app.get(&page).await.1.to_string();
    assert!(!html.contains("Switch on, and count it") && html.contains("Its KPIs on the overview"), "{html}");
}

#[test]
fn an_import_that_the_server_s_end_breaks_off_says_so_and_goes_on() {
    let site = Site::new(&[]);
    let database = TestDatabase::create();
    let large = |site: &Site| Config { max_upload_bytes: 20 << 20, ..config(site) };
    let file: String = (0..200_000).map(|n| format!("P{n:06};03/06/2024 18:10;Recogido\n")).collect();
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let address = database.address();
    let first = runtime();
    let id = first.block_on(async {
        let app = TestApp::start_on(TestDatabase::OfAnother(address.clone()), large(&site)).await;
        let (_, view) = upload(&app, "rapida.csv", format!("Envío;Fecha;Estado\n{file}")).await;
        let id = view["id"].as_str().unwrap().to_owned();
        let (_, view) = import(&app, &id).await;
        assert_eq!(view["import"]["state"], "running", "{view}");
        id
    });
    drop(first);
    runtime().block_on(async {
        let app = TestApp::start_on(TestDatabase::OfAnother(address), large(&site)).await;
        let (_, view) = app.get(&format!("/api/v1/uploads/{id}")).await;
        assert_eq!(view["import"]["state"], "failed", "{view}");
        assert!(view["import"]["fault"].as_str().unwrap().contains("the server was stopped"), "{view}");
        assert_eq!(import(&app, &id).await.0, 202);
        let view = imported(&app, &id).await;
        assert_eq!((&view["import"]["state"], &view["import"]["events"]), (&json!("done"), &json!(200_000)), "{view}");
    });
}

#[tokio::test]
async fn what_is_imported_in_the_browser_is_measured() {
    let (_site, app) = started().await;
    let (_, view) = upload(&app, "measured.csv", SCANS).await;
    let id = view["id"].as_str().unwrap();
    for _ in 0..2 {
        import(&app, id).await;
        imported(&app, id).await;
    }
    let metrics = app.get("/metrics").await.1;
    for line in
        ["courierscope_events_total{feed=\"measured\"} 5", "courierscope_repeated_bodies_total{feed=\"measured\"} 1"]
    {
        assert!(metrics.as_str().unwrap().lines().any(|one| one == line), "{line}: {metrics}");
    }
}

fn form(path: &str, fields: &str) -> Request<Body> {
    let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    request.header(header::ACCEPT, "text/html,*/*").body(Body::from(fields.to_owned())).unwrap()
}

#[tokio::test]
async fn a_form_is_answered_with_a_page_and_a_program_with_json() {
    let (_site, app) = started().await;
    for (path, fields) in [("/feeds/new/0-0", "do=look"), ("/feeds/new/0-0", "do=discard"), ("/feeds/new/%0A", "")] {
        let (status, headers, _) = ask(&app, form(path, fields)).await;
        assert_eq!((status.as_u16(), headers[header::LOCATION].to_str().unwrap()), (303, path));
    }
    let (status, headers, page) = ask(&app, form("/feeds/%3Cb%3E/switch-on", "")).await;
    assert_eq!((status.as_u16(), headers[header::CONTENT_TYPE].to_str().unwrap()), (404, "text/html; charset=utf-8"));
    let page = page.as_str().unwrap();
    assert!(page.contains("There is no feed") && page.contains("&lt;b&gt;") && !page.contains("<b>"), "{page}");
    let mut elsewhere = form("/feeds/new", "");
    elsewhere.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
    let (status, _, page) = ask(&app, elsewhere).await;
    assert!(status == 403 && page.as_str().unwrap().contains("<h1>"), "{page}");
    let mut packed = form("/feeds/nobody/switch-on", "");
    packed.headers_mut().insert(header::ACCEPT_ENCODING, "gzip".parse().unwrap());
    assert!(ask(&app, packed).await.2.as_str().unwrap().contains("<h1>"));
    let mut program = form("/feeds/nobody/switch-on", "");
    program.headers_mut().insert(header::ACCEPT, "*/*".parse().unwrap());
    assert_eq!(problem(&app, program).await.0, 404);
}

#[tokio::test]
async fn the_forms_work_without_scripts() {
    let (_site, app) = started().await;
    let form = || {
        let body = format!(
            "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"rapida.csv\"\r\n\r\n{SCANS}\r\n--b--\r\n"
        );
        Request::post("/feeds/new")
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b")
            .body(Body::from(body))
            .unwrap()
    };
    let response = app.router.clone().oneshot(form()).await.unwrap();
    assert_eq!(response.status(), 303);
    let page = response.headers()[header::LOCATION].to_str().unwrap().to_owned();
    let (status, html) = app.get(&page).await;
    let html = html.as_str().unwrap();
    assert!(status == 200 && html.contains("XQ9") && html.contains("name=\"do\""), "{html}");
    let answers = "do=import&feed=mi-feed&code%3AXQ9=returned";
    let request = Request::post(&page).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let response = app.router.clone().oneshot(request.body(Body::from(answers)).unwrap()).await.unwrap();
    assert_eq!(
        (response.status().as_u16(), response.headers()[header::LOCATION].to_str().unwrap()),
        (303, page.as_str())
    );
    let id = page.rsplit('/').next().unwrap();
    assert_eq!(imported(&app, id).await["import"]["feed"], "mi-feed");
    let (_, html) = app.get(&page).await;
    assert!(html.as_str().unwrap().contains("The file is imported"));
    assert_eq!(app.get("/feeds/new/0-0").await.0, 404);
}
