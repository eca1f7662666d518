#!/bin/bash
# All commands of the running mail server: hands the words on to it. ./mailserver.sh help lists them.
set -eu
. "$(dirname "$(readlink -f "$0")")/scripts/host/lib.sh"

find_engine || fail 5 "cannot find a container engine, so no mail server is running" "Start it: ./start_mailserver.sh"
container=$(running_container)
[[ -n $container ]] || fail 5 "cannot reach the mail server: it is not running" "Start it: ./start_mailserver.sh"

enter=("$engine" exec)
for word in "$@"; do
    case $word in
        - | --password-stdin | --user | --user=*) enter+=(--interactive) ;; # data or a password on stdin
    esac
done
[[ ! -t 1 || " ${enter[*]} " == *" --interactive "* ]] || enter+=(--tty) # for the bar of something long
exec "${enter[@]}" "$container" mailserver "$@"
