//! What there is without the features for it is said, or left out; what is there with them is tested elsewhere.
#![cfg(all(
    feature = "enable",
    not(all(
        feature = "flight",
        feature = "guard",
        feature = "listen",
        feature = "notices",
        feature = "race"
    )),
    any(not(feature = "release_off"), debug_assertions)
))]

#[path = "support/alone.rs"]
mod alone;

#[cfg(not(feature = "listen"))]
#[test]
fn a_page_that_was_not_compiled_in_is_said_to_be_missing() {
    use std::process::Output;

    use maptrace_runtime::collections::HashMap;
    use maptrace_runtime::{local_addr, snapshot};

    let test = "a_page_that_was_not_compiled_in_is_said_to_be_missing";
    let changed_once = || {
        let mut map = HashMap::new();
        map.insert(1_u32, 1_u32);
        assert_eq!(snapshot().maps.iter().map(|map| map.totals.assigns_new).sum::<u64>(), 1);
        assert_eq!(local_addr(), None);
    };
    let said = |output: &Output| -> Vec<String> {
        let lines = String::from_utf8_lossy(&output.stderr).into_owned();
        lines
            .lines()
            .filter(|line| line.starts_with("maptrace: "))
            .map(str::to_owned)
            .collect()
    };
    for (address, wanted) in [("127.0.0.1:9102", true), ("off", false), ("", false)] {
        let Some(output) = alone::alone(module_path!(), test, &[("MAPTRACE_LISTEN", address)], changed_once) else {
            return;
        };
        let said = said(&output);
        assert_eq!(said.len(), usize::from(wanted), "{said:?}");
        for part in ["no page at 127.0.0.1:9102", "feature `listen`", "\"maptrace/listen\""] {
            assert!(!wanted || said[0].contains(part), "{said:?} lacks {part}");
        }
    }
}

#[cfg(not(feature = "guard"))]
#[test]
fn panic_dumps_that_were_not_compiled_in_are_said_to_be_missing() {
    use maptrace_runtime::collections::HashMap;

    let test = "panic_dumps_that_were_not_compiled_in_are_said_to_be_missing";
    for (folder, wanted) in [("./dumps", true), ("off", false), ("", false)] {
        let Some(output) = alone::alone(module_path!(), test, &[("MAPTRACE_GUARD", folder)], || {
            HashMap::new().insert(1_u32, 1_u32);
        }) else {
            return;
        };
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        for part in ["no panic dumps in ./dumps", "feature `guard`", "\"maptrace/guard\""] {
            assert_eq!(said.contains(part), wanted, "{part} in {said}");
        }
    }
}

#[cfg(not(feature = "flight"))]
#[test]
fn a_flight_recorder_that_was_not_compiled_in_is_said_to_be_missing() {
    use maptrace_runtime::collections::HashMap;
    use maptrace_runtime::snapshot;

    let test = "a_flight_recorder_that_was_not_compiled_in_is_said_to_be_missing";
    let changed_once = || {
        let mut map = HashMap::new();
        map.insert(1_u32, 1_u32);
        assert_eq!(snapshot().maps.iter().map(|map| map.totals.assigns_new).sum::<u64>(), 1);
    };
    for (folder, wanted) in [("./flight", true), ("off", false)] {
        let Some(output) = alone::alone(module_path!(), test, &[("MAPTRACE_FLIGHT", folder)], changed_once) else {
            return;
        };
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(said.matches("maptrace: ").count(), usize::from(wanted), "{said}");
        for part in [
            "no flight recorder in ./flight",
            "feature `flight`",
            "\"maptrace/flight\"",
        ] {
            assert!(!wanted || said.contains(part), "{said} lacks {part}");
        }
        assert!(!std::path::Path::new("flight").exists());
    }
}

#[cfg(not(feature = "race"))]
#[test]
fn that_no_map_is_watched_as_that_was_not_compiled_in_is_said() {
    use maptrace_runtime::collections::HashMap;

    let test = "that_no_map_is_watched_as_that_was_not_compiled_in_is_said";
    for (variables, wanted) in [
        ([("MAPTRACE_RACE", "abort"), ("MAPTRACE_ENABLED", "1")], true),
        ([("MAPTRACE_RACE", "off"), ("MAPTRACE_ENABLED", "1")], false),
        ([("MAPTRACE_RACE", "abort"), ("MAPTRACE_ENABLED", "0")], false),
    ] {
        let Some(output) = alone::alone(module_path!(), test, &variables, || {
            HashMap::new().insert(1_u32, 1_u32);
        }) else {
            return;
        };
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(said.matches("maptrace: ").count(), usize::from(wanted), "{said}");
        for part in ["MAPTRACE_RACE=abort", "feature `race`", "\"maptrace/race\""] {
            assert_eq!(said.contains(part), wanted, "{part} in {said}");
        }
    }
}

#[cfg(not(feature = "notices"))]
#[test]
fn a_sink_without_notices_gets_the_rest() {
    use std::sync::Arc;
    use std::sync::mpsc::{Sender, channel};
    use std::time::Duration;

    use maptrace_runtime::collections::HashMap;
    use maptrace_runtime::{Episode, Notice, Sink, Snapshot, builder, flush, snapshot};

    /// As the one with the feature, which is told by a notice that it refuses.
    struct Refuses(Sender<&'static str>);
    impl Sink for Refuses {
        fn episode(&mut self, _: &Episode) -> bool {
            self.0.send("an episode").is_err()
        }
        fn snapshot(&mut self, _: &Arc<Snapshot>) {
            let _ = self.0.send("a snapshot");
        }
        fn notice(&mut self, _: &Notice) {
            let _ = self.0.send("a notice");
        }
    }

    alone::alone(module_path!(), "a_sink_without_notices_gets_the_rest", &[], || {
        let (tell, told) = channel();
        let _guard = builder().sink(Refuses(tell)).start();
        for _ in 0..3 {
            let mut map: HashMap<_, _> = (0..100_u32).map(|key| (key, key)).collect();
            map.clear();
            assert!(flush(Duration::from_secs(60)).complete);
        }
        let told: Vec<_> = told.try_iter().collect();
        for (what, is_told) in [("an episode", true), ("a snapshot", true), ("a notice", false)] {
            assert_eq!(told.contains(&what), is_told, "{what} in {told:?}");
        }
        assert_eq!(
            (snapshot().health.notices, snapshot().health.notices_suppressed),
            (0, 0)
        );
    });
}
