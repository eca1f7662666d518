#!/bin/bash
# smoke.sh <program> <name> [<seconds>]: mutates the target's corpus for a while; fails on the first input that crashes it,
# breaks a promise, takes more than 10 s or 1 GiB. That input is kept beside the program.
set -u
here=$(dirname "$(readlink -f "$0")")
program=$1 name=$2 seconds=${3:-4}
found=$(mktemp -d)
trap 'rm -rf "$found"' EXIT
"$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=8192 -artifact_prefix="$(dirname "$program")/$name-" \
    -print_final_stats=1 "$found" "$here/corpus/$name" 2>&1 | tail -n 40
exit "${PIPESTATUS[0]}"
