#!/usr/bin/env bash
# The figures of mapbench, all of them: JSON, charts in SVG and tables in Markdown. When all is built it takes nine minutes on
# two cores, with nothing else at work on the machine.
#
#   ci/performance.sh [--small] [--without-peers] [--write] [FOLDER]      (default: target/performance)
#
# run.*           every workload, granularity, hasher, size, map, key and number of threads, beside the plain map; the row
#                 `off` is by a program that was built without tracing
# peers.*         maptrace beside other ways to record each operation (ci/peers.sh)
# instructions.*  instructions an operation, by callgrind (ci/instructions.sh), if valgrind is there
#
# --small           a few rounds of few operations: whether all of it works, in a minute of processor time. Its figures say nothing.
# --without-peers   the crates of the peers take a network and many minutes to build
# --write           puts charts and tables into docs/images/performance and docs/performance.md, in place of those of the last run
set -euo pipefail
small=no peers=yes write=no folder=target/performance
for argument; do
    case $argument in
        --small) small=yes ;;
        --without-peers) peers=no ;;
        --write) write=yes ;;
        -*) echo "performance: what is $argument? See the head of $0" >&2; exit 2 ;;
        *) folder=$argument ;;
    esac
done
folder=$(realpath -m "$folder")
cd "$(dirname "$0")/.."
mkdir -p "$folder"
target=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
over=no effort=() peers_effort=(--rounds 15 --operations 20k)
if [ "$small" = yes ]; then
    effort=(--rounds 3 --operations 2k) peers_effort=(--rounds 3 --operations 2k)
fi

# All that is built is built first, so that the machine is at rest afterwards.
cargo build --quiet --release -p maptrace-bench --no-default-features --features matrix
cp "$target/release/mapbench" "$folder/mapbench-off"
cargo build --quiet --release -p maptrace-bench
[ "$peers" = no ] || ci/peers.sh --untested --list >/dev/null
began=$SECONDS

"$target/release/mapbench" --documented "${effort[@]}" --off-program "$folder/mapbench-off" --json="$folder/run.json" \
    --html "$folder/run.html" --charts "$folder/charts" --markdown "$folder/run.md" >"$folder/run.txt"
echo "performance: run: $((SECONDS - began)) s"
if [ "$peers" = yes ]; then
    ci/peers.sh --untested --workload insert_reserved,overwrite,churn_fifo,delete_all,word_count --hasher std,foldhash --size 1k \
        "${peers_effort[@]}" --json="$folder/peers.json" --markdown "$folder/peers.md" >"$folder/peers.txt"
    echo "performance: peers: $((SECONDS - began)) s"
fi
if command -v valgrind >/dev/null; then
    ci/instructions.sh --json="$folder/instructions.json" >"$folder/instructions.txt" || over=yes
else
    echo "performance: without instructions, for want of valgrind" >&2
fi

if [ "$write" = yes ]; then
    mkdir -p docs/images/performance
    cp "$folder"/charts/*.svg docs/images/performance/
    {
        echo "## One run of all"
        echo
        echo "\`ci/performance.sh --write\` on $(date -u +%F); machine, load and noise are below the tables."
        for name in workloads variants maps keys sizes threads; do
            chart=$folder/charts/$name.svg
            title=$(sed -n 's:.*<title>\(.*\)</title>.*:\1:p;T;q' "$chart")
            printf '\n![%s](images/performance/%s)\n' "$title" "$(basename "$chart")"
        done
        echo
        cat "$folder/run.md"
        [ ! -e "$folder/peers.md" ] || { printf '\n### Beside peers, in this run\n\n'; sed 's/^###* /#### /' "$folder/peers.md"; }
        echo
    } >"$folder/section.md"
    # In place of the last one, or before what is not good yet.
    awk -v section="$folder/section.md" '
        function put() { while ((getline line < section) > 0) print line; done = 1 }
        /^## One run of all$/ { put(); skipping = 1; next }
        /^## / { if (skipping) skipping = 0; else if (!done && /^## What is not good yet$/) put() }
        !skipping
    ' docs/performance.md >"$folder/performance.md"
    cp "$folder/performance.md" docs/performance.md
    echo "performance: docs/performance.md and docs/images/performance are written"
fi
echo "performance: $folder: $((SECONDS - began)) s"
[ "$over" = no ] || { tail -n 20 "$folder/instructions.txt" >&2; exit 1; }
