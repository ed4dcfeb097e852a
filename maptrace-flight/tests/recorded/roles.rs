//! What processes do that record.
#![expect(unsafe_code, reason = "forks, as a daemon does")]

use std::io::{Read as _, Write as _};
use std::thread;

use maptrace_runtime::collections::{BTreeMap, HashMap, HashSet};

/// Maps of each thread of the role `work`, by the order in which it makes them.
pub(crate) const THREADS: u64 = 3;

pub(crate) fn play(role: &str) {
    match role {
        "work" => work(),
        "end" => end(),
        "assign" => assign(),
        "young" => young(),
        "nursery" => nursery(),
        "small" => small(),
        "busy" => busy(),
        "fork" => fork(),
        "many" => many(),
        _ => panic!("there is no role {role}"),
    }
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")
        .and_then(|()| out.flush())
        .expect("somebody listens");
}

fn wait() {
    let _ = std::io::stdin().read(&mut [0]);
}

/// Says what maptrace itself says of its maps.
fn say_snapshot() {
    for map in &maptrace_runtime::snapshot().maps {
        say(&format!(
            "map: {} {} {} {} {} {} {} {:?} {:?} {:?} {}",
            map.site.line,
            map.live,
            map.created,
            map.freed,
            map.totals.assigns_new,
            map.totals.deletes_hit,
            map.entries,
            map.capacity,
            map.tombstones,
            map.held_bytes,
            map.needed_bytes,
        ));
    }
    say("snapshot over");
}

/// Maps of all kinds, in threads that stay and in one that ends.
fn work() {
    let mut ids = HashMap::new();
    let mut names = HashSet::new();
    let mut tree = BTreeMap::new();
    for i in 0..10_000_u64 {
        ids.insert(i, i);
        names.insert(i.to_string());
        tree.insert(i, [i; 3]);
    }
    for i in 0..4_000 {
        ids.remove(&(i * 2));
        tree.remove(&i);
    }
    let mut cleared = HashMap::from([(1, 2)]);
    cleared.clear();
    let mut gone = HashMap::new();
    gone.extend((0..500).map(|i| (i, ())));
    drop(gone);
    let ended = thread::Builder::new().name("ended".to_owned());
    ended
        .spawn(|| drop((0..100).map(|i| (i, i)).collect::<HashMap<_, _>>()))
        .unwrap()
        .join()
        .unwrap();
    for n in 0..THREADS {
        let begun = std::sync::Arc::new(std::sync::Barrier::new(2));
        let there = std::sync::Arc::clone(&begun);
        let thread = thread::Builder::new().name(format!("worker {n}"));
        thread
            .spawn(move || {
                let mut map = HashMap::new();
                for i in 0..1_000 * (n + 1) {
                    map.insert(i, ());
                }
                map.remove(&7);
                map.remove(&7);
                there.wait();
                loop {
                    thread::park();
                    std::hint::black_box(&map);
                }
            })
            .unwrap();
        begun.wait();
    }
    say_snapshot();
    // Nobody needs to have drained these.
    ids.insert(1, 1);
    ids.remove(&0);
    say("ready");
    wait();
    std::hint::black_box((&ids, &names, &tree, &cleared));
}

fn end() {
    let mut map = HashMap::new();
    map.insert(1, 1);
    say("ready");
    wait();
}

/// Assigns for ever, and says how many after each thousand.
fn assign() {
    let mut map = HashMap::new();
    for i in 0_u64.. {
        map.insert(i % 5_000, i);
        if i % 1_000 == 999 {
            say(&format!("told {}", i + 1));
        }
    }
}

/// Maps that are too small to have records of their own, and some that grow out of that.
fn young() {
    let mut kept = Vec::new();
    for i in 0..3_000_usize {
        let mut map = HashMap::new();
        let entries = if i % 100 == 0 { 50 } else { 3 };
        (0..entries).for_each(|key| _ = map.insert(key, key));
        map.remove(&1);
        if i % 3 == 0 {
            kept.push(map);
        }
    }
    say_snapshot();
    for i in 0..300 {
        let mut map = HashMap::new();
        map.insert(i, i);
    }
    say("ready");
    wait();
    std::hint::black_box(&kept);
}

/// Maps that are small and gone, all of them read by the collector, and then one of another place.
fn nursery() {
    let mut later = HashMap::new();
    for i in 0..2_000 {
        if i == 1_000 {
            // The recording is told of the site, as this is the first that comes of it, and as of the last site there is at each
            // snapshot; not so of what comes then.
            later.insert(0, 0);
            drop(maptrace_runtime::snapshot());
        }
        let mut map = HashMap::new();
        map.insert(i, i);
        map.insert(i + 1, i);
    }
    later.extend((0..100).map(|i| (i, i)));
    say_snapshot();
    say("ready");
    wait();
    std::hint::black_box(&later);
}

/// As little as can be recorded of everything.
fn small() {
    let mut map: HashMap<u64, u64> = (0..40).map(|i| (i, i)).collect();
    map.remove(&1);
    let mut young = BTreeMap::new();
    young.insert(1, 1);
    drop(map.clone());
    drop(maptrace_runtime::snapshot());
    map.remove(&1);
    map.clear();
    say("ready");
    wait();
    std::hint::black_box((&map, &young));
}

/// Fills its ring faster than it is drained, as each operation is on another map than the one before.
fn busy() {
    let mut maps = [const { BTreeMap::new() }; 2];
    for i in 0_u64.. {
        maps[(i % 2) as usize].insert(i % 100, i);
        if i % 1_000 == 999 {
            say(&format!("told {}", i + 1));
        }
    }
}

/// A child goes on with a map that its parent has made.
fn fork() {
    let mut map = HashMap::new();
    (0..1_000).for_each(|i| _ = map.insert(i, i));
    say("forking");
    // SAFETY: this process has one thread but for those that wait, and the child uses its memory alone.
    let child = unsafe { libc::fork() };
    if child == 0 {
        (0..50_000).for_each(|i| _ = map.insert(i, i));
        map.shrink_to_fit();
        map.clear();
        let mut own = HashMap::new();
        own.insert(1, "child");
        say("child done");
        wait();
        // SAFETY: ends the child, with nothing of its parent's to be done.
        unsafe { libc::_exit(0) };
    }
    (1_000..1_100).for_each(|i| _ = map.insert(i, i));
    say(&format!("child is {child}"));
    wait();
    std::hint::black_box(&map);
}

/// More threads and maps than there is room for.
fn many() {
    let kept: Vec<HashMap<u32, u32>> = (0..3_000).map(|n| (0..40).map(|i| (i, n)).collect()).collect();
    for _ in 0..20 {
        thread::spawn(|| drop(HashMap::from([(1, 1)]))).join().unwrap();
    }
    let entries: u64 = maptrace_runtime::snapshot().maps.iter().map(|map| map.entries).sum();
    say(&format!("entries {entries}"));
    say("ready");
    wait();
    std::hint::black_box(&kept);
}
