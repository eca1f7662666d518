#!/bin/bash
# Every C++ file is as clang-format would write it.
set -eu
cd "$(dirname "$0")/../.."
mapfile -t files < <(find src tests -name '*.cpp' -o -name '*.h' | sort)
clang-format --dry-run --Werror "${files[@]}" || { echo "To put it right: clang-format -i <file>"; exit 1; }
echo "${#files[@]} files are formatted"
