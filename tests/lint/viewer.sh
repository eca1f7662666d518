#!/bin/bash
# The viewer is sound to the type checker, its functions do what their tests say, and it stays small.
set -eu
cd "$(dirname "$0")/../../dashboards/viewer"
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
tsc -p .
esbuild tests/pure.test.ts --bundle --platform=node --format=esm --log-level=warning --outfile="$out/pure.test.mjs"
node --test "$out" > "$out/log" 2>&1 || { cat "$out/log"; exit 1; }
tests=$(sed -n 's/^.* tests \([0-9]*\)$/\1/p' "$out/log")
mkdir "$out/built"
./build.sh "$out/built"
size=$(cat "$out"/built/* | gzip -9 | wc -c)
[ "$size" -le 60000 ] || { echo "the viewer has $size octets compressed; 60000 are allowed"; exit 1; }
echo "$tests tests pass, $size octets compressed"
