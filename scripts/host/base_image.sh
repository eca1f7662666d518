#!/bin/bash
# Provides the base image: what the engine has, else from the registry, else made from Debian's packages.
# Usage: scripts/host/base_image.sh [--fresh]   (--fresh: even if the engine has one)
set -eu
. "$(dirname "$(readlink -f "$0")")/lib.sh"

need_engine
if [[ ${1:-} != --fresh ]] && image_exists "$base_image"; then exit 0; fi

# A machine without a way to the registry learns so within seconds; behind a proxy only the pull itself can tell.
registry_answers() {
    [[ -n ${https_proxy:-}${HTTPS_PROXY:-} ]] || timeout 5 bash -c '</dev/tcp/registry-1.docker.io/443' 2>/dev/null
}

mkdir -p "$state"
if registry_answers; then
    echo "Fetching the base image $base_image."
    if timeout 300 "$engine" pull "$base_image" >"$state/pull.log" 2>&1; then exit 0; fi
fi

echo "No image registry can be reached: making the base image from Debian's packages."
if ! have mmdebstrap; then
    if [[ $EUID -ne 0 ]] || ! have apt-get; then
        fail 1 "cannot make the base image: mmdebstrap is not installed" \
            "Install it, or give this machine a way to docker.io."
    fi
    echo "Installing mmdebstrap."
    install_packages mmdebstrap debian-archive-keyring
fi
archive=$(mktemp "${TMPDIR:-/var/tmp}/mailserver-base.XXXXXX.tar")
trap 'rm -f "$archive"' EXIT
mmdebstrap --variant=minbase --include=ca-certificates \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    trixie "$archive" >"$state/mmdebstrap.log" 2>&1 || {
    tail -n 15 "$state/mmdebstrap.log" >&2
    fail 1 "cannot make the base image" "The whole log is in $state/mmdebstrap.log."
}
said=$("$engine" import "$archive" "$base_image" 2>&1) || fail 1 "cannot import the base image: $said"
