//! Which files there are, and what happens where there can be none.

use maptrace_runtime::collections::HashMap;
use maptrace_runtime::guard::{self, InstallError};

use crate::support::{in_folder, names, panic_in_thread};

fn changed() -> HashMap<u32, u32> {
    let mut map = HashMap::new();
    map.extend((0..1_000).map(|i| (i, i)));
    map
}

#[test]
fn a_folder_that_is_none() {
    in_folder(module_path!(), "a_folder_that_is_none", &[], |folder| {
        let file = folder.join("file");
        std::fs::write(&file, "").expect("a file");
        let error = guard::install(&file).expect_err("it is a file");
        assert!(
            matches!(&error, InstallError::Folder { path, .. } if *path == file),
            "{error}"
        );
        assert!(error.to_string().contains("choose a folder"), "{error}");
        // It may be tried again, with one that has to be made.
        let deep = folder.join("a/b");
        guard::install(&deep).expect("it is made");
        assert!(matches!(guard::install(folder), Err(InstallError::Already)));
        let _map = changed();
        assert!(
            guard::dump()
                .expect("a dump")
                .starts_with(deep.canonicalize().expect("it is there"))
        );
    })
    .map(crate::support::Left::succeeded);
}

/// The folder goes away: the panic is what it would have been, and it is said what is wrong.
#[test]
fn a_folder_that_is_gone() {
    let left = in_folder(module_path!(), "a_folder_that_is_gone", &[], |folder| {
        let gone = folder.join("gone");
        guard::install(&gone).expect("it installs");
        let _map = changed();
        std::fs::remove_dir(&gone).expect("it is empty");
        assert!(panic_in_thread("unlucky", || panic!("as always")));
        assert!(guard::dump().is_err());
    });
    let Some(left) = left.map(crate::support::Left::succeeded) else {
        return;
    };
    let stderr = left.stderr();
    assert!(
        stderr.contains("no dump could be written in") && stderr.contains("the folder is gone"),
        "{stderr}"
    );
    // What can be told is told.
    assert!(
        stderr.contains("1,000 entries") && stderr.contains("as always"),
        "{stderr}"
    );
}

/// What the environment says wins over the code, and `off` is off.
#[test]
fn a_variable_wins() {
    let variables = [("MAPTRACE_GUARD", "FOLDER")];
    let left = in_folder(module_path!(), "a_variable_wins", &variables, |folder| {
        guard::install(folder.join("other")).expect("it installs");
        let _map = changed();
        assert_eq!(
            guard::dump().expect("a dump").parent(),
            folder.canonicalize().ok().as_deref()
        );
    });
    let Some(left) = left.map(crate::support::Left::succeeded) else {
        return;
    };
    assert_eq!(left.dump()["why"], "asked");
    assert_eq!(left.files.len(), 1, "{:?}", left.files);
}

#[test]
fn a_variable_that_says_off() {
    let left = in_folder(
        module_path!(),
        "a_variable_that_says_off",
        &[("MAPTRACE_GUARD", "off")],
        |folder| {
            guard::install(folder).expect("it is switched off");
            let _map = changed();
            assert!(panic_in_thread("any", || panic!("any")));
            assert!(
                guard::dump()
                    .expect_err("it is off")
                    .to_string()
                    .contains("MAPTRACE_GUARD")
            );
        },
    );
    let Some(left) = left.map(crate::support::Left::succeeded) else {
        return;
    };
    assert_eq!(left.files, [] as [&str; 0]);
}

/// The variable alone, with no line of code.
#[test]
fn a_variable_is_enough() {
    let left = in_folder(
        module_path!(),
        "a_variable_is_enough",
        &[("MAPTRACE_GUARD", "FOLDER")],
        |_| {
            let _map = changed();
            assert!(panic_in_thread("any", || panic!("any")));
        },
    );
    let Some(left) = left.map(crate::support::Left::succeeded) else {
        return;
    };
    assert_eq!(left.dump()["sums"]["entries"], 1_000);
}

/// The first and the last are kept, and no file of another process with the same number is lost.
#[test]
fn the_first_and_the_last_are_kept() {
    in_folder(module_path!(), "the_first_and_the_last_are_kept", &[], |folder| {
        const THEIRS: &str = r#"{"mapguard":1,"number":0,"end":true}"#;
        let pid = std::process::id();
        let theirs = folder.join(format!("mapguard-{pid}-0.json"));
        std::fs::write(&theirs, THEIRS).expect("a file");
        std::fs::write(folder.join(format!(".mapguard-{pid}-0.tmp")), "of one that was killed").expect("a file");
        guard::install(folder).expect("it installs");
        let _map = changed();
        for _ in 0..30 {
            guard::dump().expect("a dump");
        }
        let kept: Vec<String> = (0..8)
            .chain(23..=30)
            .map(|number| format!("mapguard-{pid}-{number}.json"))
            .collect();
        let mut found = names(folder);
        found.sort_by_key(|name| (name.len(), name.clone()));
        assert_eq!(found, kept);
        assert_eq!(std::fs::read_to_string(theirs).expect("it is there"), THEIRS);
    })
    .map(crate::support::Left::succeeded);
}
