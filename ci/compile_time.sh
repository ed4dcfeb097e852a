#!/usr/bin/env bash
# What maptrace adds to the time of a cold build of mini-redis, all its dependencies included.
#
#   ci/compile_time.sh [BUILDS] [CARGO BUILD'S ARGUMENTS...]      (default: 6 builds of each by `cargo build`)
#
# Three copies of the published source: as it is, with the lines of `maptrace check --write` and the feature off, and
# with the feature on. All have the same versions of the crates they share, and are built from nothing in the default debug
# profile, again and again and all three at the same time, until the slowest has been built BUILDS times; what is half
# built then is thrown away. A shared machine is now faster and now slower, in CPU time too, by more than what is to be
# measured: builds one after the other cannot tell, and those beside each other are hit alike.
#
# Each build's CPU time (user and system, of cargo and all it starts) is divided by that of the plain builds that ran
# beside it, each weighted by the time they shared. Printed is the median of these ratios, with quartiles and the interval
# in which the true median lies with 95 % confidence; of fewer than six builds, the least and the greatest and how
# sure that is. Then the units that the plain build does not have, with the wall time that `cargo build --timings` gives them
# in the last builds, beside two others.
#
# Crates at a path are compiled incrementally and linted, which takes longer, and those of the registry are not. maptrace comes
# from a path here, but is compiled as users get it.
#
# It fails if the median with the feature on is above 1.10, or if maptrace brings more than 12 crates from the registry.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly ROOT=$PWD CRATE=mini-redis VERSION=0.4.1 MOST_CRATES=12 MOST_RATIO=1.10
builds=6
if [[ ${1:-} =~ ^[1-9][0-9]*$ ]]; then
    builds=$1
    shift
fi
WORK=$(mktemp -d)
workers=()
# Each worker leads a process group of its own, with all that it has started.
stop() {
    local worker
    for worker in "${workers[@]}"; do
        kill -- "-$worker" 2>/dev/null || true
        wait "$worker" 2>/dev/null || true
    done
    workers=()
}
trap 'stop; rm -rf "$WORK"' EXIT

cargo build --quiet -p maptrace-cli --no-default-features --bin maptrace
MAPTRACE=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')/debug/maptrace
# What the shell says of builds is not what a user's build is.
unset CARGO_TARGET_DIR CARGO_INCREMENTAL RUSTFLAGS RUSTC_WRAPPER "${!CARGO_BUILD_@}" "${!CARGO_PROFILE_@}"
cp rust-toolchain.toml "$WORK"
# As cargo asks of the compiler for each crate of the registry. For all builds, so that none has less to start.
cat >"$WORK/rustc" <<'WRAPPER'
#!/bin/sh
case $CARGO_PKG_NAME in
    maptrace*) exec "$@" --cap-lints allow ;;
    *) exec "$@" ;;
esac
WRAPPER
chmod +x "$WORK/rustc"
export RUSTC_WRAPPER=$WORK/rustc

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

# build_on VARIANT [ARGUMENTS...]: from nothing, without end. A line of `VARIANT.builds` for each: when it began and ended,
# and its CPU seconds. Of what is built the timings alone are kept.
build_on() {
    local variant=$1 TIMEFORMAT='%U %S' began ended
    shift
    cd "$WORK/$variant"
    while true; do
        began=$EPOCHREALTIME
        { time cargo build --quiet --timings "$@" >"$WORK/$variant.log" 2>&1; } 2>"$WORK/$variant.time" || {
            cat "$WORK/$variant.log" >&2
            return 1
        }
        ended=$EPOCHREALTIME
        mv target/cargo-timings/cargo-timing.html "$WORK/$variant.html"
        rm -rf target
        awk -v began="$began" -v ended="$ended" '{ print began, ended, $1 + $2 }' "$WORK/$variant.time" >>"$WORK/$variant.builds"
    done
}

