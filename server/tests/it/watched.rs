//! The watched folder does without a browser what the upload page does.

mod crash;
mod guessed;
mod nodes;
mod odd;
pub mod workbook;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::view::Standing;
use domain::watched::FolderView;
use server::config::Config;
use server::feeds::Feeds;
use server::inbox::Inbox;
use server::pipeline::ReadAhead;
use server::watched::WatchedFolder;
use tokio::sync::watch;

use crate::cli::program::Site;
use crate::support::{NOW, TestApp};

/// A feed with an event a row.
const SCANS: &str = "number = \"{number}\"\ncourier = \"{courier}\"\ncode = \"{code}\"\ntime = \"{time}\"\n";
const HEADER: &str = "number,courier,code,time\n";

/// A folder that is looked at when the test says so, beside a server that shows the figures.
struct Drop {
    site: Site,
    app: TestApp,
    folder: WatchedFolder,
    leads: watch::Sender<bool>,
}

impl Drop {
    /// With these feeds, and new ones that begin so.
    async fn new(feeds: &[(&str, &str)], newcomer: Standing) -> Self {
        let site = Site::new(feeds);
        let config = Config { feeds: Some(site.path("feeds")), ..Config::default() };
        Self::on(site, config, newcomer).await
    }

    /// The same, beside a server that watches the folder too, and shows it.
    async fn shown(feeds: &[(&str, &str)], newcomer: Standing) -> Self {
        let site = Site::new(feeds);
        let config = Config { feeds: Some(site.path("feeds")), watch: Some(site.path("watch")), ..Config::default() };
        Self::on(site, config, newcomer).await
    }

    async fn on(site: Site, config: Config, newcomer: Standing) -> Self {
        std::fs::create_dir(site.path("watch")).unwrap();
        let app = TestApp::start_with(config).await;
        let inbox = Inbox::start(app.store.clone(), 16, ReadAhead::with_room(1 << 20), Arc::default());
        let feeds = Arc::new(Feeds::of(&Config { new_feeds: newcomer, ..app.config.clone() }));
        let (folder, scratch) = (site.path("watch"), site.path("scratch"));
        let folder = WatchedFolder::new(folder, scratch, app.store.clone(), app.clock.clone(), feeds, inbox);
        Self { site, app, folder, leads: watch::Sender::new(true) }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.site.path("watch").join(name)
    }

    /// Puts a file there as a sender does.
    fn put(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_else(|fault| panic!("{name}: {fault}"))
    }

    async fn look(&self) {
        self.folder.look(&self.leads.subscribe()).await;
    }

    /// Looks as often as it takes until a file that does not grow is taken.
    async fn look_twice(&self) {
        self.look().await;
        self.look().await;
    }

    async fn view(&self, feed: &str) -> FolderView {
        self.folder.view().await.into_iter().find(|folder| folder.feed == feed).unwrap_or_default()
    }

    /// How many parcels count.
    async fn volume(&self) -> i64 {
        self.app.settle().await;
        self.app.get("/api/v1/kpis").await.1["rows"][0]["kpis"]["volume"].as_i64().unwrap_or_default()
    }
}

