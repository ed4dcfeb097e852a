//! Files that are cut off or changed: what can be read is told, nothing panics, and nothing takes long.

use std::sync::LazyLock;

use maptrace_flight::{Error, Options, Recording};
use proptest::prelude::*;

use crate::process::Actor;

/// A recording as it lies, of a process that was killed.
static RECORDED: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut actor = Actor::start("work");
    actor.hear("ready");
    actor.kill();
    std::fs::read(&actor.files()[0]).expect("a file")
});

/// Reads, and checks what holds of whatever is read.
fn read(bytes: &[u8]) -> Result<Recording, Error> {
    let recording = maptrace_flight::parse(bytes, Options::default().last(100))?;
    assert!(recording.threads.len() <= bytes.len() / 1024 && recording.maps.len() <= 16_384);
    assert!(recording.threads.iter().all(|thread| thread.events.len() <= 100));
    assert!(recording.instances.len() <= bytes.len() / 128);
    assert!(recording.damage.parts.len() <= 100);
    Ok(recording)
}

#[test]
fn what_is_not_known_is_refused_by_name() {
    assert!(matches!(read(b""), Err(Error::NotARecording)));
    assert!(matches!(read(b"MAPTRACE"), Err(Error::NotARecording)));
    let mut newer = RECORDED.clone();
    newer[12] = 2;
    let error = read(&newer).expect_err("a version of the future");
    assert!(matches!(error, Error::UnknownVersion { major: 2, .. }));
    let said = error.to_string();
    assert!(
        said.contains("version 2") && said.contains("knows version 1") && said.contains(env!("CARGO_PKG_VERSION")),
        "{said}"
    );
    let mut newer = RECORDED.clone();
    newer[14] = 9;
    assert!(read(&newer).expect("only the minor version is newer").damage.is_none());
    // Version 1.0 did not say how long it is.
    let mut older = RECORDED.clone();
    older[14] = 0;
    older[640..648].fill(0);
    assert!(read(&older).expect("an older minor version").damage.is_none());
    older.truncate(older.len() - 1);
    assert!(!read(&older).expect("the same, cut off").damage.is_none());
    let mut other = RECORDED.clone();
    other[8..12].reverse();
    assert!(matches!(read(&other), Err(Error::OtherByteOrder)));
    let mut other = RECORDED.clone();
    other[16] = 20;
    assert!(matches!(read(&other), Err(Error::OtherWords)));
}

#[test]
fn of_a_file_that_is_cut_off_the_rest_is_read() {
    let whole = read(&RECORDED).expect("a recording");
    assert!(whole.damage.is_none() && whole.threads.len() > 3);
    // In the midst of the last ring.
    let cut = read(&RECORDED[..RECORDED.len() - 5000]).expect("a recording");
    assert!(!cut.damage.is_none());
    assert!(cut.damage.parts[0].1.contains("cut off"), "{:?}", cut.damage);
    assert_eq!(cut.maps.len(), whole.maps.len());
    let same = |number: usize| cut.threads[number].events == whole.threads[number].events;
    assert!((0..whole.threads.len() - 1).all(same));
    // A segment's head is gone, and what is behind it is found all the same.
    let at = RECORDED
        .windows(8)
        .rposition(|bytes| bytes == b"MTSEGMNT")
        .expect("segments");
    let before = RECORDED[..at]
        .windows(8)
        .rposition(|bytes| bytes == b"MTSEGMNT")
        .expect("segments");
    let mut lost = RECORDED.clone();
    lost[before..before + 8].fill(0xAA);
    let lost = read(&lost).expect("a recording");
    assert_eq!(lost.threads.len(), whole.threads.len() - 1);
    assert!(
        lost.damage
            .parts
            .iter()
            .any(|(at, what)| *at == before as u64 && what.contains("no segment")),
        "{:?}",
        lost.damage
    );
}

/// The smallest recording there is that has something of everything.
static SMALL: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let flight = folder.path().join("flight");
    let mut actor = Actor::start_with("small", folder, &flight, |command| {
        command.env("MAPTRACE_RING_BYTES", "1024");
    });
    actor.hear("ready");
    actor.kill();
    std::fs::read(&actor.files()[0]).expect("a file")
});

/// Each length up to the first rings and sites; behind that, each near a segment's beginning and some in between.
#[test]
fn of_each_length_the_rest_is_read_and_the_lack_is_told() {
    let whole = read(&SMALL).expect("a recording");
    assert!(whole.damage.is_none(), "{:?}", whole.damage);
    let begins: Vec<usize> = (0..SMALL.len())
        .step_by(4096)
        .filter(|&at| SMALL[at..].starts_with(b"MTSEGMNT"))
        .collect();
    assert!(begins.len() >= 5, "{begins:?}");
    let is_near = |at: usize| begins.iter().any(|&begin| at.abs_diff(begin) < 200);
    let mut lengths = 0;
    for length in (0..SMALL.len()).filter(|&at| at < 6_000 || is_near(at) || at % 509 == 0) {
        lengths += 1;
        match read(&SMALL[..length]) {
            Err(error) => assert!(length < 32, "{length}: {error}"),
            // Who is cut off within the header does not know how long it was.
            Ok(cut) if length < 648 => assert!(cut.maps.is_empty() && cut.threads.is_empty(), "{length}"),
            Ok(cut) => assert!(
                cut.damage.parts.iter().any(|(_, what)| what.contains("cut off")),
                "{length}: {:?}",
                cut.damage
            ),
        }
    }
    assert!(lengths > 7_000, "{lengths}");
}

/// Each byte that is not zero, and some that are, with another value.
#[test]
fn with_each_byte_changed_it_is_read_or_refused() {
    let mut bytes = SMALL.clone();
    let mut refused = 0;
    for at in (0..bytes.len()).filter(|&at| SMALL[at] != 0 || at % 211 == 0) {
        for change in [0xFF, 0x80, 0x01] {
            bytes[at] ^= change;
            if let Err(error) = read(&bytes) {
                assert!(at < 48 && error.to_string().len() > 20, "{at}: {error}");
                refused += 1;
            }
            bytes[at] = SMALL[at];
        }
    }
    assert!(refused > 30, "{refused}");
}

fn change() -> impl Strategy<Value = (usize, Vec<u8>)> {
    let bytes = prop_oneof![
        proptest::collection::vec(any::<u8>(), 1..16),
        Just(vec![0xFF; 8]),
        Just(vec![0; 8]),
        Just(vec![0xFF; 4096]),
    ];
    // Heads are where it hurts, and those are at the beginning of pages.
    let place = prop_oneof![
        any::<usize>(),
        (any::<usize>(), 0_usize..1024).prop_map(|(page, at)| (page << 12) | at)
    ];
    (place, bytes)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn whatever_the_bytes_are_it_is_read_or_refused(
        changes in proptest::collection::vec(change(), 0..12),
        length in prop_oneof![Just(usize::MAX), any::<usize>()],
    ) {
        let mut bytes = RECORDED.clone();
        for (place, new) in changes {
            let at = place % bytes.len();
            let end = bytes.len().min(at + new.len());
            bytes[at..end].copy_from_slice(&new[..end - at]);
        }
        if length != usize::MAX {
            bytes.truncate(length % bytes.len());
        }
        let _ = read(&bytes);
    }

    #[test]
    fn bytes_that_are_no_recording_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..5000)) {
        prop_assert!(read(&bytes).is_err());
    }
}