# units VARIANT: name, version, target and seconds of each unit of its last build.
units() {
    tr -d '\n\\' <"$WORK/$1.html" | sed 's/.*const UNIT_DATA = \[//; s/\];.*//' |
        tr '{' '\n' | sed -n 's/.*"name": *"\([^"]*\)", *"version": *"\([^"]*\)".*"target": *"\([^"]*\)".*"duration": *\([0-9.]*\).*/\1 \2\3\t\4/p'
}

# ratios VARIANT: of each of its builds, the CPU time by that of the plain builds beside it.
ratios() {
    awk 'NR == FNR { from[NR] = $1; to[NR] = $2; cpu[NR] = $3; plain = NR; next } {
        sum = weight = 0
        for (i = 1; i <= plain; i++) {
            shared = (to[i] < $2 ? to[i] : $2) - (from[i] > $1 ? from[i] : $1)
            if (shared > 0) { sum += shared * cpu[i]; weight += shared }
        }
        if (weight > 0) printf "%.4f\n", $3 * weight / sum
    }' "$WORK/plain.builds" "$WORK/$1.builds" | sort -g
}

# summary: of sorted numbers, their count, median, quartiles, and the interval of their median with its confidence in per
# cent. The k-th least and the k-th greatest hold the median unless fewer than k numbers lie on one side of it, which is as
# with tossed coins.
summary() {
    awk '
    function at(part,    place, low) {
        place = 1 + (NR - 1) * part
        low = int(place)
        return low >= NR ? v[NR] : v[low] + (place - low) * (v[low + 1] - v[low])
    }
    { v[NR] = $1 }
    END {
        term = 2 ^ -NR
        k = 1
        sure = 1 - 2 * term
        for (tail = term; k < NR / 2; k++) {
            term *= (NR - k + 1) / k
            tail += term
            if (1 - 2 * tail < 0.95) break
            sure = 1 - 2 * tail
        }
        printf "%d %.3f %.3f %.3f %.3f %.3f %.0f\n", NR, at(0.5), at(0.25), at(0.75), v[k], v[NR + 1 - k], 100 * sure
    }'
}

readonly ON=(--features trace-maps)
echo "$CRATE $VERSION, cargo build $*; $(rustc --version); $(nproc) CPUs; $(date -u '+%Y-%m-%d %H:%M UTC')"
for variant in plain off on; do
    : >"$WORK/$variant.builds"
done
set -m
build_on plain "$@" & workers+=($!)
build_on off "$@" & workers+=($!)
build_on on "${ON[@]}" "$@" & workers+=($!)
set +m
# enough: whether each has been built as often as is asked for.
enough() {
    local variant
    for variant in plain off on; do
        [ "$(wc -l <"$WORK/$variant.builds")" -ge "$builds" ] || return 1
    done
}
until enough; do
    for worker in "${workers[@]}"; do
        kill -0 "$worker" 2>/dev/null || { echo "compile_time: a build has failed" >&2; exit 1; }
    done
    sleep 1
done
stop

printf '\n%-6s %6s %8s %7s   %-16s %s\n' build builds 'CPU s' ratio quartiles 'the median lies in'
for variant in plain off on; do
    read -r count median _ < <(awk '{ print $3 }' "$WORK/$variant.builds" | sort -g | summary)
    printf '%-6s %6s %8.2f' "$variant" "$count" "$median"
    if [ "$variant" = plain ]; then
        echo
        continue
    fi
    read -r _ ratio low high from to sure < <(ratios "$variant" | summary)
    printf ' %7s   [%s, %s]   [%s, %s], %s %% sure\n' "$ratio" "$low" "$high" "$from" "$to" "$sure"
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
read -r _ ratio _ < <(ratios on | summary)
printf '\n%s crates of the registry (at most %s), CPU ratio %.3f (at most %s)\n' "$brought" "$MOST_CRATES" "$ratio" "$MOST_RATIO"
[ "$brought" -le "$MOST_CRATES" ] && awk -v ratio="$ratio" -v most="$MOST_RATIO" 'BEGIN { exit !(ratio <= most) }'
