#!/bin/bash
# Stops the monitoring of the mail server of this folder, and its Grafana; the metrics stay in the workspace. Stopping one
# that does not run is no error: exit code 0.
set -eu
. "$(dirname "$(readlink -f "$0")")/scripts/host/lib.sh"

case "$*" in
    '') ;;
    --help | -h) echo "Usage: ./stop_monitoring.sh" && exit 0 ;;
    *) fail 2 "cannot understand '$*'" "Usage: ./stop_monitoring.sh" ;;
esac

remove_network() {
    local server
    server=$(find_container server --all)
    [[ -z $server ]] || "$engine" network disconnect --force "$monitoring_network" "$server" >/dev/null 2>&1 || true
    "$engine" network rm "$monitoring_network" >/dev/null 2>&1 || true
}

container=
if find_engine; then
    grafana=$(find_container grafana --all)
    [[ -z $grafana ]] || stop_container "$grafana" || true
    container=$(find_container monitoring --all)
    if [[ -n $container ]]; then
        attached=$(label "$container" mailserver.foreground)
        stop_container "$container" || fail 1 "cannot stop the monitoring" "See what it says: $engine logs $container"
    fi
    remove_network
fi
if [[ -z $container ]]; then
    echo "The monitoring is not running."
    exit 0
fi
echo "The monitoring is stopped."
[[ -z $attached ]] || echo "If systemd started it, it starts it again; to stop it for good: systemctl stop mailserver-monitoring"
