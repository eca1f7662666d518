#!/bin/bash
# smoke.sh <program> <name> [<seconds>]: mutates the target's corpus, some hundred times always in the same way, or for so many
# seconds anew each time; fails on the first input that crashes it, breaks a promise, takes more than 10 s or 1 GiB. That input
# is kept beside the program.
set -u
here=$(dirname "$(readlink -f "$0")")
program=$1 name=$2
length=(-seed=1 -runs=1000)
[[ $# -lt 3 ]] || length=("-max_total_time=$3")
found=$(mktemp -d)
trap 'rm -rf "$found"' EXIT
"$program" "${length[@]}" -timeout=10 -rss_limit_mb=1024 -max_len=8192 -artifact_prefix="$(dirname "$program")/$name-" \
    -print_final_stats=1 "$found" "$here/corpus/$name" 2>&1 | tail -n 40
exit "${PIPESTATUS[0]}"
