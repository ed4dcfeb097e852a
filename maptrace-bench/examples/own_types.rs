//! A benchmark of one's own key, value and hasher: `cargo run --release --example own_types -- --quick`.
//!
//! In a project of your own the file goes to `benches/`, with `harness = false` in Cargo.toml.

use std::hash::{BuildHasherDefault, Hasher};

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct UserId([u8; 12]);

#[derive(Clone)]
#[expect(dead_code, reason = "it is only stored")]
struct Session {
    name: String,
    visits: u32,
}

/// The hash of "FNV-1a": short keys, no defence against chosen ones.
#[derive(Clone)]
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xCBF2_9CE4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3);
        }
    }
}

fn session(i: u64) -> (UserId, Session) {
    let mut id = [0; 12];
    id[..8].copy_from_slice(&i.to_le_bytes());
    (
        UserId(id),
        Session {
            name: format!("user {i}"),
            visits: 0,
        },
    )
}

maptrace_bench::bench_map! {
    "sessions": HashMap<UserId, Session, BuildHasherDefault<Fnv>>, session;
    "sessions": BTreeMap<UserId, Session>, session;
    "visits": hashbrown<u32, u64>, |i| (i as u32, i);
}
