#!/bin/bash
# clang-tidy with the checks of .clang-tidy finds nothing. Takes minutes. Usage: tidy.sh BUILD_FOLDER
set -eu
build=$(realpath "$1")
cd "$(dirname "$0")/../.."
run-clang-tidy-19 -quiet -p "$build" -j "$(nproc)" "^$PWD/src/.*\.cpp$" 2>&1 | grep -E 'warning:|error:' | sort -u &&
    echo "FAIL lint tidy" && exit 1
echo "PASS lint tidy"
