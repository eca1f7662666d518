# shellcheck shell=bash
# What the host's commands share: which container engine, which image, which container. Sourcing it has no effect; no
# decision about mail is made here.
#
# Environment, all optional:
#   CONTAINER_ENGINE     docker or podman; otherwise whichever is there and works
#   MAILSERVER_NAME      the container's name; otherwise mailserver, for the demo mailserver-demo
#   MAILSERVER_BIND      the one address of this host to publish the ports on; otherwise all, for the demo 127.0.0.1
#   MAILSERVER_NETWORK   an existing container network to use instead of one of our own
#   MAILSERVER_MEMORY    the most memory the server may take, such as 4g; otherwise no limit

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
state="$repository/build/host" # the build's log, and settings for an engine that needs some
base_image=docker.io/library/debian:trixie-slim
engine=
# Between the server and its monitoring; it leads nowhere else. It is there as long as the monitoring is wanted.
monitoring_network=${MAILSERVER_NAME:-mailserver}-monitoring-internal

# What every container of the image may do and use. The limits are enough for thousands of connections, and within what
# restricted hosts allow; named both, because podman's defaults for an unnamed one are not.
# shellcheck disable=SC2034  # used by the commands that source this file
container_options=(
    # Nothing but the workspace and these two can be written: configuration, sockets and keys in use; scratch files.
    --read-only
    "--tmpfs=/run:rw,nosuid,nodev,noexec,size=64m,mode=755"
    "--tmpfs=/tmp:rw,nosuid,nodev,noexec,size=256m,mode=1777"
    --cap-drop=ALL
    --cap-add=CHOWN --cap-add=FOWNER   # the engines' files and folders, when they are made
    --cap-add=DAC_OVERRIDE             # what root does in them later: commands, lmtp, proxymap, backups
    --cap-add=SETUID --cap-add=SETGID  # every engine becomes its own user
    --cap-add=SYS_CHROOT               # Dovecot's logins, PostSRSd
    --cap-add=NET_BIND_SERVICE         # ports below 1024
    --cap-add=KILL                     # the supervisor ends what has become another user
    --security-opt=no-new-privileges
    --pids-limit=2000
    --ulimit=nofile=20000:20000
    --ulimit=nproc=20000:20000
    --stop-timeout=60
)
# Podman's health checks are timers of systemd.
[[ -d /run/systemd/system ]] || container_options+=(--no-healthcheck)
# The server's, besides: it asks its own resolver.
# shellcheck disable=SC2034
server_options=(--volume="$repository/scripts/host/resolv.conf:/etc/resolv.conf:ro,z")
[[ -z ${MAILSERVER_MEMORY:-} ]] || server_options+=(--memory="$MAILSERVER_MEMORY" --memory-swap="$MAILSERVER_MEMORY")

