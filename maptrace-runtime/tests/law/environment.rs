//! Environment variables, each in a process of its own.

#[cfg(feature = "listen")]
use std::io::{Read as _, Write as _};
#[cfg(feature = "listen")]
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Output;

use maptrace_runtime::collections::HashMap;
use maptrace_runtime::{local_addr, snapshot};

use crate::alone::alone;

/// A program that knows nothing of maptrace but the type.
fn program() {
    let mut map = HashMap::new();
    for key in 0..20_u32 {
        map.insert(key, "value");
    }
    map.remove(&3);
    // Lives until the process ends.
    std::mem::forget(map);
}

fn assigns() -> u64 {
    snapshot().maps.iter().map(|map| map.totals.assigns_new).sum()
}

/// What maptrace itself said.
fn said(output: &Output) -> Vec<String> {
    String::from_utf8_lossy(&output.stderr)
        .lines()
        .filter(|line| line.starts_with("maptrace: "))
        .map(str::to_owned)
        .collect()
}

#[test]
fn a_bad_value_is_one_warning_and_the_default() {
    for (name, accepted) in [
        ("MAPTRACE_ENABLED", "true"),
        ("MAPTRACE_SAMPLE", "auto"),
        ("MAPTRACE_RING_BYTES", "64k"),
        ("MAPTRACE_MEMORY", "64m"),
        ("MAPTRACE_INSTANCES", "4000000"),
        ("MAPTRACE_LISTEN", "127.0.0.1:9102"),
        ("MAPTRACE_REPORT", "json"),
        ("MAPTRACE_INTERVAL", "500ms"),
    ] {
        let output = alone(
            module_path!(),
            "a_bad_value_is_one_warning_and_the_default",
            &[(name, "~nonsense~")],
            || {
                program();
                assert_eq!(assigns(), 20);
                let health = snapshot().health.clone();
                assert_eq!((health.memory_limit_bytes, health.sampled_out), (64 << 20, 0));
                assert_eq!(local_addr(), None);
            },
        );
        let Some(output) = output else { return };
        let said = said(&output);
        assert_eq!(said.len(), 1, "{said:?}");
        for part in [name, "~nonsense~", accepted] {
            assert!(said[0].contains(part), "{said:?} lacks {part}");
        }
    }
}

#[test]
fn an_unknown_variable_is_named() {
    let output = alone(
        module_path!(),
        "an_unknown_variable_is_named",
        &[("MAPTRACE_LISTN", "127.0.0.1:0")],
        || {
            program();
            assert_eq!(assigns(), 20);
        },
    );
    let Some(output) = output else { return };
    let said = said(&output);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(
        said[0].contains("MAPTRACE_LISTN") && said[0].contains("MAPTRACE_LISTEN"),
        "{said:?}"
    );
}

#[cfg(feature = "listen")]
#[test]
fn a_page_for_the_network_is_shown_by_a_url_that_works_and_said_to_be_open() {
    let name = "a_page_for_the_network_is_shown_by_a_url_that_works_and_said_to_be_open";
    for (variable, host) in [("0.0.0.0:0", Some("127.0.0.1")), ("127.0.0.1:0", None)] {
        let output = alone(module_path!(), name, &[("MAPTRACE_LISTEN", variable)], || {
            program();
            let port = local_addr().expect("the page is served").port();
            let status = |host: &str| {
                let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("a connection");
                write!(stream, "GET / HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n").expect("a request");
                let mut answer = String::new();
                stream.read_to_string(&mut answer).expect("an answer");
                answer.split(' ').nth(1).map(str::to_owned)
            };
            assert_eq!(status("127.0.0.1").as_deref(), Some("200"));
            assert_eq!(status("0.0.0.0").as_deref(), Some("421"));
        });
        let Some(output) = output else { return };
        let said = said(&output);
        assert!(
            said[0].starts_with("maptrace: maps are shown at http://127.0.0.1:"),
            "{said:?}"
        );
        match host {
            Some(host) => assert!(said[1].contains("no password") && said[1].contains(host), "{said:?}"),
            None => assert_eq!(said.len(), 1, "{said:?}"),
        }
    }
}

