#!/bin/sh
# Builds the viewer with Debian's esbuild: `build.sh OUT` leaves index.html, viewer.js, viewer.css and icon.svg there.
set -eu
out=$(mkdir -p "$1" && cd "$1" && pwd)
cd "$(dirname "$0")"
esbuild src/main.ts --bundle --alias:uplot=./vendor/uplot/uPlot.esm.js --minify --format=esm --target=chrome111,firefox121,safari17.5 --charset=utf8 \
    --legal-comments=eof --log-level=warning --outfile="$out/viewer.js"
esbuild src/style.css --bundle --minify --target=chrome111,firefox121,safari17.5 --charset=utf8 --log-level=warning \
    --outfile="$out/viewer.css"
cp src/index.html src/icon.svg "$out/"