# fail <exit code> <what> [<remedy>…]
fail() {
    local code=$1
    printf 'error: %s\n' "$2" >&2
    shift 2
    [[ $# -eq 0 ]] || printf '%s\n' "$@" >&2
    exit "$code"
}

have() { command -v "$1" >/dev/null 2>&1; }

is_podman() { [[ $("$engine" --version 2>/dev/null) == *podman* ]]; }

# Sets `engine`; does not install anything: exit code 1 when there is none.
find_engine() {
    look_for_engine || return
    # Of its own accord it would add more folders that can be written.
    ! is_podman || container_options+=(--read-only-tmpfs=false)
}

look_for_engine() {
    [[ ! -f $state/containers.conf ]] || export CONTAINERS_CONF="$state/containers.conf"
    if [[ -n ${CONTAINER_ENGINE:-} ]]; then
        have "$CONTAINER_ENGINE" || fail 1 "cannot find the container engine '$CONTAINER_ENGINE'" \
            "CONTAINER_ENGINE names it; unset it to take docker or podman, whichever works."
        engine=$CONTAINER_ENGINE
    elif have docker && timeout 20 docker info >/dev/null 2>&1; then
        engine=docker # its client alone, without a daemon, does not count
    elif have podman; then
        engine=podman
    else
        return 1
    fi
}

# Sets `engine`; on Debian and Ubuntu installs podman when there is none.
need_engine() {
    find_engine && return
    if [[ $EUID -ne 0 ]] || ! have apt-get; then
        fail 1 "cannot find a container engine that works" \
            "Start the docker service, or install Docker or Podman. (On Debian and Ubuntu this command installs podman when" \
            "root runs it.)"
    fi
    echo "Neither docker nor podman works here: installing podman."
    install_packages podman buildah runc netavark aardvark-dns iptables
    find_engine || fail 1 "cannot find podman, though it was just installed"
}

# install_packages <name>… (Debian, Ubuntu; as root)
install_packages() {
    mkdir -p "$state"
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"; } \
        >"$state/apt.log" 2>&1 && return
    tail -n 15 "$state/apt.log" >&2
    fail 1 "cannot install $*" "The whole log is in $state/apt.log."
}

try_run() { "$engine" run --rm "$base_image" true; }

# settings_option <file>: prints the option that gives a container its settings. Not --env-file: with it the engine would
# show all passwords to whoever may ask it about the container.
settings_option() { echo "--volume=$1:/settings.env:ro,z"; }

# check_settings <file>: tells that they are good and, in the line "Ports: …", which ports to publish; or exit code 2
# and a list of what is wrong with them.
check_settings() {
    "$engine" run --rm "${container_options[@]}" --network=none --no-healthcheck "$(settings_option "$1")" "$image" \
        check-config
}

# Makes sure that a container of the base image runs. Podman's defaults do not suit every machine (control groups its
# crun cannot use, limits it may not raise); only there we give it settings of our own, in our own folder.
need_working_engine() {
    local said
    said=$(try_run 2>&1) && return
    if is_podman; then
        mkdir -p "$state"
        printf '%s\n' '[containers]' 'default_ulimits = ["nofile=20000:20000", "nproc=20000:20000"]' \
            '[engine]' 'runtime = "runc"' '[network]' 'network_backend = "netavark"' >"$state/containers.conf"
        export CONTAINERS_CONF="$state/containers.conf"
        if try_run >/dev/null 2>&1; then
            echo "Podman cannot run containers here by its defaults: using $state/containers.conf."
            return
        fi
        rm -f "$state/containers.conf"
    fi
    fail 1 "cannot run a container: $said"
}

# The image's tag: a hash of all it is made from, so that a `git pull` leads to a new image.
image_of_sources() {
    local hash
    hash=$(cd "$repository" &&
        find Dockerfile .dockerignore CMakeLists.txt CMakePresets.json cmake dashboards src -type f -print0 |
        LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-12)
    echo "mailserver:$hash"
}

image_exists() { "$engine" image inspect "$1" >/dev/null 2>&1; }

# build_image <name> [<option of build>…]: shows one line a stage; the rest is in a log.
build_image() {
    local image=$1 log="$state/build.log" began=$SECONDS line status
    shift
    local options=("$@" --tag "$image")
    ! is_podman || options+=(--format=docker) # the OCI format has no health check
    mkdir -p "$state"
    BUILDKIT_PROGRESS=plain "$engine" build "${options[@]}" "$repository" 2>&1 | tee "$log" |
        while IFS= read -r line; do
            # The Dockerfile announces its stages by "==> …"; the engines also show the commands that do so.
            case $line in
                *RUN* | *STEP*) ;;
                *'==> '*) printf '  %4d s  %s\n' $((SECONDS - began)) "${line##*==> }" ;;
            esac
        done
    status=${PIPESTATUS[0]}
    if [[ $status -ne 0 ]]; then
        tail -n 25 "$log" >&2
        fail 1 "cannot build the image $image" "The whole log is in $log."
    fi
    printf '  %4d s  image ready\n' $((SECONDS - began))
}

# Sets `engine` and `image`, and builds the image when it is not there.
need_image() {
    need_engine
    image=$(image_of_sources)
    image_exists "$image" || make_image
}

