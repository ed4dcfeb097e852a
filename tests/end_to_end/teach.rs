//! The other examples: their answers do not depend on tracing, and their reports say what they are there to show.

use crate::process::{Folder, example, run};

#[test]
#[ignore = "needs the examples; ci/e2e.sh runs it"]
fn the_leak_and_the_storm_are_found() {
    let leak = run(&mut example("find_a_leak"));
    let hint = leak
        .lines()
        .find(|line| line.starts_with("! sessions") && line.contains("misses"));
    assert!(hint.is_some_and(|hint| hint.contains("100,000 deletes")), "{leak}");
    assert!(!leak.contains("! carts"), "the other map is well:\n{leak}");

    let storm = run(&mut example("find_a_rehash_storm"));
    assert!(
        storm
            .lines()
            .any(|line| line.starts_with("! orders, unhashed") && line.contains("rehashed in place")),
        "{storm}"
    );
}

#[test]
#[ignore = "needs the examples; ci/e2e.sh runs it"]
fn a_capture_shows_what_happened_in_its_order() {
    let shown = run(&mut example("capture_test"));
    let events: Vec<&str> = shown
        .lines()
        .map(str::trim)
        .filter(|line| !line.contains(' ') && !line.is_empty())
        .collect();
    assert_eq!(
        events,
        ["Create", "AssignNew", "AssignNew", "AssignReplaced"],
        "{shown}"
    );
}

#[test]
#[ignore = "needs the examples; ci/e2e.sh runs it"]
fn word_index_answers_as_its_untraced_build_does() {
    let untraced = std::env::var_os("MAPTRACE_TEST_UNTRACED")
        .expect("MAPTRACE_TEST_UNTRACED: the folder of the untraced builds; ci/e2e.sh sets it");
    let untraced = std::path::Path::new(&untraced).join("word_index_untraced");
    let text = Folder::new("text");
    for file in 0..200_u32 {
        let words: String = (0..2_000_u32)
            .map(|n| format!("word{} ", (file * 31 + n * n) % 5_000))
            .collect();
        text.write(&format!("{file}.txt"), &words);
    }
    text.write(
        "copy.txt",
        &std::fs::read_to_string(text.path().join("7.txt")).expect("just written"),
    );

    let traced = run(example("word_index").arg(text.path()));
    let plain = run(crate::process::clean(untraced).arg(text.path()));
    let answer = |output: &str| {
        let end = output
            .lines()
            .position(|line| line.starts_with("checksum "))
            .expect("a checksum");
        output.lines().take(end + 1).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(answer(&traced), answer(&plain));
    assert!(traced.contains("200 files, "), "the copy counts once:\n{traced}");
    assert!(
        traced.lines().any(|line| line.starts_with("postings")),
        "no line on postings:\n{traced}"
    );
    assert!(!plain.contains("postings"), "it is traced after all:\n{plain}");
}
