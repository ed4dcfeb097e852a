# shellcheck shell=bash
# What the official test suites share; sourced by ci/suites/NAME.sh, never run.
#
# A suite is a crate that is written when it is run, under $WORK: the tests as they are published, and a crate `subject`
# that stands for what they test. That crate gives out the original's items, or with its feature `traced` ours; nothing
# else differs between the two runs. Nothing of it is ever copied into the repository. SUITES_TARGET is a folder to keep
# what is built.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

readonly ROOT=$PWD
WORK=$(mktemp -d)
readonly WORK
trap 'rm -rf "$WORK"' EXIT
# The results are read below.
export CARGO_TERM_COLOR=never CARGO_TARGET_DIR=${SUITES_TARGET:-$WORK/target}

# published NAME VERSION: gets the published source of a crate, and says where it is.
published() {
    "$ROOT/ci/published.sh" "$1" "$2" "$WORK/published-$1" && echo "$WORK/published-$1"
}

# locked NAME: the version of a crate that maptrace itself has by our Cargo.lock. Where there are several, the list of its
# dependencies says which.
locked() {
    local version
    version=$(awk -v name="$1" '{ gsub(/[",]/, "") }
        $1 == "name" { package = $3 }
        $1 == "version" && package == name { only = $3 }
        $1 == name && package == "maptrace" { depends = 1; version = $2 }
        END { if (depends) print version ? version : only }' "$ROOT/Cargo.lock")
    [ -n "$version" ] || { echo "suite: there is no $1 among the dependencies of maptrace in Cargo.lock" >&2; return 1; }
    echo "$version"
}

# subject ALIAS ORIGINAL TRACED FEATURES DEPENDENCIES: writes the crate `subject` and the manifest of $WORK/suite, whose
# tests see `subject` as ALIAS. ORIGINAL and TRACED are paths, FEATURES those of maptrace, and DEPENDENCIES lines of a
# manifest, before and after a line `--`: what `subject` needs for ORIGINAL, and what the tests need.
subject() {
    local needs=${5%%--*} tests=${5#*--}
    mkdir -p "$WORK/subject/src" "$WORK/suite/src" "$WORK/suite/tests"
    cat >"$WORK/subject/Cargo.toml" <<END
[package]
name = "subject"
version = "0.0.0"
edition = "2021"
[features]
traced = ["maptrace/enable"]
[dependencies]
maptrace = { path = "$ROOT", default-features = false, features = [$4] }
$needs
[workspace]
END
    cat >"$WORK/subject/src/lib.rs" <<END
#[cfg(not(feature = "traced"))]
pub use $2::*;
#[cfg(feature = "traced")]
pub use $3::*;
END
    cat >"$WORK/suite/Cargo.toml" <<END
[package]
name = "suite"
version = "0.0.0"
edition = "2024"
[features]
default = ["std"]
std = []
traced = ["$1/traced"]
[dependencies]
$1 = { package = "subject", path = "../subject" }
$tests
[profile.dev]
debug = false
[workspace]
END
    : >"$WORK/suite/src/lib.rs"
}

# without FILE NAME...: prints a file but for the functions and modules of these names, with their attributes and
# comments. For source that rustfmt has laid out. A name that is not there is an error: it need not be excluded.
without() {
    local file=$1
    shift
    awk -v file="$file" -v names="$*" '
        BEGIN { split(names, list, " "); for (i in list) out[list[i]] }
        skipping { if ($0 == last) skipping = 0; next }
        /^ *(#\[|\/\/)/ { held = held $0 "\n"; next }
        /^ *(pub |pub\(crate\) )?(fn|mod) / {
            match($0, /(fn|mod) [a-z_0-9]+/)
            name = substr($0, RSTART, RLENGTH)
            sub(/^(fn|mod) /, "", name)
            if (name in out) {
                found[name]
                held = ""
                match($0, /^ */)
                last = substr($0, 1, RLENGTH) "}"
                skipping = $0 !~ /}$/
                next
            }
        }
        { printf "%s", held; held = ""; print }
        END {
            printf "%s", held
            for (name in out) if (!(name in found)) {
                print "suite: " file " has no " name " to exclude" >"/dev/stderr"
                failed = 1
            }
            exit failed
        }' "$file"
}

# examples < SOURCE: prints a library whose doc tests are those of the source, but for those of unstable features.
examples() {
    awk '
        function flush() {
            if (block ~ /```/ && block !~ /#!\[feature/) printf "%spub struct Example%d;\n", block, ++count
            block = ""
        }
        /^ *\/\/[\/!]( |$)/ { sub(/^ *\/\/[\/!]/, "///"); block = block $0 "\n"; next }
        { flush() }
        END { flush() }'
}

# outcome LOG ok|FAILED: the names of the tests that came out so, each after its program.
outcome() {
    awk -v outcome="$2" '/^ +Running / { program = $2 == "unittests" ? $3 : $2 }
        /^ +Doc-tests / { program = "doc" }
        /^test .* \.\.\. / && $NF == outcome {
            sub(/^test /, "")
            sub(/( - should panic| - compile fail| - compile)? \.\.\. [a-zA-Z]+$/, "")
            print program, $0
        }' "$1" | sort
}

# run original|traced: runs the tests of $WORK/suite and leaves a log.
run() {
    local features=()
    [ "$1" = original ] || features=(--features traced)
    MAPTRACE_REPORT=json cargo test --no-fail-fast --manifest-path "$WORK/suite/Cargo.toml" "${features[@]}" \
        >"$WORK/$1.log" 2>&1 || true
    outcome "$WORK/$1.log" ok >"$WORK/$1.passed"
}

# compare NAME VERSION: runs the tests on the original and on ours, and prints the line. Fails if the tests that pass
# are not the same, if one fails on the original, which then says nothing of ours, or if nothing was tested or recorded.
compare() {
    local status=0 result=SAME
    cd "$ROOT" # for its toolchain
    run original
    run traced
    if ! cmp -s "$WORK/original.passed" "$WORK/traced.passed"; then
        result=DIFFERENT status=1
    fi
    echo "suite: $1 $2 original $(wc -l <"$WORK/original.passed") passed," \
        "traced $(wc -l <"$WORK/traced.passed") passed, $result"
    comm -23 "$WORK/original.passed" "$WORK/traced.passed" | sed 's/^/  the original alone passes: /'
    comm -13 "$WORK/original.passed" "$WORK/traced.passed" | sed 's/^/  ours alone passes: /'
    if [ -n "$(outcome "$WORK/original.log" FAILED)" ]; then
        outcome "$WORK/original.log" FAILED | sed 's/^/  the original fails: /'
        status=1
    fi
    if ! [ -s "$WORK/original.passed" ]; then
        echo "suite: $1: not one test passed on the original" >&2
        status=1
    fi
    if ! grep -q '"created":[1-9]' "$WORK/traced.log"; then
        echo "suite: $1: no map was recorded, so the traced run has tested something else" >&2
        status=1
    fi
    if [ $status != 0 ]; then
        grep -h -E -A 12 '^error(\[|:)|panicked at' "$WORK/original.log" "$WORK/traced.log" | head -200 >&2 || true
    fi
    return $status
}
