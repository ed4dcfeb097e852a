#!/usr/bin/env bash
# The flight recorder costs operations nothing: instructions of the thread that changes maps, by callgrind, without the feature
# `flight`, with it, and with a recording. They may differ by a twentieth of an instruction an operation. Like ci/instructions.sh
# it does not depend on the load of the machine.
#
#   ci/flight_cost.sh
set -euo pipefail
cd "$(dirname "$0")/.."
command -v valgrind >/dev/null || { echo "flight_cost: needs valgrind: ci/setup.sh valgrind" >&2; exit 1; }

WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
target=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
# A word of the ring has eight operations of one map in a row, and one where a thread goes from map to map.
cat >"$WORK/operations.rs" <<'RUST'
use maptrace_runtime::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

#[derive(Default)]
struct Own(u64);

impl Hasher for Own {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, _: &[u8]) {}
    fn write_u64(&mut self, n: u64) {
        self.0 = n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}

type Map = HashMap<u64, u64, BuildHasherDefault<Own>>;

/// A thousand operations, on so many maps in turn: all that is counted.
#[unsafe(no_mangle)]
#[inline(never)]
fn operations_on(maps: &mut [Map]) {
    let n = maps.len() as u64;
    for i in 0..1_000 {
        let map = &mut maps[(i % n) as usize];
        if i % 8 < 6 {
            map.insert(i, i);
        } else {
            map.remove(&(i | 1 << 40));
        }
    }
}

fn main() {
    let n: usize = std::env::args().nth(1).unwrap().parse().unwrap();
    let mut maps: Vec<Map> = (0..n).map(|_| Map::default()).collect();
    maps.iter_mut().for_each(|map| (0..1_000).for_each(|i| _ = map.insert(i, i)));
    for _ in 0..200 {
        // The ring is empty, however seldom the collector comes under callgrind.
        let health = maptrace_runtime::snapshot().health.clone();
        assert_eq!(health.emitted, health.delivered);
        operations_on(&mut maps);
    }
}
RUST
for program in without with; do
    features=enable
    [ $program = without ] || features=enable,flight
    into=$target/flight-cost-$program
    cargo build --quiet --release -p maptrace-runtime --lib --features "$features" --target-dir "$into"
    rustc --edition 2024 -O "$WORK/operations.rs" -o "$WORK/$program" \
        --extern "maptrace_runtime=$into/release/libmaptrace_runtime.rlib" -L "dependency=$into/release/deps"
done

# instructions PROGRAM MAPS [VARIABLES...]: of each of 200,000 operations.
instructions() {
    rm -f "$WORK"/count*
    env "${@:3}" valgrind --tool=callgrind --toggle-collect=operations_on --callgrind-out-file="$WORK/count" \
        "$WORK/$1" "$2" >/dev/null 2>"$WORK/said" || { cat "$WORK/said" >&2; exit 1; }
    awk '/^(totals|summary):/ { n = $2 } END { printf "%.3f", n / 200000 }' "$WORK/count"
}
failed=no
for maps in 1 2; do
    without=$(instructions without "$maps")
    unused=$(instructions with "$maps")
    recorded=$(instructions with "$maps" "MAPTRACE_FLIGHT=$WORK/recordings")
    echo "operations on $maps maps in turn: $without instructions without the feature, $unused with it, $recorded with a recording"
    awk -v a="$without" -v b="$unused" -v c="$recorded" 'BEGIN { exit !(a > 10 && b - a <= 0.05 && c - a <= 0.05) }' || failed=yes
done
# It was recorded.
ls "$WORK"/recordings/*.flight >/dev/null
[ "$failed" = no ]
