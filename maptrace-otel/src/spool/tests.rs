use std::fs;
use std::path::{Path, PathBuf};

use super::format::{FILE_HEAD, RECORD_HEAD, file_head_of};
use super::segment::full::ROOM;
use super::{Changes, Contents, Kept, MIN_BYTES, Spool};
use crate::shared::Signal;

const MIB: u64 = 1024 * 1024;

fn open(root: &Path) -> Spool {
    Spool::open(root, MIB).expect("a spool")
}

/// A spool that has taken in what was there.
fn reopened(root: &Path) -> (Spool, Changes) {
    let mut spool = open(root);
    spool.adopt();
    let changes = spool.changes();
    (spool, changes)
}

fn kept(signal: Signal, number: u64, inherited: bool) -> Kept {
    Kept {
        signal,
        body: body(number),
        items: number,
        inherited,
    }
}

fn body(number: u64) -> Vec<u8> {
    format!("request {number}").into_bytes()
}

fn append(spool: &mut Spool, signal: Signal, numbers: impl IntoIterator<Item = u64>) {
    for number in numbers {
        spool.append(signal, number, &body(number)).expect("room");
    }
}

/// What was recovered, and what was lost of this process's own and of others', of all signals.
fn sums(changes: &Changes) -> (u64, [u64; 2]) {
    let lost = [0, 1].map(|whose| changes.lost.iter().map(|lost| lost[whose]).sum());
    (changes.recovered.iter().sum(), lost)
}

/// Takes all requests off, the oldest first.
fn drain(spool: &mut Spool) -> Vec<Kept> {
    std::iter::from_fn(|| {
        let kept = spool.oldest(|_| true)?;
        spool.done(kept.signal);
        Some(kept)
    })
    .collect()
}

/// All files of requests below the folder.
fn files(root: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(root)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .flat_map(|folder| {
            fs::read_dir(folder)
                .expect("a folder")
                .map(|entry| entry.expect("an entry").path())
        })
        .filter(|path| path.extension().is_some_and(|extension| extension == "spool"))
        .collect();
    files.sort();
    files
}

#[test]
fn what_goes_in_comes_out_oldest_first_and_leaves_nothing_behind() {
    let root = tempfile::tempdir().expect("a folder");
    let mut spool = open(root.path());
    append(&mut spool, Signal::Traces, 1..=3);
    append(&mut spool, Signal::Metrics, 4..=5);
    append(&mut spool, Signal::Traces, 6..=6);
    let contents = spool.contents();
    assert_eq!((contents.requests, contents.items), (6, 21));
    let on_disk: u64 = files(root.path())
        .iter()
        .map(|path| path.metadata().expect("a file").len())
        .sum();
    assert_eq!(contents.bytes, on_disk);
    // It stays until it is done with.
    assert_eq!(spool.oldest(|_| true), spool.oldest(|_| true));
    assert_eq!(
        spool.oldest(|signal| signal == Signal::Metrics),
        Some(kept(Signal::Metrics, 4, false))
    );
    let numbers = |kept: Vec<Kept>| kept.iter().map(|kept| kept.items).collect::<Vec<_>>();
    assert_eq!(numbers(drain(&mut spool)), [1, 2, 3, 6, 4, 5]);
    assert_eq!(spool.contents(), Contents::default());
    assert_eq!(spool.changes(), Changes::default());
    // And goes on.
    append(&mut spool, Signal::Metrics, 7..=7);
    assert_eq!(drain(&mut spool), [kept(Signal::Metrics, 7, false)]);
    drop(spool);
    assert_eq!(fs::read_dir(root.path()).expect("a folder").count(), 0);
}

