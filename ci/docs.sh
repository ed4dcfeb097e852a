#!/usr/bin/env bash
# The documentation builds without a warning, such as a link that leads nowhere, with tracing on and off; and what the pages
# in docs/ name as tests, by links such as [name_of_the_test](../path/of/its/file.rs), is there.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=$(grep -noE '\[[a-z0-9_]+\]\(\.\./[^)#]+\.rs\)' docs/*.md | while IFS= read -r link; do
    name=${link#*\[}
    name=${name%%\]*}
    file=${link##*\(../}
    file=${file%)}
    grep -qE "fn $name\b" "$file" 2>/dev/null || echo "docs: ${link%%:\[*}: there is no test $name in $file"
done)
if [ -n "$missing" ]; then
    echo "$missing" >&2
    exit 1
fi

export RUSTDOCFLAGS="-D warnings"
readonly CRATES=(-p maptrace -p maptrace-macros -p maptrace-runtime -p maptrace-otel -p maptrace-std)
# They turn tracing on.
readonly PROGRAMS=(-p maptrace-cli -p maptrace-bench)
cargo doc --quiet --no-deps "${CRATES[@]}"
cargo doc --quiet --no-deps "${CRATES[@]}" "${PROGRAMS[@]}" --all-features
