#!/bin/bash
# All commands of the running mail server: hands the words on to it. ./mailserver.sh help lists them.
set -eu
. "$(dirname "$(readlink -f "$0")")/scripts/host/lib.sh"

# Files of this machine, and a server that need not run.
[[ ${1:-} != import || ${2:-} == imap ]] || exec "$repository/scripts/host/import.sh" "${@:2}"

find_engine || fail 5 "cannot find a container engine, so no mail server is running" "Start it: ./start_mailserver.sh"
container=$(running_container)
# A backup is restored before the first start, too.
[[ -n $container || ${1:-} != backup ]] || run_one_off "$@"
[[ -n $container ]] || fail 5 "cannot reach the mail server: it is not running" "Start it: ./start_mailserver.sh"

# The log is the engine's: it goes in from here.
if [[ $# -eq 1 && $1 == support-bundle ]]; then
    "$engine" logs --tail 5000 "$container" 2>&1 | "$engine" exec --interactive "$container" mailserver support-bundle -
    exit
fi

enter=("$engine" exec)
for word in "$@"; do
    case $word in
        - | --password-stdin | --user | --user=*) enter+=(--interactive) ;; # data or a password on stdin
    esac
done
[[ ! -t 1 || " ${enter[*]} " == *" --interactive "* ]] || enter+=(--tty) # for the bar of something long
exec "${enter[@]}" "$container" mailserver "$@"