#[test]
fn the_next_process_goes_on_where_the_last_one_ended() {
    let root = tempfile::tempdir().expect("a folder");
    let mut first = open(root.path());
    append(&mut first, Signal::Traces, 1..=4);
    assert_eq!(first.oldest(|_| true), Some(kept(Signal::Traces, 1, false)));
    first.done(Signal::Traces);
    // One that lives is not touched.
    let (mut second, changes) = reopened(root.path());
    assert_eq!((second.contents(), changes), (Contents::default(), Changes::default()));
    append(&mut second, Signal::Traces, 10..=10);
    drop(first);
    second.adopt();
    assert_eq!(second.changes().recovered, [9, 0, 0]);
    let expected = [(2, true), (3, true), (4, true), (10, false)];
    assert_eq!(
        drain(&mut second),
        expected.map(|(number, inherited)| kept(Signal::Traces, number, inherited))
    );
    drop(second);
    assert_eq!(fs::read_dir(root.path()).expect("a folder").count(), 0);
}

/// Leaves the files of a process that is dead, with these requests in one of them, and returns its path and bytes.
fn left(root: &Path, numbers: std::ops::RangeInclusive<u64>) -> (PathBuf, Vec<u8>) {
    append(&mut open(root), Signal::Traces, numbers);
    let [path] = <[PathBuf; 1]>::try_from(files(root)).expect("one file");
    let bytes = fs::read(&path).expect("a file");
    (path, bytes)
}

/// Writes the file again, in a folder without a lock, as nobody has taken it in yet.
fn put(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, bytes).expect("a file");
}

/// Where each record ends.
fn ends(numbers: std::ops::RangeInclusive<u64>) -> Vec<usize> {
    numbers
        .scan(FILE_HEAD, |end, number| {
            *end += RECORD_HEAD + body(number).len();
            Some(*end)
        })
        .collect()
}

#[test]
fn a_file_cut_at_any_byte_gives_all_that_is_whole() {
    let root = tempfile::tempdir().expect("a folder");
    let (path, bytes) = left(root.path(), 1..=4);
    let ends = ends(1..=4);
    assert_eq!(ends.last(), Some(&bytes.len()));
    for cut in 0..=bytes.len() {
        put(&path, &bytes[..cut]);
        let (mut spool, changes) = reopened(root.path());
        let whole = ends.iter().filter(|&&end| end <= cut).count() as u64;
        let last = match whole {
            0 if cut < FILE_HEAD => 0,
            0 => FILE_HEAD,
            whole => ends[usize::try_from(whole).expect("few") - 1],
        };
        let torn = (cut - last) as u64;
        assert_eq!(
            (sums(&changes).0, changes.damaged, changes.damaged_bytes),
            ((1..=whole).sum(), u64::from(torn > 0), torn),
            "cut at {cut}"
        );
        let expected: Vec<_> = (1..=whole).map(|number| kept(Signal::Traces, number, true)).collect();
        assert_eq!(drain(&mut spool), expected, "cut at {cut}");
        assert_eq!(spool.changes(), Changes::default(), "cut at {cut}");
        assert!(files(root.path()).is_empty(), "cut at {cut}");
    }
}

#[test]
fn no_broken_byte_gives_a_request_that_nobody_has_made() {
    let root = tempfile::tempdir().expect("a folder");
    let (path, bytes) = left(root.path(), 1..=4);
    let ends = ends(1..=4);
    for at in 0..bytes.len() {
        let mut broken = bytes.clone();
        broken[at] ^= 0x10;
        put(&path, &broken);
        let (mut spool, mut changes) = reopened(root.path());
        let drained = drain(&mut spool);
        let later = spool.changes();
        let lost = sums(&later).1[1];
        changes.damaged += later.damaged;
        // What it breaks is lost, and, if that is a length, what comes after it.
        let hit = ends.iter().position(|&end| at < end).expect("a record") as u64 + 1;
        let start = if hit == 1 {
            FILE_HEAD
        } else {
            ends[usize::try_from(hit).expect("few") - 2]
        };
        let expected: Vec<u64> = match at {
            _ if at < FILE_HEAD => Vec::new(),
            // Whether it is done with: it comes once more.
            _ if at == start => (1..=4).collect(),
            _ if at < start + RECORD_HEAD => (1..hit).collect(),
            _ => (1..=4).filter(|&number| number != hit).collect(),
        };
        let expected: Vec<_> = expected
            .into_iter()
            .map(|number| kept(Signal::Traces, number, true))
            .collect();
        assert_eq!(drained, expected, "byte {at}");
        assert_eq!(changes.damaged, u64::from(expected.len() < 4), "byte {at}");
        // Whatever was said to be there was found, or was said to be lost.
        let found: u64 = drained.iter().map(|kept| kept.items).sum();
        assert_eq!(sums(&changes).0, found + lost, "byte {at}");
        assert_eq!(spool.contents(), Contents::default(), "byte {at}");
    }
}

