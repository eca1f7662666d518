#!/bin/bash
# Starts the monitoring of the mail server of this folder: a second container of the same image that keeps its metrics.
set -eu
. "$(dirname "$(readlink -f "$0")")/scripts/host/lib.sh"

usage() {
    cat <<'END'
Usage: ./start_monitoring.sh [options]

Starts a second container of the mail server's image. It keeps the server's metrics in _server_workspace_/monitoring-data
and watches them for what goes wrong; the dashboards are at https://HOSTNAME/monitoring/. It publishes no port and
reaches nothing but the mail server. Before or after the server, in any order. If it runs already, it is restarted only when
the settings or the program changed.

  --grafana [<port>]  also start Grafana, from its makers' image, with the same dashboards, on 127.0.0.1 of this host; on
                      port 3000 if not given
  --foreground        stay attached and show the log, for systemd
  --help              this text

Exit codes: 0 it runs; 1 it does not; 2 wrong usage, bad settings, or METRICS=false.
END
}

foreground='' grafana='' grafana_port=3000
while [[ $# -gt 0 ]]; do
    case $1 in
        --grafana)
            grafana=yes
            if [[ ${2:-} =~ ^[0-9]+$ ]]; then
                grafana_port=$2
                [[ ${#2} -le 5 && $((10#$2)) -ge 1 && $((10#$2)) -le 65535 ]] ||
                    fail 2 "cannot use port $2" "A port is a number from 1 to 65535."
                shift
            fi
            ;;
        --foreground) foreground=yes ;;
        --help | -h) usage && exit 0 ;;
        *) fail 2 "cannot understand '$1'" "Usage: ./start_monitoring.sh [--grafana [<port>]] [--foreground]" ;;
    esac
    shift
done

# Grafana asks for the metrics as any other program does: over HTTPS, with the login of the dashboards.
start_grafana() {
    local grafana=${MAILSERVER_NAME:-mailserver}-grafana mailserver=/etc/grafana/dashboards/mailserver said old
    old=$(find_container grafana --all)
    [[ -z $old ]] || "$engine" rm --force "$old" >/dev/null
    said=$("$engine" run --detach --restart=always --name="$grafana" --cap-drop=ALL --security-opt=no-new-privileges \
        --label=mailserver.repository="$repository" --label=mailserver.role=grafana \
        --env-file=<(grep -E '^(HOSTNAME|GF_SECURITY_ADMIN_USER|GF_SECURITY_ADMIN_PASSWORD)=.' "$settings") \
        --env=GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH=$mailserver/main.json --env=GF_ANALYTICS_REPORTING_ENABLED=false \
        --volume="$repository/dashboards/grafana/datasource.yml:/etc/grafana/provisioning/datasources/mailserver.yml:ro,z" \
        --volume="$repository/dashboards/grafana/dashboards.yml:/etc/grafana/provisioning/dashboards/mailserver.yml:ro,z" \
        --volume="$repository/dashboards:$mailserver:ro,z" --publish="127.0.0.1:$grafana_port:3000" \
        "${GRAFANA_IMAGE:-docker.io/grafana/grafana}" 2>&1) || {
        "$engine" rm --force "$grafana" >/dev/null 2>&1 || true
        fail 1 "cannot start Grafana: $said" "The dashboards of the mail server itself run without it."
    }
    echo "Grafana runs: http://127.0.0.1:$grafana_port/"
}

settings="$repository/settings.env" workspace="$repository/_server_workspace_"
name=${MAILSERVER_NAME:-mailserver}-monitoring
[[ -f $settings ]] || fail 2 "cannot find settings.env" "It is the mail server's: see README.md, \"Five minutes to a running server\"."

image=
need_image
checked=$(check_settings "$settings") || exit
url=$(sed -n 's/^Dashboards: //p' <<<"$checked")
[[ -n $url ]] || fail 2 "the monitoring is switched off: METRICS=false in settings.env"

fingerprint=$({ echo "$image ${container_options[*]}" && cat "$settings"; } | sha256sum | cut -c1-16)
container=$(find_container monitoring)
if [[ -n $container ]]; then
    attached=$(label "$container" mailserver.foreground)
    if [[ -z $foreground && $(label "$container" mailserver.started-with) == "$fingerprint" ]]; then
        echo "The monitoring is running already, with these settings."
    else
        [[ -n $foreground || -z $attached ]] || fail 1 "cannot restart the monitoring: it runs in the foreground elsewhere" \
            "If systemd started it: systemctl restart mailserver-monitoring"
        echo "The monitoring is running already: restarting it."
        stop_container "$container"
        container=
    fi
fi

"$engine" network inspect "$monitoring_network" >/dev/null 2>&1 || {
    create=("$engine" network create --internal)
    ! is_podman || create+=(--disable-dns) # the two find each other without names
    "${create[@]}" "$monitoring_network" >/dev/null
}
server=$(find_container server)
[[ -z $server ]] || join_monitoring "$server"

if [[ -z $container ]]; then
    leftover=$(find_container monitoring --all)
    [[ -z $leftover ]] || "$engine" rm --force "$leftover" >/dev/null
    mkdir -p "$workspace/monitoring-data"
    # Health checks of the image are about mail.
    run=("$engine" run --name="$name" --network="$monitoring_network" "${container_options[@]}" --no-healthcheck
        --label=mailserver.repository="$repository" --label=mailserver.role=monitoring
        --label=mailserver.started-with="$fingerprint" --label=mailserver.foreground="$foreground"
        "$(settings_option "$settings")" --volume="$workspace/monitoring-data:/host/monitoring-data:z" --log-opt=max-size=10m)
    is_podman || run+=(--log-driver=local)
    [[ -z $foreground ]] || exec "${run[@]}" --rm "$image" monitoring
    said=$("${run[@]}" --detach --restart=always "$image" monitoring 2>&1) || {
        "$engine" rm --force "$name" >/dev/null 2>&1 || true
        fail 1 "cannot start the container: $said"
    }
fi

if [[ -z $server ]]; then
    echo "The monitoring waits for the mail server: ./start_mailserver.sh"
else
    for _ in {1..120}; do
        ! "$engine" exec "$name" mailserver status >/dev/null 2>&1 || break
        sleep 0.5
    done
    "$engine" exec "$name" mailserver status >/dev/null 2>&1 ||
        fail 1 "cannot see the monitoring become ready; it goes on trying" "See what it says: $engine logs $name"
    echo "The monitoring runs. The dashboards: $url"
fi
if ! grep -q '^GF_SECURITY_ADMIN_PASSWORD=.' "$settings"; then
    echo "Nobody can log in there yet: set GF_SECURITY_ADMIN_PASSWORD in settings.env, then run ./start_mailserver.sh."
    [[ -z $grafana ]] || fail 2 "cannot start Grafana without GF_SECURITY_ADMIN_PASSWORD"
fi
[[ -z $grafana ]] || start_grafana
