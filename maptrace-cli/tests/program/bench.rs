//! `maptrace bench`: mapbench, whose own tests look at what it measures.

use super::support::{Project, assert_says};
#[cfg(feature = "bench")]
use super::support::{assert_good, stdout};

#[test]
#[cfg(feature = "bench")]
fn the_processes_of_the_variants_are_this_program_under_either_name() {
    let project = Project::new(&[]);
    let arguments = [
        "--rounds",
        "1",
        "--operations",
        "100",
        "--size",
        "10",
        "--workload",
        "overwrite",
        "--variant",
        "off,events",
    ];
    for before in [&["bench"][..], &["maptrace", "bench"]] {
        let output = project.maptrace("", &[before, &arguments[..]].concat());
        assert_good(&output);
        assert_says(&stdout(&output), "HashMap, key u64, hasher std, 10 entries");
        assert_says(&stdout(&output), "2 rows of 1 rounds");
    }
}

#[test]
#[cfg(feature = "bench")]
fn its_help_is_mapbenchs() {
    let output = Project::new(&[]).maptrace("", &["bench", "--help"]);
    assert_good(&output);
    assert_says(&stdout(&output), "--budget <FILE>");
}

#[test]
#[cfg(not(feature = "bench"))]
fn without_it_is_said_how_to_get_it() {
    let output = Project::new(&[]).maptrace("", &["bench", "--quick"]);
    assert!(!output.status.success());
    assert_says(
        &super::support::stderr(&output),
        "without mapbench, its feature `bench`; install it anew",
    );
}