#[test]
fn a_file_of_another_version_is_left_alone() {
    let root = tempfile::tempdir().expect("a folder");
    let (path, mut bytes) = left(root.path(), 1..=1);
    bytes[..FILE_HEAD].copy_from_slice(&file_head_of(2));
    put(&path, &bytes);
    let (mut spool, changes) = reopened(root.path());
    let [notice] = &changes.notices[..] else {
        panic!("{changes:?}")
    };
    assert!(
        notice.contains("version 2") && notice.contains(path.to_str().expect("a name")),
        "{notice}"
    );
    assert_eq!((sums(&changes).0, changes.damaged), (0, 0));
    assert_eq!(spool.oldest(|_| true), None);
    // Once.
    spool.adopt();
    assert_eq!(spool.changes(), Changes::default());
    drop(spool);
    assert_eq!(fs::read(&path).expect("a file"), bytes);
}

#[test]
fn what_is_not_ours_is_left_alone() {
    let root = tempfile::tempdir().expect("a folder");
    let (path, bytes) = left(root.path(), 3..=3);
    let folder = path.parent().expect("a folder");
    let notes = folder.join("notes.txt");
    fs::write(&notes, "mine").expect("a file");
    fs::create_dir(root.path().join("another")).expect("a folder");
    #[cfg(unix)]
    let target = {
        // Nor is a link followed, wherever it is.
        let target = root.path().join("another").join("target");
        fs::write(&target, &bytes).expect("a file");
        std::os::unix::fs::symlink(&target, folder.join("00000000000000000001-traces.spool")).expect("a link");
        std::os::unix::fs::symlink(folder, root.path().join("process-0")).expect("a link");
        target
    };
    let (mut spool, changes) = reopened(root.path());
    assert_eq!(sums(&changes).0, 3);
    assert_eq!(drain(&mut spool), [kept(Signal::Traces, 3, true)]);
    drop(spool);
    assert_eq!(fs::read(&notes).expect("a file"), b"mine");
    #[cfg(unix)]
    assert_eq!((fs::read(&target).expect("a file"), changes.notices.len()), (bytes, 1));
}

#[test]
fn the_oldest_goes_first_and_is_counted() {
    let root = tempfile::tempdir().expect("a folder");
    let mut spool = Spool::open(root.path(), MIN_BYTES).expect("a spool");
    let signals = [Signal::Traces, Signal::Metrics];
    let mut lost = [0, 0];
    for number in 1..=1_000_u64 {
        let signal = signals[usize::try_from(number % 2).expect("small")];
        let mut body = body(number);
        body.resize(3_000, b'.');
        spool.append(signal, number, &body).expect("room");
        let contents = spool.contents();
        assert!(contents.bytes <= MIN_BYTES, "{contents:?}");
        let on_disk: u64 = files(root.path())
            .iter()
            .map(|path| path.metadata().expect("a file").len())
            .sum();
        assert_eq!(contents.bytes, on_disk);
        let changes = spool.changes();
        lost[0] += sums(&changes).1[0];
        lost[1] += changes.dropped;
        assert_eq!(lost[0] + contents.items, (1..=number).sum::<u64>());
        assert_eq!(lost[1] + contents.requests, number);
    }
    let contents = spool.contents();
    // At most a sixteenth of the room is lost to whole files, for each signal.
    assert!(contents.bytes > MIN_BYTES * 13 / 16, "{contents:?}");
    for signal in signals {
        let left = std::iter::from_fn(|| {
            let kept = spool.oldest(|of| of == signal)?;
            spool.done(signal);
            Some(kept.items)
        });
        let left: Vec<_> = left.collect();
        let newest = 1_000 - u64::from(signal == Signal::Metrics);
        let expected: Vec<_> = (0..left.len() as u64).rev().map(|back| newest - 2 * back).collect();
        assert_eq!(left, expected, "what is left is not the newest");
    }
}

