use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use super::*;

/// What the maps of this thread were asked for, and what they answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Asked {
    made: u64,
    new: u64,
    replaced: u64,
    deleted: u64,
    deleted_nothing: u64,
    found: u64,
    found_nothing: u64,
    seen: u64,
    clears: u64,
    entries_new: u64,
    entries_known: u64,
    reserved: u64,
    put: u64,
}

thread_local! {
    static ASKED: RefCell<Asked> = RefCell::default();
}

fn ask(change: impl FnOnce(&mut Asked)) {
    ASKED.with_borrow_mut(change);
}

/// A map that counts what is asked of it.
struct Watched(HashMap<String, u64>);

impl Map for Watched {
    type Key = String;
    type Value = u64;

    fn with_capacity(capacity: usize) -> Self {
        ask(|asked| asked.made += 1);
        Self(HashMap::with_capacity(capacity))
    }
    fn insert(&mut self, key: String, value: u64) -> Option<u64> {
        let old = self.0.insert(key, value);
        ask(|asked| {
            *if old.is_some() {
                &mut asked.replaced
            } else {
                &mut asked.new
            } += 1
        });
        old
    }
    fn remove(&mut self, key: &String) -> Option<u64> {
        let old = self.0.remove(key);
        ask(|asked| {
            *if old.is_some() {
                &mut asked.deleted
            } else {
                &mut asked.deleted_nothing
            } += 1
        });
        old
    }
    fn get(&self, key: &String) -> Option<&u64> {
        let found = self.0.get(key);
        ask(|asked| {
            *if found.is_some() {
                &mut asked.found
            } else {
                &mut asked.found_nothing
            } += 1
        });
        found
    }
    fn each(&self, mut see: impl FnMut(&String, &u64)) {
        for (key, value) in &self.0 {
            ask(|asked| asked.seen += 1);
            see(key, value);
        }
    }
    fn clear(&mut self) {
        ask(|asked| asked.clears += 1);
        self.0.clear();
    }
    fn entry_or_insert(&mut self, key: String, value: u64) -> &mut u64 {
        let known = self.0.contains_key(&key);
        ask(|asked| {
            *if known {
                &mut asked.entries_known
            } else {
                &mut asked.entries_new
            } += 1
        });
        self.0.entry(key).or_insert(value)
    }
    fn reserve(&mut self, more: usize) {
        ask(|asked| asked.reserved += more as u64);
        self.0.reserve(more);
    }
    fn put_all(&mut self, entries: impl ExactSizeIterator<Item = (String, u64)>) {
        ask(|asked| asked.put += entries.len() as u64);
        self.0.extend(entries);
    }
}

const SIZE: usize = 60;

fn input() -> Arc<Input<String, u64>> {
    Arc::new(Input::new(SIZE, |i| (i.to_string(), i)))
}

/// What one pass asks for, after a first one that is not looked at.
fn second_pass(work: Workload) -> (Asked, Timed) {
    let mut state = State::<Watched>::new(work, input());
    state.pass();
    ASKED.set(Asked::default());
    let timed = state.pass();
    (ASKED.take(), timed)
}

#[test]
fn each_workload_does_what_it_says() {
    const N: u64 = SIZE as u64;
    let no = Asked::default();
    let expected = [
        (Workload::Grow, Asked { made: 1, new: N, ..no }, N),
        (Workload::InsertReserved, Asked { made: 1, new: N, ..no }, N),
        (Workload::Overwrite, Asked { replaced: N, ..no }, N),
        (Workload::GetHit, Asked { found: N, ..no }, N),
        (Workload::GetMiss, Asked { found_nothing: N, ..no }, N),
        (
            Workload::ChurnFifo,
            Asked {
                new: N,
                deleted: N,
                ..no
            },
            2 * N,
        ),
        (
            Workload::ChurnRandom,
            Asked {
                new: N,
                deleted: N,
                ..no
            },
            2 * N,
        ),
        // Filled before the clock is read.
        (
            Workload::DeleteAll,
            Asked {
                new: N,
                deleted: N,
                ..no
            },
            N,
        ),
        (
            Workload::ClearRefill,
            Asked {
                clears: 1,
                new: N,
                ..no
            },
            N,
        ),
        (Workload::Iterate, Asked { seen: N, ..no }, N),
        (
            Workload::ShortLived,
            Asked {
                made: AT_ONCE as u64,
                new: 3 * AT_ONCE as u64,
                ..no
            },
            AT_ONCE as u64,
        ),
        (Workload::PutLoop, Asked { made: 1, new: N, ..no }, N),
        (
            Workload::PutReserved,
            Asked {
                made: 1,
                reserved: N,
                new: N,
                ..no
            },
            N,
        ),
        (Workload::PutAll, Asked { made: 1, put: N, ..no }, N),
        (
            Workload::Cache90,
            Asked {
                found: 18 * 3,
                new: 3,
                deleted: 3,
                ..no
            },
            20 * 3,
        ),
    ];
    for (work, asked, operations) in expected {
        let (found, timed) = second_pass(work);
        assert_eq!((found, timed.operations), (asked, operations), "{work:?}");
    }
    let (found, timed) = second_pass(Workload::WordCount);
    assert_eq!(
        (found.made, found.entries_new + found.entries_known, timed.operations),
        (1, 4 * N, 4 * N)
    );
    assert!(
        found.entries_new > N / 3 && found.entries_new < N,
        "few words often, many seldom: {found:?}"
    );
    assert_eq!(expected.len() + 1, Workload::ALL.len());
}

