//! Storms and growth: when they begin and end, and what of a normal life they are not to be mistaken for.

use super::*;

const DELETES: [NoticeKind; 1] = [NoticeKind::DeleteStorm];

/// What was told of one kind.
fn of(script: &mut Script, kinds: &[NoticeKind]) -> Vec<(NoticeKind, NoticeState)> {
    script.told().into_iter().filter(|(kind, _)| kinds.contains(kind)).collect()
}

fn usual(script: &mut Script) {
    script.delete(40);
    script.assign(40);
}

fn removed_by_batch(script: &mut Script, entries: u64) {
    script.delete(entries);
    script.map().batches += 1;
}

fn retain(removed: u64) -> EpisodeKind {
    EpisodeKind::Batch { door: BatchDoor::Retain, offered: removed, new: 0, replaced: 0, removed, grows_avoided: 0 }
}

#[test]
fn a_delete_storm_is_told_while_it_rages_and_when_it_is_over() {
    let mut script = Script::new(1_900_000);
    script.seconds(600, usual);
    assert_eq!(script.told(), []);
    script.saw(EpisodeKind::Clear { entries: 0 }, Duration::ZERO, Some(span(9, true)));
    script.seconds(4, |script| script.delete(472_000));
    let began = script.one();
    assert_eq!((began.kind, began.state, began.severity), (NoticeKind::DeleteStorm, NoticeState::Began, Severity::Warn));
    assert_eq!(
        began.body,
        "sessions: delete storm: 944k deletes at 472k/s for 2 s (usually 40/s), 1.9M -> 956k entries"
    );
    assert_eq!(began.context, Some(span(9, true)));
    (script.map().held_bytes, script.map().needed_bytes) = (Some(64_000_000), 400_000);
    assert_eq!(script.seconds(9, usual).told(), []);
    script.seconds(1, usual);
    let ended = script.one();
    assert_eq!((ended.kind, ended.state, ended.severity), (NoticeKind::DeleteStorm, NoticeState::Ended, Severity::Info));
    assert_eq!(
        ended.body,
        "sessions: delete storm is over: 1.89M deletes at 472k/s for 4 s (usually 40/s), 1.9M -> 12k entries; \
         holds 64 MB for 12,000 entries: shrink_to_fit would give back 63.6 MB"
    );
    assert_eq!(figure(&ended, "map.deletes"), Some(FigureValue::Count(1_888_000)));
    assert_eq!(figure(&ended, "map.duration"), Some(FigureValue::Time(Duration::from_secs(4))));
    assert_eq!(figure(&ended, "map.entries.before"), Some(FigureValue::Count(1_900_000)));
    assert_eq!(figure(&ended, "map.entries"), Some(FigureValue::Count(12_000)));
}

#[test]
fn a_storm_of_one_second_is_told_at_the_next_look() {
    let mut script = Script::new(1_900_000);
    script.seconds(600, usual).seconds(1, |script| script.delete(1_890_000));
    assert_eq!(script.told(), []);
    assert_eq!(script.idle(1).told(), [(NoticeKind::DeleteStorm, NoticeState::Began)]);
    assert_eq!(of(script.idle(10), &DELETES), [(NoticeKind::DeleteStorm, NoticeState::Ended)]);
}

/// What goes on at the same rate takes nothing more away.
#[test]
fn a_storm_is_over_when_as_many_entries_come_as_go() {
    let mut script = Script::new(1_900_000);
    script.seconds(600, usual).seconds(3, |script| script.delete(400_000));
    assert_eq!(script.told(), [(NoticeKind::DeleteStorm, NoticeState::Began)]);
    script.seconds(10, |script| {
        script.delete(400_000);
        script.assign(400_000);
    });
    assert_eq!(script.told(), [(NoticeKind::DeleteStorm, NoticeState::Ended)]);
}

