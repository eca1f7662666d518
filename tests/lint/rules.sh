#!/bin/bash
# The alert rules and the store's configuration are valid, and each rule's unit tests pass.
set -eu
cd "$(dirname "$0")/../../dashboards"
log=$(mktemp) scratch=$(mktemp -d)
trap 'rm -rf "$log" "$scratch"' EXIT
quietly() { "$@" > "$log" 2>&1 || { cat "$log"; exit 1; }; }
quietly vmalert -dryRun -rule=rules/mail.yml
quietly victoria-metrics -dryRun -promscrape.config=scrape.yml -promscrape.config.strictParse -storageDataPath="$scratch"
here=$PWD
cd "$scratch"
quietly vmalert-tool unittest --files="$here/rules/*_test.yml"
echo "the rules' tests pass"
