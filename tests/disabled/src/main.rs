//! Does all of it once and prints what came out, which is the same whatever maptrace does.

use std::collections::hash_map;

use disabled::functions::{self as does, Cache, Index, Routes, Sessions, Store};

fn main() {
    // With tracing off builder and guard are nothing, and nothing of them is in the program either.
    #[cfg(feature = "attribute")]
    let _guard = maptrace::builder()
        .enabled(true)
        .sample(2)
        .ring_bytes(4_096)
        .memory(8 << 20)
        .instances(5)
        .listen(([127, 0, 0, 1], 0).into())
        .allow_host("maps.example")
        .interval(std::time::Duration::from_millis(10))
        .report_to_file("maps.json")
        .report_at_exit()
        .start();

    let entries: Vec<(u64, u64)> = (0..1_000).map(|key| (key * 7 % 513, key)).collect();
    let mut sessions = does::collect(&entries);
    println!("collected {}", sessions.len());
    does::extend(&mut sessions, &entries);
    does::put_all(&mut sessions, &entries);
    println!(
        "put {:?}, then {:?}",
        does::insert(&mut sessions, 5, 6),
        does::read_get(&sessions, 5)
    );
    does::read_get_mut(&mut sessions, 5);
    does::entry_or_insert(&mut sessions, 5);
    println!(
        "changed to {}, removed {}",
        does::read_index(&sessions, 5),
        does::remove(&mut sessions, 5)
    );
    does::retain(&mut sessions, 300);
    let mut copy: Sessions = does::copy(&sessions);
    println!("kept {}, copied {}", sessions.len(), copy.len());
    println!(
        "odd {}, rest {}",
        does::extract_if(&mut copy),
        does::drain(&mut sessions)
    );
    does::clear(&mut copy);
    println!("cleared {}, short-lived {}", copy.is_empty(), does::short_lived(1));

    let mut words = Default::default();
    println!(
        "entry {} {} {}",
        does::entry_match(&mut words, "pear"),
        does::entry_match(&mut words, "apple"),
        does::entry_match(&mut words, "pear")
    );
    println!("iterated {}", does::read_iterate(&words));
    println!("first {:?}", does::read_first(hash_map::HashMap::from([(8, 9)]).keys()));

    let (mut left, right) = ([1, 2, 3].into_iter().collect(), [3, 4].into_iter().collect());
    println!("set {:?}", does::set_operations(&mut left, 2));
    println!("symmetric difference {}", does::set_union(&left, &right).len());

    let mut tree = (0..100).map(|key| (key, key * key)).collect();
    println!("tree {:?}", does::tree_change(&mut tree, 200));
    println!(
        "split {}, range {}",
        does::tree_split(&mut tree, 50),
        does::read_range(&tree, 90)
    );
    println!("tree set {}", does::tree_set(&mut Default::default(), "fig"));
    println!("constant {}", does::from_constant(10));
    println!("static {} {}", does::through_static(4), does::through_static(4));
    println!("lock {}", does::through_lock(&Routes::default(), "localhost"));

    let mut cache = Cache::default();
    println!(
        "fields {}, equal {}",
        does::through_fields(&mut cache, 12),
        does::through_derives(&cache)
    );
    println!("{cache:#?}");
    let mut stores = [
        Store::Sorted([(1, 2)].into_iter().collect()),
        Store::Hashed {
            entries: [(1, 3)].into_iter().collect(),
        },
    ];
    for store in &mut stores {
        println!("variant {:?}", does::through_variants(store, 1));
    }

    println!("words {}", does::count_words(&["pear", "fig", "pear"]).len());
    println!("index {:?}", Index::new(3).change(20));
    println!("trait {}, module {}", does::through_trait(1), does::inside::lately(2));
}
