#!/bin/bash
# Runs every lint but the slow tidy.sh; the last line of each verdict is "PASS lint <name>" or "FAIL lint <name>".
# Usage: all.sh BUILD_FOLDER
set -u
here=$(dirname "$0")
failed=0

check() {
    local name=$1 said
    shift
    if said=$("$@" 2>&1); then
        printf 'PASS lint %s: %s\n' "$name" "$(tail -n 1 <<<"$said")"
    else
        printf '%s\nFAIL lint %s\n' "$said" "$name"
        failed=1
    fi
}

check layers python3 "$here/layers.py" "$1"
check walls python3 "$here/walls.py"
check globals python3 "$here/globals.py" "$1"
check words python3 "$here/words.py"
check shell bash "$here/shell.sh"
check format bash "$here/format.sh"
check dashboards python3 "$here/dashboards.py"
check viewer bash "$here/viewer.sh"
check rules bash "$here/rules.sh"
check documented python3 "$here/documented.py" "$1"
exit $failed