#[test]
fn a_request_may_have_all_the_room_but_no_more() {
    let root = tempfile::tempdir().expect("a folder");
    let mut spool = Spool::open(root.path(), MIN_BYTES).expect("a spool");
    append(&mut spool, Signal::Traces, 1..=3);
    let room = usize::try_from(MIN_BYTES).expect("small") - FILE_HEAD - RECORD_HEAD;
    spool
        .append(Signal::Metrics, 0, &vec![b'x'; room + 1])
        .expect_err("too long");
    assert_eq!(spool.contents().requests, 3);
    spool.append(Signal::Metrics, 0, &vec![b'x'; room]).expect("room");
    assert_eq!(spool.contents().bytes, MIN_BYTES);
    assert_eq!((sums(&spool.changes()).1, spool.contents().requests), ([6, 0], 1));
    assert_eq!(drain(&mut spool)[0].body.len(), room);
}

#[test]
fn what_is_taken_over_has_to_fit() {
    let root = tempfile::tempdir().expect("a folder");
    let mut full: Vec<_> = (0..3).map(|_| open(root.path())).collect();
    for spool in &mut full {
        spool.append(Signal::Metrics, 1, &vec![b'x'; 400_000]).expect("room");
    }
    drop(full);
    // Two fit; the third is left to whoever comes next.
    let (mut first, changes) = reopened(root.path());
    assert_eq!((sums(&changes), first.contents().requests), ((2, [0, 0]), 2));
    let (second, changes) = reopened(root.path());
    assert_eq!((sums(&changes).0, second.contents().requests), (1, 1));
    drop(second);
    assert_eq!(drain(&mut first).len(), 2);
    first.adopt();
    assert_eq!((sums(&first.changes()).0, drain(&mut first).len()), (1, 1));
    drop(first);
    // One that had more room than its successor loses its oldest.
    let mut large = Spool::open(root.path(), 8 * MIB).expect("a spool");
    for number in [2, 3] {
        large
            .append(Signal::Metrics, number, &vec![b'x'; 700_000])
            .expect("room");
    }
    drop(large);
    let (spool, changes) = reopened(root.path());
    assert_eq!((sums(&changes), spool.contents().items), ((5, [0, 2]), 3));
}

#[test]
fn a_full_disk_costs_what_does_not_fit_and_nothing_else() {
    let root = tempfile::tempdir().expect("a folder");
    let record = RECORD_HEAD + body(3).len();
    for room in 0..=FILE_HEAD + record {
        let mut spool = open(root.path());
        append(&mut spool, Signal::Traces, 1..=2);
        ROOM.set(room);
        // A file that is there, and one that is still to be made.
        let traces = spool.append(Signal::Traces, 3, &body(3));
        ROOM.set(room);
        let metrics = spool.append(Signal::Metrics, 4, &body(4));
        ROOM.set(usize::MAX);
        assert_eq!(
            (traces.is_ok(), metrics.is_ok()),
            (room >= record, room >= FILE_HEAD + record)
        );
        assert_eq!(
            spool.contents().requests,
            2 + u64::from(traces.is_ok()) + u64::from(metrics.is_ok())
        );
        // When there is room again it goes on.
        append(&mut spool, Signal::Traces, 5..=5);
        let mut expected = vec![1, 2, 3, 5, 4];
        expected.retain(|number| (*number != 3 || traces.is_ok()) && (*number != 4 || metrics.is_ok()));
        drop(spool);
        let (mut spool, changes) = reopened(root.path());
        assert_eq!(
            (changes.damaged, sums(&changes).0),
            (0, expected.iter().sum()),
            "room for {room}"
        );
        let found: Vec<_> = drain(&mut spool).iter().map(|kept| kept.items).collect();
        assert_eq!(found, expected, "room for {room}");
    }
}

