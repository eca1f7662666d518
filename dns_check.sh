#!/bin/bash
# Checks the DNS records of the mail server and its domains, and prints those that are missing. The options are in
# README.md. Works whether or not the server runs.
set -eu
. "$(dirname "$(readlink -f "$0")")/scripts/host/lib.sh"

container=
if find_engine; then container=$(running_container); fi
host="--env=MAILSERVER_HOST_ADDRESSES=$(host_addresses)"
if [[ -n $container ]]; then exec "$engine" exec "$host" "$container" mailserver dns-check "$@"; fi

settings="$repository/settings.env" workspace="$repository/_server_workspace_"
[[ -f $settings ]] || fail 2 "cannot find settings.env" \
    "cp settings.env.empty settings.env, and fill in its first three settings."
image=
need_image >&2
check_settings "$settings" >/dev/null || exit
mkdir -p "$workspace"
exec "$engine" run --rm "${container_options[@]}" "$(settings_option "$settings")" "$host" \
    --volume="$workspace:/host:ro,z" "$image" dns-check "$@"
