#!/usr/bin/env bash
# Makes a node die as if it lost power: fail-node.sh FOLDER NODE
#
# Its slurmd, step daemons and their jobs are killed at once. Slurm is told, so that it need not find
# out by itself, which takes it half a minute.
set -uo pipefail
folder=$(cd "$1" && pwd -P) node=$2
export SLURM_CONF=$folder/etc/slurm.conf
kill -KILL "$(cat "$folder/run/slurmd.$node.pid")"
rm -f "$folder/run/slurmd.$node.pid"
# A step daemon holds the log of its node open. It goes first, or it reports its task's end.
for _ in 1 2 3; do
  for process in /proc/[0-9]*; do
    [ "$(cat "$process/comm" 2>/dev/null)" = slurmstepd ] || continue
    ls -l "$process/fd" 2>/dev/null | grep -q "$folder/log/slurmd.$node.log" || continue
    children=$(cat "$process"/task/*/children 2>/dev/null)
    kill -KILL "${process#/proc/}" 2>/dev/null
    for child in $children; do kill -KILL -- "-$child" 2>/dev/null || kill -KILL "$child"; done
  done
  sleep 0.1
done
scontrol update NodeName="$node" State=DOWN Reason=test
