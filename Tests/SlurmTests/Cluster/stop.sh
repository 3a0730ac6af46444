#!/usr/bin/env bash
# Stops what start.sh started: stop.sh FOLDER [--keep-munge]
set -u
folder=$(cd "$1" && pwd -P)
end() { # end PIDFILE NAME
  local pid
  pid=$(cat "$1" 2>/dev/null) || return 0
  [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = "$2" ] || return 0
  kill "$pid"
  for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || return 0; sleep 0.1; done
  kill -KILL "$pid"
}
for file in "$folder"/run/slurmd.*.pid; do end "$file" slurmd; done
end "$folder/run/slurmctld.pid" slurmctld
[ "${2:-}" = --keep-munge ] || end "$folder/run/munged.pid" munged
