//! What the API shows equals what was acknowledged, and what was stored without anybody hearing of it.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde_json::Value;
use store::Store;

use super::http::get;
use super::load::{Fate, Parcel, Sender, Sent};
use crate::cli::program::Site;

/// Parcels of the imported file that are looked at one by one.
const SAMPLE: usize = 300;
/// By then everything that was sent has to show.
const LONGEST: Duration = Duration::from_secs(60);

type Expected<'a> = BTreeMap<&'a str, &'a Parcel>;

/// Looks at everything, derives it all again and looks again. Says what was found.
pub fn everything(site: &Site, imported: &[Parcel], senders: &[Sender]) -> String {
    let server = site.serve();
    let address = server.address;
    settle(site, address);
    let sent: Vec<&Sent> = senders.iter().flat_map(|sender| &sender.sent).collect();
    let (acknowledged, unheard): (Vec<&Sent>, Vec<&Sent>) = sent.into_iter().partition(|sent| sent.batch.is_some());
    let kept: Vec<&Sent> = unheard.iter().copied().filter(|sent| is_known(address, &sent.parcels[0])).collect();
    let bodies = acknowledged.iter().chain(&kept);
    let posted: Expected = bodies.flat_map(|sent| &sent.parcels).map(|parcel| (&*parcel.number, parcel)).collect();
    let mut expected = posted.clone();
    expected.extend(imported.iter().map(|parcel| (&*parcel.number, parcel)));

    look_up(address, posted.values().chain(expected.values().step_by(expected.len() / SAMPLE + 1)).copied());
    let first = figures(address, &expected);
    let done = site.run(&["replay"]);
    assert_eq!(done.code, 0, "{done:?}");
    settle(site, address);
    assert_eq!(figures(address, &expected), first, "replay changes no figure");
    format!(
        "{} parcels; {} bodies acknowledged, {} of {} others stored",
        expected.len(),
        acknowledged.len(),
        kept.len(),
        unheard.len()
    )
}

/// Waits until nothing waits to be derived and the server shows the latest revision.
fn settle(site: &Site, address: SocketAddr) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let store = runtime.block_on(Store::open(&site.database_url())).unwrap();
    let started = Instant::now();
    loop {
        let pending = runtime.block_on(store.pending_batches()).unwrap();
        let revision = runtime.block_on(store.revision()).unwrap().0;
        if pending == 0 && get(address, "/api/v1/kpis").1["revision"] == revision {
            break;
        }
        assert!(started.elapsed() < LONGEST, "the figures do not follow");
        std::thread::sleep(Duration::from_millis(50));
    }
    runtime.block_on(store.close());
}

fn is_known(address: SocketAddr, parcel: &Parcel) -> bool {
    get(address, &format!("/api/v1/parcels/{}", parcel.number)).0 == 200
}

/// Every parcel is found once, with each of its events once.
fn look_up<'a>(address: SocketAddr, parcels: impl Iterator<Item = &'a Parcel>) {
    for parcel in parcels {
        let (status, found) = get(address, &format!("/api/v1/parcels/{}", parcel.number));
        let views = found.as_array().filter(|views| views.len() == 1);
        let Some([view]) = views.map(Vec::as_slice) else { panic!("{status} {parcel:?}: {found}") };
        let events: Vec<_> = view["timeline"].as_array().unwrap().iter().map(|event| &event["kind"]).collect();
        let expected: Vec<_> = parcel.events().into_iter().map(|(kind, _)| kind).collect();
        assert_eq!(events, expected, "{parcel:?}");
    }
}

/// The rows of the KPIs, once they are what the parcels say.
fn figures(address: SocketAddr, expected: &Expected) -> Value {
    let (_, all) = get(address, "/api/v1/kpis");
    compare(&all["rows"][0], expected.values().copied());
    let (_, answer) = get(address, "/api/v1/kpis?group_by=courier");
    for row in answer["rows"].as_array().unwrap() {
        compare(row, expected.values().copied().filter(|parcel| row["courier"] == parcel.courier));
    }
    let numbers: BTreeSet<&str> = expected.keys().copied().collect();
    let listed = listed(address);
    assert_eq!(listed.len(), numbers.len(), "every parcel is listed once");
    assert!(listed.iter().all(|number| numbers.contains(number.as_str())));
    let (_, feeds) = get(address, "/api/v1/feeds");
    let total = |name: &str| feeds.as_array().unwrap().iter().map(|feed| feed[name].as_i64().unwrap()).sum::<i64>();
    let distinct: usize = expected.values().map(|parcel| parcel.events().len()).sum();
    assert_eq!(total("events") - total("duplicates"), distinct as i64, "every event counts once: {feeds}");
    let (_, days) = get(address, "/api/v1/kpis?group_by=day,courier");
    serde_json::json!([all["rows"], answer["rows"], days["rows"], total("events"), total("batches")])
}

fn compare<'a>(row: &Value, parcels: impl Iterator<Item = &'a Parcel>) {
    let fates: Vec<Fate> = parcels.map(|parcel| parcel.fate).collect();
    let count = |fate: Fate| fates.iter().filter(|&&one| one == fate).count();
    let (late, silent) = (count(Fate::Late), count(Fate::Silent));
    let classes = &row["classes"];
    assert_eq!(
        [&classes["early"], &classes["on_time"], &classes["late"], &classes["late_open"], &classes["no_promise"]],
        [0, count(Fate::OnTime), late + silent, silent, count(Fate::NoPromise)],
        "{row}"
    );
    assert_eq!(row["kpis"]["volume"], fates.len(), "{row}");
    assert_eq!(row["kpis"]["transit_time"]["n"], fates.len() - silent, "{row}");
}

/// The numbers of all parcels, page by page.
fn listed(address: SocketAddr) -> Vec<String> {
    let mut numbers = Vec::new();
    let mut after = Value::from(0);
    while !after.is_null() {
        let (status, page) = get(address, &format!("/api/v1/parcels?limit=1000&after={after}"));
        assert_eq!(status, 200, "{page}");
        let parcels = page["parcels"].as_array().unwrap();
        numbers.extend(parcels.iter().map(|parcel| parcel["number"].as_str().unwrap().to_owned()));
        after = page["next"].clone();
    }
    numbers
}