/// The same storm seen every ten seconds, and every minute.
#[test]
fn a_storm_is_found_at_any_interval() {
    for step in [10, 60] {
        let mut script = Script::new(1_900_000);
        let step = Duration::from_secs(step);
        script.steps(10, step, usual).steps(3, step, |script| script.delete(600_000)).steps(2, step, |_| ());
        let told = of(&mut script, &DELETES);
        assert_eq!(told, [(NoticeKind::DeleteStorm, NoticeState::Began), (NoticeKind::DeleteStorm, NoticeState::Ended)]);
    }
}

#[test]
fn no_storm_is_told_of_a_normal_life() {
    type Life = (&'static str, u64, fn(&mut Script));
    let lives: [Life; 10] = [
        ("a quarter of the entries is the least", 1_900_000, |script| {
            script.seconds(600, usual).seconds(1, |script| script.delete(474_999)).idle(100);
        }),
        ("a map that is young", 1_900_000, |script| {
            script.seconds(50, usual).seconds(4, |script| script.delete(470_000)).idle(20);
        }),
        ("a small map", 9_999, |script| {
            script.seconds(600, |_| ()).seconds(4, |script| script.delete(2_400)).idle(20);
        }),
        ("a thousand a second is the least", 20_000, |script| {
            script.seconds(600, |_| ()).seconds(19, |script| script.delete(999)).idle(20);
        }),
        ("ten times the usual rate is the least", 1_000_000, |script| {
            script.seconds(600, |script| {
                script.delete(1_000);
                script.assign(1_000);
            });
            script.seconds(40, |script| script.delete(9_900)).idle(20);
        }),
        ("a drain that takes its time", 1_000_000, |script| {
            script.seconds(600, |_| ()).seconds(200, |script| script.delete(2_000)).idle(20);
        }),
        ("twice the traffic, tenfold, in and out", 1_900_000, |script| {
            script.seconds(600, usual).seconds(600, |script| {
                script.delete(100_000);
                script.assign(100_000);
            });
        }),
        ("a clear", 1_900_000, |script| {
            script.seconds(600, usual).seconds(1, |script| {
                let map = script.map();
                (map.totals.cleared, map.entries) = (map.entries, 0);
            });
            script.idle(20);
        }),
        ("a bulk load", 0, |script| {
            script.seconds(600, |script| script.assign(1_000)).seconds(60, |script| script.assign(1_000_000)).idle(20);
        }),
        ("maps that are dropped", 1_900_000, |script| {
            script.seconds(600, usual).seconds(1, |script| script.map().entries = 0).idle(20);
        }),
    ];
    for (name, entries, live) in lives {
        let mut script = Script::new(entries);
        live(&mut script);
        assert_eq!(of(&mut script, &DELETES), [], "{name}");
    }
}

/// One call of `retain` is no storm, whether its episode comes with its count, after it, or was lost.
#[test]
fn a_batch_is_no_storm() {
    let mut script = Script::new(1_900_000);
    script.seconds(600, usual).seconds(1, |script| {
        removed_by_batch(script, 1_000_000);
        script.saw(retain(1_000_000), Duration::from_millis(3), None);
    });
    script.idle(20);
    assert_eq!(of(&mut script, &DELETES), [], "at once");
    script.seconds(1, |script| removed_by_batch(script, 400_000));
    script.saw(retain(400_000), Duration::from_millis(3), None);
    script.idle(20);
    assert_eq!(of(&mut script, &DELETES), [], "after it");
    script.seconds(1, |script| removed_by_batch(script, 400_000)).idle(20);
    assert_eq!(of(&mut script, &DELETES), [], "lost");
    // Which does not make one blind.
    script.seconds(3, |script| script.delete(20_000));
    assert_eq!(script.idle(1).told(), [(NoticeKind::DeleteStorm, NoticeState::Began)]);
}

#[test]
fn a_new_usual_rate_is_learnt() {
    let mut script = Script::new(1_000_000);
    let busy = |script: &mut Script| {
        script.delete(50_000);
        script.assign(50_000);
    };
    script.seconds(600, usual).seconds(1_800, busy);
    // Ten times what was usual first, but not what is now.
    script.seconds(10, |script| script.delete(90_000));
    assert_eq!(of(&mut script, &DELETES), []);
}

const REHASHES: [NoticeKind; 1] = [NoticeKind::RehashStorm];

fn laid_out(script: &mut Script, rehashes: u64, pause: u64) {
    let map = script.map();
    map.rehashes += rehashes;
    map.pause_total += Duration::from_millis(pause);
}

#[test]
fn a_rehash_storm_begins_and_ends() {
    let mut script = Script::new(57_000);
    script.idle(600);
    for _ in 0..7 {
        script.idle(4).seconds(1, |script| laid_out(script, 1, 20));
    }
    assert_eq!(script.told(), []);
    script.saw(grow(57_000), Duration::from_millis(9), Some(span(5, true)));
    script.seconds(2, |script| laid_out(script, 1, 20));
    let began = script.one();
    assert_eq!((began.kind, began.state, began.severity), (NoticeKind::RehashStorm, NoticeState::Began, Severity::Warn));
    assert_eq!(began.context, Some(span(5, true)));
    assert!(began.body.starts_with("sessions: rehash storm: laid out anew 9 times in 1 min"), "{}", began.body);
    assert!(began.body.contains("180 ms of waiting, 57,000 entries; deletes leave tombstones"), "{}", began.body);
    assert_eq!(figure(&began, "map.rehashes"), Some(FigureValue::Count(9)));
    // Four a minute are neither a storm nor its end.
    for _ in 0..40 {
        script.seconds(1, |script| laid_out(script, 1, 20)).idle(14);
    }
    assert_eq!(script.told(), []);
    script.idle(70);
    let ended = script.one();
    assert_eq!((ended.kind, ended.state, ended.severity), (NoticeKind::RehashStorm, NoticeState::Ended, Severity::Info));
    assert_eq!(figure(&ended, "map.rehashes"), Some(FigureValue::Count(49)));
    assert!(ended.body.starts_with("sessions: rehash storm is over: laid out anew 49 times"), "{}", ended.body);
}

#[test]
fn a_map_that_grows_and_is_shrunk_in_turn_is_a_storm_too() {
    let mut script = Script::new(57_000);
    script.idle(100).seconds(10, |script| {
        let map = script.map();
        (map.grows, map.shrinks) = (map.grows + 1, map.shrinks + 1);
        map.pause_total += Duration::from_millis(13);
    });
    let began = script.one();
    assert_eq!(began.kind, NoticeKind::RehashStorm);
    assert!(began.body.contains("; it grows and is shrunk in turn"), "{}", began.body);
}

#[test]
fn no_rehash_storm_is_told_of_a_normal_life() {
    type Life = (&'static str, fn(&mut Script));
    let lives: [Life; 4] = [
        ("a bulk load", |script| {
            script.idle(100).seconds(20, |script| {
                script.map().grows += 1;
                script.map().pause_total += Duration::from_millis(100);
            });
        }),
        ("seven a minute", |script| {
            script.idle(100);
            for _ in 0..100 {
                script.seconds(1, |script| laid_out(script, 1, 100)).idle(8);
            }
        }),
        ("many, that take no time", |script| {
            script.idle(100).seconds(600, |script| {
                script.map().rehashes += 10;
                script.map().pause_total += Duration::from_millis(1);
            });
        }),
        ("many maps, each a few times", |script| {
            script.map().live = 100;
            script.map().created = 100;
            script.idle(100).seconds(70, |script| laid_out(script, 10, 10));
        }),
    ];
    for (name, live) in lives {
        let mut script = Script::new(57_000);
        live(&mut script);
        assert_eq!(of(&mut script, &REHASHES), [], "{name}");
    }
}

const HOURS: u64 = 3 * 3_600;

const GROWTH: [NoticeKind; 1] = [NoticeKind::GrowthWithoutBound];

fn larger(script: &mut Script, entries: u64) {
    script.assign(entries);
    let entries = script.map().entries;
    (script.map().needed_bytes, script.map().held_bytes) = (entries * 34, Some(entries * 34));
}

#[test]
fn growth_without_bound_is_told_after_half_an_hour() {
    let mut script = Script::new(1_200_000);
    script.seconds(1_800, |script| {
        larger(script, 1_000);
        script.delete(9);
    });
    assert_eq!(script.told(), []);
    script.seconds(1, |script| larger(script, 1_000));
    let began = script.one();
    assert_eq!((began.kind, began.state), (NoticeKind::GrowthWithoutBound, NoticeState::Began));
    assert_eq!(began.severity, Severity::Warn);
    assert_eq!(
        began.body,
        "sessions: growth without bound: 30 min in which 1.8M entries came and 16,191 went, 1.2M -> 2.98M entries \
         (59.5k more a minute), holds 101 MB"
    );
    assert_eq!(script.seconds(3_600, |script| larger(script, 1_000)).told(), []);
    // It ends when somebody does something about it, or it stops by itself.
    script.seconds(1, |script| {
        let entries = script.map().entries;
        script.delete(entries / 5);
    });
    let ended = script.one();
    assert_eq!((ended.kind, ended.state, ended.severity), (NoticeKind::GrowthWithoutBound, NoticeState::Ended, Severity::Info));
    assert!(ended.body.starts_with("sessions: growth without bound is over after 1 h 30 min: "), "{}", ended.body);
}

#[test]
fn growth_that_stops_is_over() {
    let mut script = Script::new(1_200_000);
    script.seconds(1_801, |script| larger(script, 1_000));
    assert_eq!(script.told(), [(NoticeKind::GrowthWithoutBound, NoticeState::Began)]);
    assert_eq!(script.idle(599).told(), []);
    assert_eq!(script.idle(1).told(), [(NoticeKind::GrowthWithoutBound, NoticeState::Ended)]);
}

#[test]
fn no_growth_is_told_of_a_normal_life() {
    type Life = (&'static str, u64, fn(&mut Script));
    let lives: [Life; 7] = [
        ("one in fifty goes", 1_000_000, |script| {
            script.seconds(HOURS, |script| {
                larger(script, 1_000);
                script.delete(20);
            });
        }),
        ("a cache that fills ever more slowly", 100_000, |script| {
            script.seconds(HOURS, |script| {
                let missing = 10_000_000_u64.saturating_sub(script.map().entries);
                larger(script, missing / 800);
            });
        }),
        ("a service that starts and loads for twenty minutes", 0, |script| {
            script.seconds(1_200, |script| larger(script, 10_000)).idle(7_200);
        }),
        ("a small map", 0, |script| {
            script.seconds(3_300, |script| {
                script.assign(3);
                script.map().held_bytes = Some(2_000_000);
            });
        }),
        ("a map of few bytes", 0, |script| {
            script.seconds(1_900, |script| {
                script.assign(10);
                script.map().held_bytes = Some(999_999);
            });
        }),
        ("hardly any growth", 10_000_000, |script| {
            script.seconds(HOURS, |script| larger(script, 50));
        }),
        ("cleared every twenty minutes", 0, |script| {
            for _ in 0..9 {
                script.seconds(1_200, |script| larger(script, 1_000)).seconds(1, |script| {
                    let map = script.map();
                    (map.totals.cleared, map.entries) = (map.totals.cleared + map.entries, 0);
                });
            }
        }),
    ];
    for (name, entries, live) in lives {
        let mut script = Script::new(entries);
        live(&mut script);
        assert_eq!(of(&mut script, &GROWTH), [], "{name}");
    }
}
