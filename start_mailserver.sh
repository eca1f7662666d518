#!/bin/bash
# Starts the mail server of this folder; builds its image first when there is none for these sources.
set -eu
. "$(dirname "$(readlink -f "$0")")/scripts/host/lib.sh"

usage() {
    cat <<'END'
Usage: ./start_mailserver.sh [options] [<http> <https>]

Starts the mail server with the settings in settings.env and returns when it is ready. All its state is in the folder
_server_workspace_. If it runs already, it is restarted only when the settings, the overrides, the ports or
the program changed.

  <http> <https>   ports of this host for HTTP and HTTPS; 80 and 443 if not given
  --demo           show a complete server on this machine only: no settings, no DNS, nothing to prepare.
                   Its state is in the folder _demo_workspace_.
  --foreground     stay attached and show the log, for systemd
  --update         first rebuild the image with today's packages of Debian (security updates)
  --help           this text

Exit codes: 0 it runs; 1 it does not; 2 wrong usage or bad settings.
END
}

role=server foreground='' update=''
ports=()
for word in "$@"; do
    case $word in
        --demo) role=demo ;;
        --foreground) foreground=yes ;;
        --update) update=yes ;;
        --help | -h) usage && exit 0 ;;
        *[!0-9]* | '') fail 2 "cannot understand '$word'" \
            "Usage: ./start_mailserver.sh [--demo] [--foreground] [--update] [<http> <https>]" ;;
        *) ports+=("$word") ;;
    esac
done
case ${#ports[@]} in
    0) ports=(80 443) ;;
    2) ;;
    *) fail 2 "cannot use ${#ports[@]} port(s)" "Give both, for HTTP and for HTTPS: ./start_mailserver.sh 8080 8443" ;;
esac
for port in "${ports[@]}"; do
    [[ ${#port} -le 5 && $((10#$port)) -ge 1 && $((10#$port)) -le 65535 ]] || fail 2 "cannot use port $port" \
        "A port is a number from 1 to 65535."
done

case $role in
    server)
        name=${MAILSERVER_NAME:-mailserver} settings="$repository/settings.env"
        workspace="$repository/_server_workspace_" bind=${MAILSERVER_BIND:-} stop=./stop_mailserver.sh
        [[ -f $settings ]] || fail 2 "cannot find settings.env" \
            "cp settings.env.empty settings.env, and fill in its first three settings. To look around first:" \
            "./start_mailserver.sh --demo"
        ;;
    demo)
        name=${MAILSERVER_NAME:-mailserver-demo} settings="$repository/scripts/host/demo.env"
        workspace="$repository/_demo_workspace_" bind=${MAILSERVER_BIND:-127.0.0.1} stop="./stop_mailserver.sh --demo"
        ;;
esac

image=
if [[ -n $update ]]; then update_image; else need_image; fi
checked=$(check_settings "$settings") || exit
echo "$checked"

# Network and ports. With IPv6 only where the engine hands on the client's real address: otherwise every IPv6 client
# would look like the container's gateway to the spam filter.
host_has_ipv6() {
    awk '$1 ~ /^0+$/ && $2 == "00" && $NF != "lo" { found = 1 } END { exit !found }' /proc/net/ipv6_route 2>/dev/null
}
engine_has_ipv6() {
    is_podman || [[ $("$engine" version --format '{{.Server.Version}}' | cut -d. -f1) -ge 27 ]]
}
addresses=()
if [[ -n ${MAILSERVER_NETWORK:-} ]]; then
    network=$MAILSERVER_NETWORK
    addresses=("${bind:-0.0.0.0}")
else
    network=mailserver-ipv4
    create=("$engine" network create)
    ! is_podman || create+=(--disable-dns) # the server has a resolver of its own
    [[ -n $bind ]] && addresses=("$bind") || addresses=(0.0.0.0)
    if host_has_ipv6 && engine_has_ipv6; then
        network=mailserver-ipv6
        create+=(--ipv6)
        [[ -n $bind ]] || addresses+=('[::]')
    fi
    "$engine" network inspect "$network" >/dev/null 2>&1 || "${create[@]}" "$network" >/dev/null
fi
published=()
read -ra needed <<<"$(sed -n 's/^Ports: //p' <<<"$checked")"
for port in "${needed[@]}"; do
    case $port in
        80) mapping=${ports[0]}:80 ;;
        443) mapping=${ports[1]}:443 ;;
        *) mapping=$port:$port ;;
    esac
    for address in "${addresses[@]}"; do published+=(--publish="$address:$mapping"); done
