use super::{WORK, work};
use crate::peers::usdt::{Usdt, attach};

#[test]
fn probes_are_counted_by_the_kernel() {
    for name in ["assign", "delete"] {
        let mut counters = match attach(&[name]) {
            Ok(counters) => counters,
            // A machine that cannot has no such row either; which it is, ci/peers.sh says.
            Err(error) => panic!("{error}"),
        };
        let read = |counters: &mut Vec<perf_event::Counter>| -> u64 {
            counters.iter_mut().map(|counter| counter.read().unwrap()).sum()
        };
        assert_eq!(read(&mut counters), 0);
        work::<Usdt>();
        assert_eq!(read(&mut counters), WORK, "{name}");
        // Threads that were started since are counted too: such are the measured ones.
        std::thread::spawn(work::<Usdt>).join().unwrap();
        assert_eq!(read(&mut counters), 2 * WORK, "{name}");
    }
}
