//! What is known of a process that was killed.

use maptrace_flight::{Ending, Map, Recording, What};

use crate::process::Actor;
use crate::roles::THREADS;

/// What the process has said of its maps, a line for each.
fn said_of_maps(actor: &mut Actor) -> Vec<String> {
    let mut lines = Vec::new();
    loop {
        let line = actor.hear("");
        if let Some((_, map)) = line.split_once("map: ") {
            lines.push(map.to_owned());
        } else if line.ends_with("snapshot over") {
            return lines;
        }
    }
}

/// The same of a recording.
fn said_of(map: &Map) -> String {
    format!(
        "{} {} {} {} {} {} {} {:?} {:?} {:?} {}",
        map.line,
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
    )
}

fn used(recording: &Recording) -> impl Iterator<Item = &Map> {
    recording.maps.iter().filter(|map| map.created > 0)
}

#[test]
fn all_is_as_the_process_itself_has_said() {
    let mut actor = Actor::start("work");
    let said = said_of_maps(&mut actor);
    actor.hear("ready");
    actor.kill();
    let recording = actor.recording();
    assert!(recording.damage.is_none(), "{:?}", recording.damage);
    assert_eq!(recording.process.ending, Ending::Killed);
    assert!(
        recording.process.program.contains("recorded"),
        "{}",
        recording.process.program
    );
    let found: Vec<String> = used(&recording).map(said_of).collect();
    assert_eq!(found.len(), said.len());
    let differ: Vec<_> = said.iter().zip(&found).filter(|(said, found)| said != found).collect();
    // One map was changed after that, by an assign that was no new one and a delete that missed.
    assert!(differ.is_empty(), "said and found: {differ:#?}");
    let ids = used(&recording).find(|map| map.totals.deletes_miss == 1 && map.totals.assigns_new == 10_000);
    let ids = ids.expect("the map that was changed at last");
    assert_eq!(
        (ids.totals.assigns_replaced, ids.totals.deletes_hit, ids.entries),
        (1, 4_000, 6_000)
    );
    assert!(
        ids.file.ends_with("roles.rs") && ids.pauses > 0 && ids.pause_ns > 0,
        "{ids:?}"
    );
}

#[test]
fn the_last_operations_of_each_thread_are_known() {
    let mut actor = Actor::start("work");
    actor.hear("ready");
    actor.kill();
    let recording = actor.recording();
    for n in 0..THREADS {
        let name = format!("worker {n}");
        let thread = recording
            .threads
            .iter()
            .find(|thread| thread.name == name)
            .expect("the worker's ring");
        assert!(thread.alive && thread.system_id != 0);
        let events: Vec<&What> = thread
            .events
            .iter()
            .filter(|event| !event.earlier)
            .map(|event| &event.what)
            .collect();
        let [.., hit, miss] = events[..] else {
            panic!("{events:?}")
        };
        assert_eq!((hit, miss), (&What::Delete { hit: true }, &What::Delete { hit: false }));
        let assigns = events.iter().filter(|what| matches!(what, What::Assign { .. })).count() as u64;
        assert_eq!(assigns, 1_000 * (n + 1));
        assert!(events.iter().any(|what| matches!(what, What::Grow { .. })));
        let event = thread.events.back().expect("the last");
        let map = recording
            .maps
            .iter()
            .find(|map| Some(map.site) == event.site)
            .expect("its map");
        assert!(map.file.ends_with("roles.rs"));
        assert!(
            thread
                .events
                .iter()
                .zip(thread.events.iter().skip(1))
                .all(|(a, b)| a.place < b.place)
        );
        assert!(event.at <= recording.process.last_pass + 10_000_000_000);
    }
    let all = recording.threads.iter().flat_map(|thread| &thread.events);
    assert!(
        all.clone()
            .any(|event| matches!(event.what, What::Clear { entries: 1, .. }))
    );
    assert!(all.clone().any(|event| matches!(
        event.what,
        What::Batch {
            door: "extend",
            new: 500,
            ..
        }
    )));
    assert!(all.clone().any(|event| matches!(event.what, What::Free { .. })));
}

#[test]
fn no_assign_that_somebody_was_told_of_is_missing() {
    let mut actor = Actor::start("assign");
    let mut told = 0;
    while told < 300_000 {
        told = actor.hear("told ").parse().expect("a number");
    }
    actor.kill();
    // It may have said more than was read of it.
    let recording = actor.recording();
    let map = used(&recording).next().expect("the map");
    assert_eq!(used(&recording).count(), 1);
    let assigns = map.totals.assigns();
    assert!(assigns >= told, "{assigns} of {told}");
    assert_eq!(map.entries, 5_000);
    let events = &recording
        .threads
        .iter()
        .find(|thread| thread.events.len() > 1_000)
        .expect("its ring")
        .events;
    assert!(
        events
            .iter()
            .rev()
            .take(500)
            .all(|event| event.what == What::Assign { new: false })
    );
}

#[test]
fn young_maps_are_counted() {
    let mut actor = Actor::start("young");
    let said = said_of_maps(&mut actor);
    actor.hear("ready");
    actor.kill();
    let recording = actor.recording();
    let (first, last): (Vec<_>, Vec<_>) = used(&recording).partition(|map| map.created == 3_000);
    assert_eq!(first.iter().map(|map| said_of(map)).collect::<Vec<_>>(), said);
    let [last] = last[..] else { panic!("{last:?}") };
    assert_eq!(
        (
            last.created,
            last.freed,
            last.live,
            last.entries,
            last.totals.assigns_new
        ),
        (300, 300, 0, 0, 300)
    );
}