done

# Ports for proxies; for one on this host they are open to this host alone.
read -ra proxied <<<"$(sed -n 's/^Proxy ports: //p' <<<"$checked")"
for port in "${proxied[@]}"; do
    for address in "${addresses[@]}"; do published+=(--publish="$address:$port:$port"); done
done
read -ra proxied <<<"$(sed -n 's/^Loopback proxy ports: //p' <<<"$checked")"
for port in "${proxied[@]}"; do published+=(--publish="127.0.0.1:$port:$port"); done

# The operator's own configuration of the engines, names and contents. README.txt is the server's.
overrides() {
    local folder="$workspace/etc/mailserver/override"
    [[ -d $folder ]] || return 0
    (cd "$folder" && find . -mindepth 1 ! -path ./README.txt ! -type d -print | LC_ALL=C sort &&
        find . -mindepth 1 ! -path ./README.txt -type f -exec sha256sum {} + | LC_ALL=C sort)
}

backup=$(backup_folder "$checked")

# What a running container must have been started with to be left alone.
fingerprint=$({ echo "$image ${published[*]} $network $backup ${container_options[*]} ${server_options[*]}" && cat "$settings" && overrides; } |
    sha256sum | cut -c1-16)

# Names the programs that listen on a port we need. A port on all addresses clashes with the same port on any.
taken_ports() {
    have ss || return 0
    local mapping port listen line
    for mapping in "${published[@]}"; do
        [[ $mapping != *'[::]'* ]] || continue
        port=${mapping#*:} port=${port%%:*} listen=${mapping#*=} listen=${listen%%:*}
        line=$(ss -Hltnp "sport = :$port" | awk -v want="$listen" '{
            address = $4; sub(/:[0-9]+$/, "", address)
            if (want == "0.0.0.0" || address == want || address == "0.0.0.0" || address == "*" || address == "[::]") {
                program = match($0, /"[^"]+"/) ? substr($0, RSTART + 1, RLENGTH - 2) : "some program"
                print program; exit } }')
        case $line in
            '') continue ;;
            conmon | docker-proxy) line="a container" ;;
        esac
        echo "port $port on ${listen/0.0.0.0/all addresses}: $line is listening there"
    done
}

explain_taken_ports() {
    local taken
    taken=$(taken_ports)
    [[ -n $taken ]] || return 0
    fail 1 "cannot use every port the server needs" "$taken" \
        "Stop those programs, or choose other ports for HTTP and HTTPS: ./start_mailserver.sh 8080 8443 (README.md," \
        "\"Ports 80 and 443 are taken\"), or publish on one address only: MAILSERVER_BIND=127.0.0.2 $0 …"
}

last_log_lines() {
    echo "The last lines of its log:" >&2
    "$engine" logs --tail 30 "$1" 2>&1 | sed 's/^/  /' >&2 || true
}

# Shows the start until the server is ready. A server that ended is taken away: it would only end again and again.
follow_start() {
    local status=0
    "$engine" exec "$1" mailserver progress || status=$?
    [[ $status -ne 0 ]] || return 0
    if [[ $("$engine" inspect --format '{{.State.Running}} {{.RestartCount}}' "$1" 2>/dev/null) != 'true 0' ]]; then
        last_log_lines "$1"
        "$engine" stop "$1" >/dev/null 2>&1 || true
        "$engine" rm --force "$1" >/dev/null 2>&1 || true
        fail 1 "cannot start the mail server: it ended" "Nothing is lost: its state is in $workspace."
    fi
    fail 1 "cannot see the mail server become ready; it goes on trying" "See what it says: $engine logs $name" \
        "Stop it: $stop"
}

