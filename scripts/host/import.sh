#!/bin/bash
# ./mailserver.sh import …: in a container of its own on the server's workspace. Only there the old files are seen, and
# only to be read; the server itself gets no way to them, and need not run.
# Usage: scripts/host/import.sh [<word>…]
set -eu
. "$(dirname "$(readlink -f "$0")")/lib.sh"

need_engine
container=$(running_container)
if [[ -n $container ]]; then
    image=$("$engine" inspect --format '{{.Image}}' "$container")
    role=$(label "$container" mailserver.role)
else
    need_image
    role=server
fi
case $role in
    demo) settings="$repository/scripts/host/demo.env" workspace="$repository/_demo_workspace_" ;;
    *) settings="$repository/settings.env" workspace="$repository/_server_workspace_" ;;
esac
[[ -f $settings ]] || fail 2 "cannot find settings.env" "cp settings.env.empty settings.env, and fill in its first three settings."

# Files and folders of this machine are what stands behind the command, but for the values of options.
words=() mounts=() value='' number=0
for word in "$@"; do
    if [[ -n $value ]]; then
        value=''
    elif [[ $word == --user || $word == --folder ]]; then
        value=yes
    elif [[ $word != --* ]]; then
        number=$((number + 1))
        if [[ $number -gt 1 && $1 != help ]]; then
            path=$(realpath -e -- "$word" 2>/dev/null) || fail 3 "cannot find '$word' on this machine"
            [[ $path != *:* && $path != / ]] || fail 2 "cannot import '$path'" "Give it a name without a colon."
            mounts+=(--volume="$path:/import$path:ro")
            word=/import$path
        fi
    fi
    words+=("$word")
done

mkdir -p "$workspace"
run=("$engine" run --rm --no-healthcheck "${container_options[@]}" --security-opt=label=disable --network=none
    "$(settings_option "$settings")" --volume="$workspace:/host" "${mounts[@]}")
[[ ! -t 1 ]] || run+=(--tty) # for the bar
status=0
"${run[@]}" "$image" import "${words[@]}" || status=$?
[[ -z $container || $number -le 1 ]] || "$engine" exec "$container" mailserver import take-effect
exit "$status"