# The same, but builds it anew with today's packages of Debian.
update_image() {
    need_engine
    image=$(image_of_sources)
    make_image --fresh
}

make_image() {
    "$repository/scripts/host/base_image.sh" "$@" || exit
    need_working_engine
    echo "Building the image $image; the first time this takes some minutes."
    build_image "$image" ${1:+--no-cache} --target image
    "$engine" tag "$image" mailserver:latest
}

# Removes images of ours that nothing uses any more. Ours have a hash as their tag; what the operator tagged stays.
prune_images() {
    local old
    for old in $("$engine" image ls --filter label=mailserver.image --format '{{.Repository}}:{{.Tag}}'); do
        [[ ${old#localhost/} != "$image" && $old =~ ^(localhost/)?mailserver:[0-9a-f]{12}$ ]] || continue
        "$engine" image rm "$old" >/dev/null 2>&1 || true
    done
}

# find_container <server|demo|monitoring|grafana> [<option of ps>…]: prints the id of this checkout's container; with --all, one that does
# not run, too.
find_container() {
    local role=$1
    shift
    if [[ -n ${MAILSERVER_NAME:-} ]]; then
        local name=$MAILSERVER_NAME
        case $role in monitoring | grafana) name+=-$role ;; esac
        "$engine" ps "$@" --quiet --filter "name=^$name\$"
    else
        "$engine" ps "$@" --quiet --filter "label=mailserver.repository=$repository" \
            --filter "label=mailserver.role=$role"
    fi
}

# label <container> <name>
label() { "$engine" inspect --format "{{index .Config.Labels \"$2\"}}" "$1"; }

# Prints the id of the running server of this checkout; of its demo when only that is running.
running_container() {
    local id role
    for role in server demo; do
        id=$(find_container "$role") || return
        [[ -z $id ]] || break
    done
    head -n 1 <<<"$id"
}

# backup_folder <what check_settings told>: prints the option that shows the repository of backups to a container, when it
# is a folder outside the workspace. One that is not there, such as a disk that is not mounted, is left out: what is
# written then must not land in the container.
backup_folder() {
    local folder
    folder=$(sed -n 's/^Backup folder: //p' <<<"$1")
    [[ -z $folder || ! -d $folder ]] || echo "--volume=$folder:$folder:z"
}

# run_one_off <word>…: runs a command of the server on the workspace while the server is not running, in place of this
# program.
run_one_off() {
    local settings="$repository/settings.env" workspace="$repository/_server_workspace_" checked
    [[ -f $settings ]] || fail 2 "cannot find settings.env" \
        "cp settings.env.empty settings.env, and fill in its first three settings."
    need_image >&2
    checked=$(check_settings "$settings") || exit
    mkdir -p "$workspace"
    local folder
    folder=$(backup_folder "$checked")
    exec "$engine" run --rm "${container_options[@]}" "$(settings_option "$settings")" \
        --volume="$workspace:/host:z" ${folder:+"$folder"} "$image" "$@"
}

# The addresses of this host's interfaces, for the DNS check; none when the host cannot tell.
host_addresses() {
    if have ip; then
        ip -o addr show scope global | awk '!/ (temporary|deprecated)/ { sub("/.*", "", $4); print $4 }' | xargs
    else
        hostname -I 2>/dev/null || true
    fi
}

# join_monitoring <container>: puts it into the monitoring's network, when there is one.
join_monitoring() {
    "$engine" network inspect "$monitoring_network" >/dev/null 2>&1 || return 0
    local networks
    # shellcheck disable=SC2016  # the engine's own variables
    networks=$("$engine" inspect --format '{{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}' "$1")
    [[ " $networks " == *" $monitoring_network "* ]] || "$engine" network connect "$monitoring_network" "$1"
}

# stop_container <id>: orderly, within the grace period, then it is gone. All state is in the workspace.
stop_container() {
    "$engine" stop "$1" >/dev/null && { "$engine" rm --force "$1" >/dev/null 2>&1 || true; }
}