# Lets the server compare an address of this host with the one a connection from there arrives with: if they differ, it
# cannot know its clients' either, and says so.
try_client_address() {
    local own=$bind seen
    if [[ -z $own ]] && have ip; then own=$(ip -4 route get 192.0.2.1 2>/dev/null | sed -n 's/.* src \([0-9.]*\).*/\1/p'); fi
    [[ $own == *.*.*.* && $own != 127.* ]] || return 0
    # shellcheck disable=SC2016  # expanded by the inner shell
    seen=$(timeout 10 bash -c 'exec 3<>"/dev/tcp/$1/$2" &&
        printf "GET /.well-known/mailserver/client-address HTTP/1.0\r\n\r\n" >&3 && tail -n 1 <&3' \
        - "$own" "${ports[0]}" 2>/dev/null) || return 0
    [[ -z $seen ]] || "$engine" exec "$1" mailserver client-address "$own" "${seen//[^0-9a-f.:]/}" || true
}

show_demo() {
    [[ $role == demo ]] || return 0
    "$engine" exec "$1" mailserver demo || fail 1 "cannot show the demo" "See what the server says: $engine logs $name"
    printf '\nThe demo server runs on; it is reached at %s only. Stop it: %s\n' "$bind" "$stop"
}

container=$(find_container "$role")
if [[ -n $container ]]; then
    attached=$(label "$container" mailserver.foreground)
    if [[ -z $foreground && $(label "$container" mailserver.started-with) == "$fingerprint" ]]; then
        echo "The mail server is running already, with these settings. Stop it: $stop"
        follow_start "$container"
        show_demo "$container"
        exit 0
    fi
    [[ -n $foreground || -z $attached ]] || fail 1 \
        "cannot restart the mail server: it runs in the foreground elsewhere" "If systemd started it: systemctl restart mailserver"
    echo "The mail server is running already: restarting it."
    stop_container "$container"
fi
# What an unorderly end has left: the container, never its state.
leftover=$(find_container "$role" --all)
[[ -z $leftover ]] || "$engine" rm --force "$leftover" >/dev/null
explain_taken_ports

mkdir -p "$workspace"
create=("$engine" create --name="$name" --network="$network" "${container_options[@]}" "${server_options[@]}"
    "${published[@]}" --label=mailserver.repository="$repository" --label=mailserver.role="$role"
    --label=mailserver.started-with="$fingerprint" --label=mailserver.foreground="$foreground"
    "$(settings_option "$settings")" --env=MAILSERVER_HOST_ADDRESSES="$(host_addresses)"
    --env=MAILSERVER_HTTPS_PORT="${ports[1]}"
    --volume="$workspace:/host:z" ${backup:+"$backup"} --log-opt=max-size=50m)
is_podman || create+=(--log-driver=local)
[[ -n $foreground ]] && create+=(--rm) || create+=(--restart=always)
make_container() {
    "${create[@]}" "$image" && { [[ $role != server ]] || join_monitoring "$name"; }
}
said=$(make_container 2>&1) || {
    "$engine" rm --force "$name" >/dev/null 2>&1 || true
    fail 1 "cannot make the container: $said"
}
if [[ -n $foreground ]]; then
    prune_images
    exec "$engine" start --attach "$name"
fi

said=$("$engine" start "$name" 2>&1) || {
    "$engine" rm --force "$name" >/dev/null 2>&1 || true
    remedy=
    [[ $EUID -eq 0 ]] || ! is_podman || remedy="Podman opens ports below 1024 for root only: sudo $0"
    fail 1 "cannot start the container: $said" ${remedy:+"$remedy"}
}
container=$(find_container "$role" --all)
follow_start "$container"
try_client_address "$container"
prune_images
show_demo "$container"
