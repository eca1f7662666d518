#!/bin/bash
# Stops the mail server of this folder: mail it has accepted is in the workspace by then. Stopping one that does not run
# is no error: exit code 0.
set -eu
. "$(dirname "$(readlink -f "$0")")/scripts/host/lib.sh"

case "$*" in
    '') role=server ;;
    --demo) role=demo ;;
    --help | -h) echo "Usage: ./stop_mailserver.sh [--demo]" && exit 0 ;;
    *) fail 2 "cannot understand '$*'" "Usage: ./stop_mailserver.sh [--demo]" ;;
esac

container=
if find_engine; then container=$(find_container "$role" --all); fi
if [[ -z $container ]]; then
    echo "The mail server is not running."
    exit 0
fi
attached=$(label "$container" mailserver.foreground)
stop_container "$container" || fail 1 "cannot stop the mail server" "See what it says: $engine logs $container"
echo "The mail server is stopped."
[[ -z $attached ]] || echo "If systemd started it, it starts it again; to stop it for good: systemctl stop mailserver"
