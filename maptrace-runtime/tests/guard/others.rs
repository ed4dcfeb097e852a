//! What other users of the machine can do to dumps, and see of them.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use maptrace_runtime::collections::HashMap;
use maptrace_runtime::guard;

use crate::support::{Left, in_folder, names};

/// A folder that has to be made is its owner's alone.
#[test]
fn others_can_not_see_into_a_folder_that_is_made() {
    in_folder(
        module_path!(),
        "others_can_not_see_into_a_folder_that_is_made",
        &[],
        |folder| {
            let made = folder.join("a/b");
            guard::install(&made).expect("it is made");
            for folder in [folder.join("a"), made] {
                let mode = folder.metadata().expect("it is there").permissions().mode();
                assert_eq!(mode & 0o777, 0o700, "{}", folder.display());
            }
        },
    )
    .map(Left::succeeded);
}

/// In a folder that is everybody's somebody may know the names beforehand: what a link leads to is left alone.
#[test]
fn a_link_is_not_followed() {
    in_folder(module_path!(), "a_link_is_not_followed", &[], |folder| {
        let pid = std::process::id();
        let theirs = folder.join("theirs");
        fs::write(&theirs, "as it was").expect("a file");
        let links = [
            format!(".mapguard-{pid}-0.tmp"),
            format!(".mapguard-{pid}-1.tmp"),
            format!("mapguard-{pid}-0.json"),
        ];
        for link in &links {
            symlink(&theirs, folder.join(link)).expect("a link");
        }
        // One that leads nowhere yet.
        symlink(folder.join("made"), folder.join(format!("mapguard-{pid}-1.json"))).expect("a link");
        guard::install(folder).expect("it installs");
        let _map: HashMap<u32, u32> = (0..100).map(|i| (i, i)).collect();
        let dump = guard::dump().expect("a dump");
        assert!(
            fs::symlink_metadata(&dump).expect("it is there").is_file(),
            "{}",
            dump.display()
        );
        assert_eq!(
            dump.file_name().and_then(|name| name.to_str()),
            Some(&*format!("mapguard-{pid}-2.json"))
        );
        assert_eq!(fs::read_to_string(&theirs).expect("it is there"), "as it was");
        assert!(!names(folder).contains(&"made".to_owned()));
        // They are no dumps to look into.
        for name in names(folder) {
            let path = folder.join(name);
            if path.is_symlink() {
                fs::remove_file(path).expect("a link");
            }
        }
    })
    .map(Left::succeeded);
}
