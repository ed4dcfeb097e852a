//! A real browser shows the live page.

use crate::kv::KvServer;
use crate::process::{Folder, clean, eventually, run};

#[test]
#[ignore = "needs chromium; ci/e2e.sh runs it"]
fn the_live_page_has_a_row_for_the_keyspace() {
    let server = KvServer::start();
    let sets = (0..1_234).map(|n| vec!["SET".to_owned(), format!("key:{n}"), "v".to_owned()]);
    server.connect().pipeline(sets);

    let profile = Folder::new("chromium");
    // What the page looks like once its script has run for a while.
    let row = eventually("the row of the keyspace", || {
        let page = run(clean("chromium")
            // In containers and as root there is nothing to build a sandbox from; the page is our own.
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
            ])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .args(["--virtual-time-budget=2000", "--dump-dom"])
            .arg(format!("http://{}/", server.page)));
        let rows = page.split("<tr").skip(1).filter_map(|rest| rest.split("</tr>").next());
        rows.map(str::to_owned).find(|row| row.contains("keyspace")).ok_or(page)
    });
    assert!(row.contains("1,234"), "the number of its entries is missing: {row}");
    server.process.interrupt();
}
