#!/bin/bash
# Users and aliases of the running mail server: hands the words on to it. ./user.sh help tells what there is.
set -eu
. "$(dirname "$(readlink -f "$0")")/scripts/host/lib.sh"

find_engine || fail 5 "cannot find a container engine, so no mail server is running" "Start it: ./start_mailserver.sh"
container=$(running_container)

if [[ -z $container ]]; then
    case ${1:-help} in
        help | --help | -h)
            image=$(image_of_sources)
            image_exists "$image" || fail 5 "cannot show more yet: the mail server was never started" \
                "Start it: ./start_mailserver.sh"
            exec "$engine" run --rm "${container_options[@]}" --network=none --no-healthcheck \
                "$(settings_option "$repository/scripts/host/demo.env")" "$image" user help
            ;;
    esac
    fail 5 "cannot reach the mail server: it is not running" "Start it: ./start_mailserver.sh"
fi

# A password on the command line is handed on through stdin: the host's list of processes shows our words to everybody.
# The password is the third word that is no option. A fourth, which is a mistake, is not handed on either, but counted.
words=() password='' plain=0 stdin='' options_end=''
for word in "$@"; do
    if [[ -z $options_end && $word == --* ]]; then
        case $word in
            --) options_end=yes ;;
            --password-stdin) stdin=given ;;
        esac
        words+=("$word")
        continue
    fi
    plain=$((plain + 1))
    if [[ $plain -le 2 ]]; then words+=("$word"); fi
    if [[ $plain -eq 3 ]]; then password=$word; fi
done
enter=("$engine" exec --env=MAILSERVER_CONTAINER_ID="${container:0:12}")
run=(mailserver user)

if [[ $plain -eq 3 && -z $stdin && ${1:-} =~ ^(add|passwd)$ ]]; then
    printf '%s\n' "$password" |
        "${enter[@]}" --interactive "$container" "${run[@]}" "$1" --password-stdin "${words[@]:1}"
    exit
fi
for ((; plain > 2; plain--)); do words+=('(hidden)'); done
[[ $stdin != given ]] || enter+=(--interactive)
exec "${enter[@]}" "$container" "${run[@]}" "${words[@]}"
