//! A thread that fills its ring faster than the collector comes gets a larger one, and the books stay right.

use maptrace_runtime::collections::HashMap;
use maptrace_runtime::snapshot;

use crate::alone::alone;

#[test]
fn a_thread_that_fills_its_ring_gets_a_larger_one() {
    alone(
        module_path!(),
        "a_thread_that_fills_its_ring_gets_a_larger_one",
        &[("MAPTRACE_RING_BYTES", "1k")],
        || {
            let mut map = HashMap::new();
            map.insert(0, 0_u64);
            // Small, but not young: it has a record, and no memory is taken any more but for rings.
            map.reserve(0);
            let memory = snapshot().health.memory_bytes;
            let mut assigns = 1;
            // Nobody else takes memory, and a ring of 1 KiB is full within microseconds: the collector comes late some time.
            while snapshot().health.memory_bytes == memory {
                for _ in 0..100_000 {
                    map.insert(0, assigns);
                    assigns += 1;
                }
            }
            let now = snapshot();
            let health = &now.health;
            assert!(health.memory_bytes >= memory + (4 << 10), "{health:?}");
            let site = now.map_at(file!()).expect("the map's site");
            assert_eq!(
                (site.totals.assigns_new, site.totals.assigns_replaced, site.entries),
                (1, assigns - 1, 1)
            );
            let lost: u64 = health.dropped.iter().sum();
            assert_eq!(health.emitted, health.delivered + lost + health.sampled_out);
            // It began, it got a record, and the batch of no entries is none.
            let others = health.emitted - assigns;
            assert!(others <= 3, "{health:?}");
        },
    );
}
