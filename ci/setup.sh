#!/usr/bin/env bash
# Installs, by name, the foreign programs that the end-to-end tests talk to. What is already there is left alone.
#
#   ci/setup.sh                      everything
#   ci/setup.sh redis prometheus     only these (of: redis, prometheus, chromium, jaeger)
#
# redis       redis-cli and redis-benchmark   Debian: redis-tools
# prometheus  prometheus and promtool         Debian: prometheus (on a machine with systemd this also starts its service)
# chromium    chromium                        Debian: chromium
# jaeger      Jaeger 2, built by Go into ${XDG_CACHE_HOME:-$HOME/.cache}/maptrace/bin; many minutes, once
#
# Safe to run twice at the same time, and again after it was interrupted.
set -euo pipefail

# The module path has no /v2, so the Go proxy knows only tags of v1. This one holds `cmd/jaeger`, which is Jaeger 2.13.
readonly JAEGER="github.com/jaegertracing/jaeger@v1.76.0"
readonly CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/maptrace"

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

jaeger() {
    if [ -x "$CACHE/bin/jaeger" ]; then
        say "jaeger: present"
        return
    fi
    # Go's own installer does not put itself on PATH.
    command -v go >/dev/null || PATH="$PATH:/usr/local/go/bin"
    command -v go >/dev/null || die "jaeger: needs Go 1.21 or newer to build it, see https://go.dev/doc/install"
    say "jaeger: building with $(go version), this takes many minutes"
    # Not `go install`: it refuses a module with `replace`, and this has one.
    local source fresh="$CACHE/bin/jaeger.unfinished"
    source=$(cd "$CACHE" && go mod download -json "$JAEGER" | sed -n 's/^[[:space:]]*"Dir": "\(.*\)",*$/\1/p')
    [ -d "$source" ] || die "jaeger: the Go proxy did not deliver $JAEGER"
    mkdir -p "$CACHE/bin"
    # Built aside and renamed, so that nobody ever sees half a binary.
    CGO_ENABLED=0 go build -C "$source" -buildvcs=false -ldflags='-s -w' -o "$fresh" ./cmd/jaeger
    mv "$fresh" "$CACHE/bin/jaeger"
    say "jaeger: $CACHE/bin/jaeger"
}

mkdir -p "$CACHE"
# One setup at a time; the lock goes with the process.
exec 9>"$CACHE/setup.lock"
if ! flock --nonblock 9; then
    say "another setup is at work, waiting for it"
    flock 9
fi

[ $# -gt 0 ] || set -- redis prometheus chromium jaeger
for tool in "$@"; do
    case $tool in
        redis) debian redis-tools redis-cli redis-benchmark ;;
        prometheus) debian prometheus prometheus promtool ;;
        chromium) debian chromium chromium ;;
        jaeger) jaeger ;;
        *) die "unknown tool '$tool' (of: redis, prometheus, chromium, jaeger)" ;;
    esac
done