#[test]
fn switched_off() {
    let variables = [("MAPTRACE_ENABLED", "0"), ("MAPTRACE_REPORT", "text")];
    let output = alone(module_path!(), "switched_off", &variables, || {
        program();
        let now = snapshot();
        assert_eq!((now.maps.len(), now.health.emitted, now.health.memory_bytes), (0, 0, 0));
        // Whatever else is called does the plain thing.
        assert!(maptrace_runtime::flush(std::time::Duration::ZERO).complete);
        let _guard = maptrace_runtime::builder().enabled(true).start();
        program();
        assert_eq!(snapshot().maps.len(), 0, "the environment wins");
        // A capture is a hub of its own, and what it is asked for is nobody else's business.
        let capture = maptrace_runtime::testing::Capture::install();
        program();
        assert!(capture.snapshot().health.emitted > 0);
    });
    let Some(output) = output else { return };
    assert_eq!(said(&output).len(), 0);
    assert!(
        !String::from_utf8_lossy(&output.stderr).contains("ent.rs:"),
        "there is no report"
    );
}

#[test]
fn a_report_without_a_call() {
    let Some(output) = alone(
        module_path!(),
        "a_report_without_a_call",
        &[("MAPTRACE_REPORT", "text")],
        program,
    ) else {
        return;
    };
    let text = String::from_utf8_lossy(&output.stderr);
    // The name is cut short in the middle.
    let row = text
        .lines()
        .find(|line| line.contains("ent.rs:"))
        .unwrap_or_else(|| panic!("no row in:\n{text}"));
    assert!(
        row.contains("19") && row.contains("20"),
        "entries and assigns in {row:?}"
    );
    assert!(!text.contains('\u{1b}'), "no colour where there is no terminal");
}

/// Checks a report in JSON.
fn check_json(text: &str) {
    let report: serde_json::Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error} in:\n{text}"));
    let maps = report["maps"].as_array().expect("a list of maps");
    let map = maps
        .iter()
        .find(|map| map["name"].as_str().is_some_and(|name| name.contains("environment.rs")));
    assert_eq!(map.unwrap_or_else(|| panic!("no such map in:\n{text}"))["entries"], 19);
}

#[test]
fn a_report_in_json() {
    let Some(output) = alone(
        module_path!(),
        "a_report_in_json",
        &[("MAPTRACE_REPORT", "json")],
        program,
    ) else {
        return;
    };
    let text = String::from_utf8_lossy(&output.stderr);
    check_json(&text[text.find('{').unwrap_or_else(|| panic!("no JSON in:\n{text}"))..]);
}

#[test]
fn a_report_in_a_file() {
    for ending in ["json", "txt"] {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("law-report-{}.{ending}", std::process::id()));
        let variable = path.to_str().expect("a path in UTF-8");
        let output = alone(
            module_path!(),
            "a_report_in_a_file",
            &[("MAPTRACE_REPORT", variable)],
            program,
        );
        if output.is_none() {
            return;
        }
        let text = std::fs::read_to_string(&path).expect("the report is there");
        std::fs::remove_file(&path).expect("it can be removed");
        if ending == "json" {
            check_json(&text);
        } else {
            assert!(
                text.lines().any(|line| line.contains("ent.rs:") && line.contains("19")),
                "{text}"
            );
        }
    }
}

#[test]
fn a_report_that_cannot_be_written() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("no such folder")
        .join("report.txt");
    let variable = path.to_str().expect("a path in UTF-8");
    let output = alone(
        module_path!(),
        "a_report_that_cannot_be_written",
        &[("MAPTRACE_REPORT", variable)],
        program,
    );
    let Some(output) = output else { return };
    let said = said(&output);
    assert!(said.len() == 1 && said[0].contains("no such folder"), "{said:?}");
}

#[cfg(feature = "listen")]
#[test]
fn a_busy_port() {
    let busy = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = busy.local_addr().expect("it is bound").to_string();
    let output = alone(module_path!(), "a_busy_port", &[("MAPTRACE_LISTEN", &address)], || {
        program();
        assert_eq!((local_addr(), assigns()), (None, 20));
    });
    let Some(output) = output else { return };
    let said = said(&output);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(
        said[0].contains(&address) && said[0].contains("MAPTRACE_LISTEN"),
        "{said:?}"
    );
}

#[cfg(feature = "listen")]
#[test]
fn a_free_port() {
    let output = alone(
        module_path!(),
        "a_free_port",
        &[("MAPTRACE_LISTEN", "127.0.0.1:0")],
        || {
            program();
            assert!(local_addr().is_some_and(|address| address.port() != 0 && address.ip().is_loopback()));
        },
    );
    let Some(output) = output else { return };
    let said = said(&output);
    assert!(said.len() == 1 && said[0].contains("http://127.0.0.1:"), "{said:?}");
}