/// The collector counts young maps many at a time, and each time the recording is told.
#[test]
fn young_maps_that_were_read_are_in_the_file() {
    let mut actor = Actor::start("nursery");
    let said = said_of_maps(&mut actor);
    actor.hear("ready");
    actor.kill();
    let found: Vec<String> = used(&actor.recording()).map(said_of).collect();
    assert_eq!(found, said);
    assert!(said.iter().any(|map| map.contains(" 0 2000 2000 ")), "{said:?}");
}

/// A thread that goes over to a larger ring is in the recording with both.
#[test]
fn a_thread_with_a_larger_ring_loses_nothing() {
    const SMALLEST: usize = 1 << 10;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let flight = folder.path().join("flight");
    let mut actor = Actor::start_with("busy", folder, &flight, |command| {
        command.env("MAPTRACE_RING_BYTES", SMALLEST.to_string());
    });
    let mut told = 0_u64;
    // More than there is room for in the first one.
    let is_larger = |recording: &Recording| {
        recording
            .threads
            .iter()
            .any(|it| it.alive && it.events.len() > SMALLEST / 8)
    };
    while told < 10_000 || !is_larger(&actor.recording()) {
        told = actor.hear("told ").parse().expect("a number");
    }
    actor.kill();
    let recording = actor.recording();
    assert!(recording.damage.is_none(), "{:?}", recording.damage);
    let assigns: u64 = used(&recording).map(|map| map.totals.assigns()).sum();
    // It was in the midst of saying more.
    let most = if recording.process.collector_was_busy {
        1 << 20
    } else {
        0
    };
    let said = actor
        .rest("told ")
        .last()
        .map_or(told, |last| last.parse().expect("a number"));
    assert!((said..=said + 1_000 + most).contains(&assigns), "{assigns} of {said}");
    assert_eq!(recording.process.missing, 0);
    let thread = recording
        .threads
        .iter()
        .find(|it| it.alive && it.events.len() > SMALLEST / 8)
        .expect("it has one");
    let same = recording
        .threads
        .iter()
        .filter(|it| it.system_id == thread.system_id && it.name == thread.name);
    assert!(same.count() >= 2, "its first ring is there as well");
    // From map to map, without a gap where no event was lost.
    if thread.dropped.iter().sum::<u64>() == 0 {
        let sites: Vec<_> = thread
            .events
            .iter()
            .filter(|it| matches!(it.what, What::Assign { .. }))
            .map(|it| it.instance)
            .collect();
        assert!(sites.windows(2).all(|pair| pair[0] != pair[1]), "{sites:?}");
    }
}

#[test]
fn who_ends_by_himself_says_so_and_who_goes_on_is_running() {
    let mut actor = Actor::start("end");
    actor.hear("ready");
    assert_eq!(actor.recording().process.ending, Ending::Running);
    assert!(actor.end());
    assert_eq!(actor.recording().process.ending, Ending::Ended);
}

#[test]
fn a_process_at_work_is_read_without_stopping_it() {
    let mut actor = Actor::start("assign");
    actor.hear("told ");
    let mut before = 0;
    for _ in 0..40 {
        let recording = actor.recording();
        assert!(recording.damage.is_none(), "{:?}", recording.damage);
        let known = recording
            .threads
            .iter()
            .flat_map(|thread| &thread.events)
            .all(|event| event.site.is_some());
        assert!(known);
        let assigns = used(&recording).next().map_or(0, |map| map.totals.assigns());
        // Counts and rings are not read at one moment, and a pass of the collector may lie between them.
        assert!(assigns + 70_000 >= before, "{assigns} after {before}");
        before = before.max(assigns);
        actor.hear("told ");
    }
    actor.kill();
}

#[test]
fn a_forked_child_does_not_write_to_its_parents_file() {
    let mut actor = Actor::start("fork");
    let mut child = None;
    let mut done = false;
    while child.is_none() || !done {
        let line = actor.hear("child ");
        match line.strip_prefix("is ") {
            Some(pid) => child = Some(pid.parse::<i32>().expect("a number")),
            None => done = true,
        }
    }
    let child = rustix::process::Pid::from_raw(child.expect("a child")).expect("not 0");
    let files = actor.files();
    assert_eq!(files.len(), 2, "each has one: {files:?}");
    let read = |path| maptrace_flight::read(path, maptrace_flight::Options::default()).expect("a recording");
    let (of_child, of_parent): (Vec<_>, Vec<_>) = files
        .iter()
        .map(|file| read(file))
        .partition(|recording| recording.process.pid == child.as_raw_nonzero().get() as u32);
    let ([of_child], [of_parent]) = (&of_child[..], &of_parent[..]) else {
        panic!("{files:?}")
    };
    let parents = used(of_parent).next().expect("the parent's map");
    assert_eq!(
        (
            parents.totals.assigns(),
            parents.entries,
            parents.clears,
            parents.shrinks
        ),
        (1_100, 1_100, 0, 0)
    );
    assert_eq!(parents.capacity, Some(1_792));
    let own = used(of_child).find(|map| map.live == 1).expect("the child's map");
    assert_eq!((own.totals.assigns(), own.entries), (1, 1));
    // The parent's lock is not the child's.
    actor.kill();
    let ending = |pid| {
        files
            .iter()
            .map(|file| read(file))
            .find(|it| it.process.pid == pid)
            .expect("a recording")
            .process
            .ending
    };
    assert_eq!(ending(of_parent.process.pid), Ending::Killed);
    assert_eq!(ending(of_child.process.pid), Ending::Running);
}
