#!/usr/bin/env bash
# What maptrace adds to the time of a cold build of mini-redis, all its dependencies included.
#
#   ci/compile_time.sh [ROUNDS] [CARGO BUILD'S ARGUMENTS...]      (default: 5 rounds of `cargo build`)
#
# Three copies of the published source: as it is, with the lines of `maptrace check --write` and the feature off, and
# with the feature on. All have the same versions of the crates they share. Each round builds all three from nothing, in
# turn, in the default debug profile. Printed are, after each round and as medians, wall time and CPU time (user and
# system, of cargo and all it starts), and their ratios to the plain build of the same round: on a shared machine the
# CPU time is the one to look at. Then the units that the plain build does not have, with the seconds that `cargo build
# --timings` gives them in the last round.
#
# Crates at a path are compiled incrementally, which takes longer, and those of the registry are not. maptrace comes
# from a path here, but is compiled as users get it.
#
# It fails if the CPU time with the feature on is more than 10 % above that of the plain build, or if maptrace brings
# more than 12 crates from the registry.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly ROOT=$PWD CRATE=mini-redis VERSION=0.4.1 MOST_CRATES=12 MOST_RATIO=1.10
rounds=5
if [[ ${1:-} =~ ^[0-9]+$ ]]; then
    rounds=$1
    shift
fi
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

cargo build --quiet -p maptrace-cli --bin maptrace
MAPTRACE=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')/debug/maptrace
# What the shell says of builds is not what a user's build is.
unset CARGO_TARGET_DIR CARGO_INCREMENTAL RUSTFLAGS RUSTC_WRAPPER "${!CARGO_BUILD_@}" "${!CARGO_PROFILE_@}"
cp rust-toolchain.toml "$WORK"

ci/published.sh "$CRATE" "$VERSION" "$WORK/plain"
cp -r "$WORK/plain" "$WORK/lines"
"$MAPTRACE" check --write --maptrace "$ROOT" "$WORK/lines" >/dev/null
for name in maptrace maptrace-macros maptrace-runtime; do
    printf '\n[profile.dev.package.%s]\nincremental = false\n' "$name" >>"$WORK/lines/Cargo.toml"
done
(cd "$WORK/lines" && cargo generate-lockfile --quiet && cargo fetch --quiet)
# The same versions: a lock of more than is asked for is cut down to it.
cp "$WORK/lines/Cargo.lock" "$WORK/plain/Cargo.lock"
cp -r "$WORK/lines" "$WORK/on"
mv "$WORK/lines" "$WORK/off"

# build VARIANT [ARGUMENTS...]: from nothing; prints wall and CPU seconds. Of what is built the timings alone are kept.
build() {
    local TIMEFORMAT='%R %U %S'
    cd "$WORK/$1"
    { time cargo build --quiet --timings "${@:2}" >"$WORK/log" 2>&1; } 2>"$WORK/time" ||
        { cat "$WORK/log" >&2; exit 1; }
    mv target/cargo-timings/cargo-timing.html "$WORK/$1.html"
    rm -rf target
    awk '{ print $1, $2 + $3 }' "$WORK/time"
}

# units VARIANT: name, version, target and seconds of each unit of its last build.
units() {
    tr -d '\n\\' <"$WORK/$1.html" | sed 's/.*const UNIT_DATA = \[//; s/\];.*//' |
        tr '{' '\n' | sed -n 's/.*"name": *"\([^"]*\)", *"version": *"\([^"]*\)".*"target": *"\([^"]*\)".*"duration": *\([0-9.]*\).*/\1 \2\3\t\4/p'
}

# median COLUMN QUOTIENT: of a column of the rounds, divided by another one of the same round if there is a second.
median() {
    awk -v a="$1" -v b="${2:-}" '{ print b == "" ? $a : $a / $b }' "$WORK/rounds" | sort -g |
        awk '{ v[NR] = $1 } END { m = int((NR + 1) / 2); print NR % 2 ? v[m] : (v[m] + v[m + 1]) / 2 }'
}

readonly ON=(--features trace-maps)
echo "$CRATE $VERSION, cargo build $*; $(rustc --version); $(nproc) CPUs; $(date -u '+%Y-%m-%d %H:%M UTC')"
for ((round = 1; round <= rounds; round++)); do
    plain=$(build plain "$@")
    off=$(build off "$@")
    on=$(build on "${ON[@]}" "$@")
    echo "$plain $off $on" | tee -a "$WORK/rounds" |
        awk -v n="$round" -v load="$(cut -d' ' -f1 /proc/loadavg)" '{
            printf "round %d: CPU %.1f, %.1f, %.1f s; wall %.1f, %.1f, %.1f s; ", n, $2, $4, $6, $1, $3, $5
            printf "off / plain %.3f, on / plain %.3f; load %s\n", $4 / $2, $6 / $2, load
        }'
done

printf '\n%-6s %9s %8s %9s %8s\n' build 'CPU s' ratio 'wall s' ratio
column=1
for variant in plain off on; do
    printf '%-6s %9.2f %8.3f %9.2f %8.3f\n' "$variant" "$(median $((column + 1)))" "$(median $((column + 1)) 2)" \
        "$(median "$column")" "$(median "$column" 1)"
    column=$((column + 2))
done

# syn may be shared, with more of its features; the project's own crates are expanded.
printf '\nunits (seconds, as the last builds say, of wall time and beside others)\n%-50s %6s %6s\n' '' plain on
units plain | sort >"$WORK/plain.units"
units on | sort >"$WORK/on.units"
join -t $'\t' -a 2 -e - -o 0,1.2,2.2 "$WORK/plain.units" "$WORK/on.units" |
    awk -F '\t' -v crate="$CRATE" '$2 == "-" || index($1, crate) == 1 || /^syn / { printf "%-50s %6s %6s\n", $1, $2, $3 }'

# Those of the facade by itself: what a project has already is brought all the same.
brought=$(cargo tree --quiet -p maptrace --features enable --edges normal,build --prefix none --format '{p}' |
    sed -n 's/^\([^ ]* v[^ ]*\).*/\1/p' | sort -u | grep -cv '^maptrace')
ratio=$(median 6 2)
printf '\n%s crates of the registry (at most %s), CPU ratio %.3f (at most %s)\n' "$brought" "$MOST_CRATES" "$ratio" "$MOST_RATIO"
[ "$brought" -le "$MOST_CRATES" ] && awk -v ratio="$ratio" -v most="$MOST_RATIO" 'BEGIN { exit !(ratio <= most) }'