#[test]
fn a_workload_goes_on_for_as_many_operations_as_are_asked_for_in_whole_passes() {
    for work in Workload::ALL {
        let mut state = State::<Watched>::new(work, input());
        let pass = state.pass().operations;
        for operations in [0, 1, pass, 10 * pass + 1] {
            let done = state.run(operations).operations;
            assert_eq!(done, operations.max(1).div_ceil(pass) * pass, "{work:?}");
        }
    }
}

/// After many passes the churned maps still have the entries that the next pass counts on: all operations hit.
#[test]
fn churn_never_misses_however_long_it_goes_on() {
    for work in [
        Workload::ChurnFifo,
        Workload::ChurnRandom,
        Workload::Cache90,
        Workload::DeleteAll,
    ] {
        let mut state = State::<Watched>::new(work, input());
        ASKED.set(Asked::default());
        state.run(5_000);
        let asked = ASKED.take();
        assert_eq!(
            (asked.deleted_nothing, asked.found_nothing, asked.replaced),
            (0, 0, 0),
            "{work:?}"
        );
        assert!(asked.deleted > 0);
    }
}

/// The same work on every role of every kind of map leaves the same entries.
#[test]
fn all_roles_and_kinds_of_maps_do_the_same() {
    use std::hash::RandomState;

    use crate::map::{Again, Plain, Traced};
    use maptrace_runtime as traced;

    fn entries<M: Map<Key = String, Value = u64>>() -> Vec<BTreeMap<String, u64>> {
        Workload::ALL
            .iter()
            .map(|work| {
                let mut state = State::<M>::new(*work, input());
                state.run(1_000);
                let mut entries = BTreeMap::new();
                state.map.each(|key, value| _ = entries.insert(key.clone(), *value));
                entries
            })
            .collect()
    }
    fn put_all<M: Map<Key = String, Value = u64>>() -> BTreeMap<String, u64> {
        let mut map = M::with_capacity(0);
        map.reserve(2);
        map.put_all(vec![("a".to_owned(), 1), ("b".to_owned(), 2)].into_iter());
        *map.entry_or_insert("c".to_owned(), 3) += 1;
        let mut entries = BTreeMap::new();
        map.each(|key, value| _ = entries.insert(key.clone(), *value));
        entries
    }
    let (all, put) = (entries::<Watched>(), put_all::<Watched>());
    assert_eq!(
        put.into_iter().collect::<Vec<_>>(),
        [("a".into(), 1), ("b".into(), 2), ("c".into(), 4)]
    );
    macro_rules! same {
        ($($map:ty),+ $(,)?) => {
            $(
                assert_eq!(entries::<$map>(), all, stringify!($map));
                assert_eq!(put_all::<$map>(), put_all::<Watched>(), stringify!($map));
            )+
        };
    }
    same!(
        Plain<HashMap<String, u64, RandomState>>,
        Again<HashMap<String, u64, RandomState>>,
        Traced<traced::collections::HashMap<String, u64, RandomState>>,
        Plain<hashbrown::HashMap<String, u64, RandomState>>,
        Again<hashbrown::HashMap<String, u64, RandomState>>,
        Traced<traced::hashbrown::HashMap<String, u64, RandomState>>,
        Plain<indexmap::IndexMap<String, u64, RandomState>>,
        Again<indexmap::IndexMap<String, u64, RandomState>>,
        Traced<traced::indexmap::IndexMap<String, u64, RandomState>>,
        Plain<BTreeMap<String, u64>>,
        Again<BTreeMap<String, u64>>,
        Traced<traced::collections::BTreeMap<String, u64>>,
    );
}

/// What others do on its processor is not a thread's own time. (Elsewhere there is no such clock.)
#[cfg(unix)]
#[test]
fn a_thread_that_waits_for_others_is_not_timed_where_processors_are_shared() {
    const WORK: u64 = 50_000_000;
    let clock = Clock {
        cpu: cores::thread_cpu_time(),
        begun: Instant::now(),
    };
    let working = std::thread::spawn(|| {
        let begun = cores::thread_cpu_time().unwrap();
        while cores::thread_cpu_time().unwrap() - begun < WORK {
            std::hint::spin_loop();
        }
    });
    working.join().unwrap();
    assert!(clock.begun.elapsed() >= Duration::from_nanos(WORK));
    assert!(clock.elapsed() < Duration::from_nanos(WORK), "{:?}", clock.elapsed());
}