#[test]
fn a_folder_that_is_taken_away_costs_what_is_in_it() {
    let root = tempfile::tempdir().expect("a folder");
    let inner = root.path().join("spool");
    let mut spool = open(&inner);
    append(&mut spool, Signal::Traces, 1..=2);
    fs::remove_dir_all(&inner).expect("a folder");
    spool.append(Signal::Metrics, 3, &body(3)).expect_err("no folder");
    spool.adopt();
    // The file is open, so what was in it can still be read.
    assert_eq!(drain(&mut spool).len(), 2);
    assert_eq!(spool.changes(), Changes::default());
    spool.append(Signal::Traces, 4, &body(4)).expect_err("no folder");
    assert_eq!(spool.contents(), Contents::default());
}

#[test]
fn a_file_emptied_by_somebody_is_counted() {
    let root = tempfile::tempdir().expect("a folder");
    let mut spool = open(root.path());
    append(&mut spool, Signal::Traces, 1..=3);
    fs::write(&files(root.path())[0], b"").expect("a file");
    assert_eq!(spool.oldest(|_| true), None);
    assert_eq!(
        (sums(&spool.changes()).1, spool.contents()),
        ([6, 0], Contents::default())
    );
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let root = tempfile::tempdir().expect("a folder");
    let inner = root.path().join("a").join("spool");
    let mut spool = open(&inner);
    append(&mut spool, Signal::Traces, 1..=1);
    let mode = |path: &Path| path.symlink_metadata().expect("a file").permissions().mode() & 0o777;
    let file = files(&inner).remove(0);
    let folder = file.parent().expect("a folder");
    assert_eq!((mode(&inner), mode(folder), mode(&file)), (0o700, 0o700, 0o600));
    assert_eq!(mode(&folder.join("lock")), 0o600);
    // What others can write to, or a link, is no place for it.
    let refused = |path: &Path| Spool::open(path, MIB).expect_err("no place").to_string();
    let open_to_all = root.path().join("open");
    fs::create_dir(&open_to_all).expect("a folder");
    fs::set_permissions(&open_to_all, fs::Permissions::from_mode(0o777)).expect("a mode");
    assert!(refused(&open_to_all).contains("others can write to it"));
    let link = root.path().join("link");
    std::os::unix::fs::symlink(&inner, &link).expect("a link");
    assert!(refused(&link).contains("no folder"));
    assert!(refused(&file).contains("no folder"));
}

/// Who owns the folder can take away, and put back, what is in it.
#[cfg(unix)]
#[test]
fn a_folder_of_another_user_is_no_place_for_it() {
    let root = tempfile::tempdir().expect("a folder");
    // Nobody but root can give a folder away, and nobody but root can write to what was given.
    if !rustix::process::geteuid().is_root() {
        return;
    }
    std::os::unix::fs::chown(root.path(), Some(65_534), None).expect("another owner");
    let error = Spool::open(root.path(), MIB).expect_err("no place").to_string();
    assert!(error.contains("belongs to another user"), "{error}");
    assert_eq!(fs::read_dir(root.path()).expect("a folder").count(), 0);
}

/// A request that was sent is not counted once more as lost.
#[test]
fn what_is_on_its_way_when_the_disk_breaks_is_done_with_once() {
    let root = tempfile::tempdir().expect("a folder");
    let mut spool = open(root.path());
    append(&mut spool, Signal::Traces, 1..=2);
    assert_eq!(spool.oldest(|_| true), Some(kept(Signal::Traces, 1, false)));
    let file = fs::OpenOptions::new()
        .write(true)
        .open(&files(root.path())[0])
        .expect("a file");
    file.set_len(FILE_HEAD as u64).expect("a shorter file");
    spool.done(Signal::Traces);
    assert_eq!((spool.contents().requests, spool.contents().items), (1, 2));
    assert_eq!(spool.oldest(|_| true), None);
    assert_eq!(sums(&spool.changes()), (0, [2, 0]));
}