/// Everything in a folder, by name, folders and what is hidden left out.
fn listed(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().map(Result::unwrap);
    let files = entries.filter(|entry| !entry.file_type().unwrap().is_dir());
    let names = files.map(|entry| entry.file_name().into_string().unwrap()).filter(|name| !name.starts_with('.'));
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

fn rows(numbers: std::ops::Range<u32>) -> String {
    numbers.map(|n| format!("P{n},Posti,accepted,2026-11-20 10:00:00Z\n")).collect()
}

#[tokio::test]
async fn a_file_is_taken_in_once_it_has_stopped_growing_and_is_moved() {
    let drop = Drop::new(&[("scans", SCANS)], Standing::Counted).await;
    drop.put("scans/day.csv", format!("{HEADER}{}", rows(0..3)));
    drop.look().await;
    drop.put("scans/day.csv", format!("{HEADER}{}P9,Posti,accepted,when\n", rows(0..5)));
    drop.look().await;
    assert_eq!((listed(&drop.path("scans")), drop.volume().await), (vec!["day.csv".to_owned()], 0), "it grows");
    drop.look().await;
    assert_eq!(listed(&drop.path("scans")), [""; 0]);
    assert_eq!(listed(&drop.path("scans/taken")), ["day.csv", "day.csv.rejected.csv"]);
    let rejected = drop.read("scans/taken/day.csv.rejected.csv");
    assert!(
        rejected.starts_with("row,field,reason,content\n7,time,") && rejected.contains("accepted,when"),
        "{rejected}"
    );
    assert_eq!(drop.volume().await, 5);
    let last = drop.view("scans").await.last.unwrap();
    assert_eq!((&*last.name, last.at.timestamp_millis(), last.rows, last.rejected), ("day.csv", NOW, 6, 1));

    // The same file again, and one that holds nothing new but the name.
    drop.put("scans/day.csv", format!("{HEADER}{}", rows(0..6)));
    drop.look_twice().await;
    drop.put("scans/day.csv", format!("{HEADER}{}", rows(0..6)));
    drop.look_twice().await;
    assert_eq!(drop.volume().await, 6);
    let names = ["day-20261122-120000-2.csv", "day-20261122-120000.csv", "day.csv", "day.csv.rejected.csv"];
    assert_eq!(listed(&drop.path("scans/taken")), names);
}

#[tokio::test]
async fn packed_files_workbooks_and_utf_16_are_taken_as_import_takes_them() {
    use std::io::Write;

    let drop = Drop::new(&[("scans", SCANS)], Standing::Counted).await;
    let text = |n: u32| format!("{HEADER}{}", rows(n..n + 10));
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(text(0).as_bytes()).unwrap();
    drop.put("scans/a.csv.gz", gzip.finish().unwrap());
    drop.put("scans/b.csv.zst", zstd::encode_all(text(10).as_bytes(), 1).unwrap());
    drop.put("scans/c.xlsx", workbook::of(&text(20)));
    let utf16 = std::iter::once(0xFEFF).chain(text(30).encode_utf16().collect::<Vec<_>>()).flat_map(u16::to_le_bytes);
    drop.put("scans/d.csv", utf16.collect::<Vec<u8>>());
    let event = r#"{"courier":"Posti","tracking_number":"J1","event":"accepted","time":"2026-11-20T10:00:00Z"}"#;
    drop.put("canonical/e.ndjson", format!("{event}\n"));
    drop.put("canonical/f.json", format!("[{}]", event.replace("J1", "J2")));
    drop.look_twice().await;
    assert_eq!(drop.volume().await, 42);
    assert_eq!(listed(&drop.path("scans/taken")), ["a.csv.gz", "b.csv.zst", "c.xlsx", "d.csv"]);
    assert_eq!(listed(&drop.path("canonical/taken")), ["e.ndjson", "f.json"]);
}

#[tokio::test]
async fn a_file_that_cannot_be_read_lies_in_failed_with_the_reason_beside_it() {
    let drop = Drop::shown(&[("scans", SCANS)], Standing::Counted).await;
    drop.put("scans/columns.csv", "number,courier\nP1,Posti\n");
    drop.put("scans/broken.xlsx", b"PK\x03\x04 no workbook");
    let packed = zstd::encode_all(format!("{HEADER}{}", rows(0..40_000)).as_bytes(), 1).unwrap();
    drop.put("scans/cut.csv.zst", &packed[..packed.len() / 2]);
    drop.look_twice().await;
    let files = ["broken.xlsx", "broken.xlsx.txt", "columns.csv", "columns.csv.txt", "cut.csv.zst", "cut.csv.zst.txt"];
    assert_eq!(listed(&drop.path("scans/failed")), files);
    assert_eq!(listed(&drop.path("scans/taken")), [""; 0]);
    for (name, says) in
        [("broken.xlsx", "workbook"), ("columns.csv", "no column code, time"), ("cut.csv.zst", "damaged or cut off")]
    {
        let text = drop.read(&format!("scans/failed/{name}.txt"));
        assert!(text.contains(says) && text.contains("put it into the folder scans again"), "{name}: {text}");
    }
    let view = drop.view("scans").await;
    assert_eq!((view.failed_files, view.failed.len(), view.asking_files), (3, 3, 0));
    assert!(view.failed.iter().all(|file| !file.why.is_empty() && !file.why.contains('\n')), "{view:?}");
    let (_, page) = drop.app.get("/feeds").await;
    let page = page.as_str().unwrap();
    assert!(page.contains("they lie in scans/failed") && page.contains("no column code, time"), "{page}");

    // The mended file, under the same name: what is known already counts once.
    let before = drop.volume().await;
    drop.put("scans/cut.csv.zst", &packed);
    drop.look_twice().await;
    assert_eq!(drop.volume().await, 40_000, "before: {before}");
}

#[tokio::test]
async fn who_does_not_lead_takes_nothing() {
    let drop = Drop::new(&[("scans", SCANS)], Standing::Counted).await;
    drop.put("scans/day.csv", format!("{HEADER}{}", rows(0..3)));
    drop.leads.send_replace(false);
    drop.look_twice().await;
    assert_eq!(listed(&drop.path("scans")), ["day.csv"]);
    drop.leads.send_replace(true);
    drop.look().await;
    assert_eq!((listed(&drop.path("scans")), drop.volume().await), (Vec::new(), 3));
}
