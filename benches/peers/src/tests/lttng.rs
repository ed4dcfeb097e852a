use std::process::Command;

use super::{WORK, work};
use crate::peers::lttng::{Lttng, Session};

#[test]
fn events_of_a_session_can_be_read_by_babeltrace() {
    let folder = tempfile::tempdir().unwrap();
    let output = format!("--output={}", folder.path().display());
    let session = Session::start(&[&output]).unwrap();
    work::<Lttng>();
    session.stop().unwrap();
    let read = Command::new("babeltrace2").arg(folder.path()).output().unwrap();
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    let text = String::from_utf8(read.stdout).unwrap();
    let count = |name: &str| text.matches(&format!("maptrace_peers:{name}:")).count() as u64;
    assert_eq!([count("assign"), count("delete")], [WORK; 2]);
}
