#!/bin/bash
# Every shell script of the repository is clean by shellcheck.
set -eu
cd "$(dirname "$0")/../.."
mapfile -t scripts < <(find . -name '*.sh' -not -path './build/*' -not -path './_*_workspace_/*' | sort)
shellcheck --external-sources --source-path=SCRIPTDIR "${scripts[@]}"
echo "${#scripts[@]} shell scripts are clean"
