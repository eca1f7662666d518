#!/bin/bash
# Runs the tests, on a fresh Debian as root with nothing prepared. The last line says how many passed and failed.
set -u
. "$(dirname "$(readlink -f "$0")")/scripts/host/lib.sh"

usage() {
    cat <<'END'
Usage: ./run_tests.sh [unit | threads | lint | tidy | e2e [<word of a name>…]]

Without words: unit, threads, lint and e2e. tests/README.md is the manual.

  unit             unit and golden tests and the fuzz targets, with the address and undefined behaviour sanitizers
  threads          the unit tests of what has threads, with the thread sanitizer
  lint             the rules of the house: layers, format, shellcheck, documents
  tidy             clang-tidy over all of src/: many minutes, so only when asked for
  e2e [<word>…]    the real image on networks of its own; with words, only the cases that have one in their name

Exit codes: 0 all passed; 1 some failed; 2 wrong usage.
END
}

parts=(unit threads lint e2e)
case ${1:-} in
    '') ;;
    unit | threads | lint | tidy)
        parts=("$1")
        [[ $# -eq 1 ]] || fail 2 "cannot understand '$2'" "./run_tests.sh --help"
        ;;
    e2e) parts=("$1") && shift ;;
    --help | -h) usage && exit 0 ;;
    *) fail 2 "cannot understand '$1'" "./run_tests.sh --help" ;;
esac

results="$repository/tests/results"
passed=0 failed=0
rm -rf "$results"
mkdir -p "$results"

headline() { printf '\n=== %s (%d min %02d s)\n' "$1" $((SECONDS / 60)) $((SECONDS % 60)); }

# The suite's tools come from apt; what is there already is not asked for again.
need_tools() {
    local missing=()
    /usr/bin/python3 -c 'import pytest, xdist' 2>/dev/null || missing+=(python3-pytest python3-pytest-xdist)
    have git || missing+=(git)
    have openssl || missing+=(openssl)
    /usr/bin/python3 -c 'import selenium' 2>/dev/null || missing+=(python3-selenium)
    [[ -x /usr/bin/chromium && -x /usr/bin/chromedriver ]] || missing+=(chromium chromium-driver)
    have systemd-analyze || missing+=(systemd)
    [[ ${#missing[@]} -gt 0 ]] || return 0
    if [[ $EUID -ne 0 ]] || ! have apt-get; then
        fail 1 "cannot run the tests without ${missing[*]}" "Install them, or run this as root on Debian."
    fi
    echo "Installing ${missing[*]}."
    install_packages "${missing[@]}"
}

# in_checks <command>…: runs it in the image with the compiler and the checkers. Build folders are in build/; what was
# compiled once is kept in a volume of the engine, so that another clone finds it.
in_checks() {
    # shellcheck disable=SC2154  # engine: from lib.sh
    "$engine" run --rm --network=none --ulimit=nofile=20000:20000 --ulimit=nproc=20000:20000 --volume="$repository:/source:z" --workdir=/source \
        --volume=mailserver-checks-ccache:/ccache --env=CCACHE_DIR=/ccache --env=CCACHE_MAXSIZE=3G --env=CMAKE_CXX_COMPILER_LAUNCHER=ccache \
        --env=CTEST_PARALLEL_LEVEL="$(nproc)" mailserver-checks "$@"
}

# count_ctest <log>: adds what ctest's closing line says; no such line means that it did not even build.
count_ctest() {
    local line
    line=$(grep -E '^[0-9]+% tests passed' "$1" | tail -n 1)
    if [[ $line =~ ,\ ([0-9]+)\ tests\ failed\ out\ of\ ([0-9]+) ]]; then
        failed=$((failed + BASH_REMATCH[1])) passed=$((passed + BASH_REMATCH[2] - BASH_REMATCH[1]))
    else
        failed=$((failed + 1))
    fi
}

run_unit() {
    headline "unit and golden tests and fuzz targets, with sanitizers"
    run_preset asan "$results/unit.log"
}

run_threads() {
    headline "unit tests of what has threads, with the thread sanitizer"
    run_preset tsan "$results/threads.log"
}

# run_preset <preset> <log>: builds and runs its tests, and counts them.
run_preset() {
    in_checks cmake --workflow --preset "$1" >"$2" 2>&1 || show_ctest "$2"
    grep -E '^[0-9]+% tests passed' "$2"
    count_ctest "$2"
}

# What matters of a failed run: compiler errors or the failed tests.
show_ctest() {
    grep -nE 'error:|FAILED|\*\*\*Failed|ERROR' "$1" | head -n 30
    tail -n 40 "$1"
    echo "The whole log is in $1."
}

# The program: what lint looks at beside the sources. It is the one with the sanitizers, so that nothing is built twice.
need_build() {
    in_checks sh -c 'cmake --preset asan && cmake --build --preset asan --target mailserver' >"$results/lint-build.log" 2>&1 && return
    show_ctest "$results/lint-build.log"
    failed=$((failed + 1))
    return 1
}

run_lint() {
    headline "lint"
    need_build || return
    lint all.sh
}

run_tidy() {
    headline "clang-tidy"
    need_build || return
    lint tidy.sh
}

lint() {
    in_checks bash "tests/lint/$1" build/asan 2>&1 | tee "$results/lint.log"
    passed=$((passed + $(grep -c '^PASS lint' "$results/lint.log")))
    failed=$((failed + $(grep -c '^FAIL lint' "$results/lint.log")))
}

run_e2e() {
    local words=() counts
    headline "e2e: the images"
    is_podman || fail 1 "cannot run the e2e cases with docker" "Install podman and say CONTAINER_ENGINE=podman."
    image=
    need_image
    "$engine" build --quiet --tag localhost/mailserver-e2e "$repository/tests/e2e/images" >"$results/e2e-images.log" 2>&1 || {
        tail -n 25 "$results/e2e-images.log"
        failed=$((failed + 1))
        return
    }
    headline "e2e: the cases"
    [[ $# -eq 0 ]] || words=(-k "$(printf '%s\n' "$@" | paste -sd'|' | sed 's/|/ or /g')")
    MAILSERVER_IMAGE="$image" PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 -m pytest "$repository/tests/e2e" \
        --numprocesses=3 --durations=10 --junitxml="$results/e2e.xml" "${words[@]}"
    counts=$(/usr/bin/python3 - "$results/e2e.xml" <<'END'
import sys, xml.etree.ElementTree
suite = xml.etree.ElementTree.parse(sys.argv[1]).getroot().find("testsuite")
tests, failures, errors, skipped = (int(suite.get(key)) for key in ("tests", "failures", "errors", "skipped"))
print(tests - failures - errors - skipped, failures + errors)
END
    ) || counts="0 1"
    passed=$((passed + ${counts% *})) failed=$((failed + ${counts#* }))
}

need_engine
need_tools
image_exists "$base_image" || "$repository/scripts/host/base_image.sh" || exit
need_working_engine
for part in "${parts[@]}"; do
    case $part in
        unit | threads | lint | tidy)
            if [[ -z ${checks_ready:-} ]]; then
                headline "the image with the compiler and the checkers"
                build_image mailserver-checks --target checks
                checks_ready=yes
            fi
            "run_$part"
            ;;
        e2e) run_e2e "$@" ;;
    esac
done

headline "result"
[[ $failed -eq 0 ]] && rm -rf "$results"
[[ $failed -eq 0 ]] || echo "Logs of what failed are in $results."
echo "$passed passed, $failed failed"
[[ $failed -eq 0 && $passed -gt 0 ]]
