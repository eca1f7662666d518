#!/bin/sh
# Starts Valkey (configuration, folder of its data). After a power cut the end of its log may be zeros or something else,
# and Valkey does not come up with that: what cannot be read is taken off first, or, when that is not possible, put aside.
config=$1
log=$2/appendonlydir
manifest=$log/appendonly.aof.manifest

good() { grep -q '^file ' "$manifest" && valkey-check-aof "$manifest" >/dev/null 2>&1; }

if [ -e "$manifest" ] && ! good; then
    echo y | valkey-check-aof --fix "$manifest" >/dev/null 2>&1
    if good; then
        echo "what was written last was damaged and has been removed: the filter has forgotten what it learned last"
    else
        echo "$log is damaged and has been put aside, its name ends in .damaged: the filter has forgotten what it learned"
        rm -rf "$log.damaged"
        mv "$log" "$log.damaged"
    fi
fi
exec /usr/bin/valkey-server "$config"
