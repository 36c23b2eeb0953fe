//! The same figures on both databases.
//!
//! With `COURIERSCOPE_TEST_DATABASE=postgres` every test that uses a database uses PostgreSQL: `make test` runs them all
//! on either. What is here needs PostgreSQL in any case.

pub mod cluster;
mod nodes;

use server::config::Config;

use crate::support::{TestApp, TestDatabase, real_data};

#[tokio::test]
async fn postgresql_gives_the_same_figures_as_sqlite() {
    let Some(postgres) = TestDatabase::postgres_if_installed() else { return };
    let Some(file) = real_data("lade_p/dev_shanghai_hangzhou_jilin.csv") else { return };
    let on_postgres = TestApp::start_on(postgres, Config::default()).await;
    let on_sqlite = TestApp::start_on(TestDatabase::sqlite(), Config::default()).await;
    for app in [&on_postgres, &on_sqlite] {
        for _ in 0..2 {
            let (status, answer) = app.post("lade_p", "text/csv", file.clone()).await;
            assert_eq!((status.as_u16(), &answer["rows"]), (200, &3208.into()), "{answer}");
        }
        app.settle().await;
    }
    for question in ["", "?group_by=courier,day", "?group_by=destination_region", "?group_by=service,shipper,day"] {
        let path = format!("/api/v1/kpis{question}");
        let (postgres, sqlite) = (on_postgres.get(&path).await.1, on_sqlite.get(&path).await.1);
        assert_eq!(postgres["rows"], sqlite["rows"], "{path}");
    }
    for path in ["/api/v1/parcels?class=late&limit=1000", "/api/v1/parcels/4821650", "/api/v1/feeds"] {
        assert_eq!(on_postgres.get(path).await, on_sqlite.get(path).await, "{path}");
    }
    on_postgres.stop().await;
}
