#!/usr/bin/env bash
# Starts a private Slurm on this machine, on loopback alone: start.sh FOLDER [NODES [CPUS [MB]]]
#
# Writes keys, configuration, state and logs below FOLDER and prints "export SLURM_CONF=...".
# Started again on the same FOLDER it starts what is not running. Needs root and the Debian packages
# slurm-wlm and munge. Every node is a slurmd of its own; nodes may claim more than the machine has.
set -euo pipefail
folder=$1 nodes=${2:-3} cpus=${3:-2} memory=${4:-2000}
fail() { echo "start.sh: $*" >&2; exit 1; }
[ "$(id -u)" = 0 ] || fail "needs root"
PATH=$PATH:/usr/sbin:/sbin
for tool in munged slurmctld slurmd sinfo; do
  command -v $tool >/dev/null || fail "$tool is missing: apt-get install slurm-wlm munge"
done
mkdir -p "$folder"/{etc,run,state,spool,log,munge}
folder=$(cd "$folder" && pwd -P)
chmod 755 "$folder" "$folder"/*
chmod 700 "$folder/munge"
export SLURM_CONF=$folder/etc/slurm.conf
runs() { # runs PIDFILE NAME
  local pid
  pid=$(cat "$1" 2>/dev/null) && [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = "$2" ]
}

[ -s "$folder/munge/key" ] || (umask 077 && head -c 128 /dev/urandom >"$folder/munge/key")
if ! runs "$folder/run/munged.pid" munged; then
  rm -f "$folder"/run/munge*
  munged --force --key-file="$folder/munge/key" --seed-file="$folder/munge/seed" \
    --log-file="$folder/log/munged.log" --pid-file="$folder/run/munged.pid" \
    --socket="$folder/run/munge.socket" 2>>"$folder/log/munged.log" || fail "munged: $folder/log"
fi

host=$(hostname -s 2>/dev/null || hostname)
if [ ! -s "$SLURM_CONF" ]; then
  port=17000
  while (for p in $(seq $port $((port + nodes))); do (exec 3<>/dev/tcp/127.0.0.1/$p) 2>/dev/null && exit 0; done; exit 1); do
    port=$((port + 50))
  done
  {
    cat <<CONF
ClusterName=nightjar
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=$folder/run/munge.socket
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=1
JobAcctGatherParams=OverMemoryKill
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/filetxt
JobCompLoc=$folder/log/jobcomp.log
SwitchType=switch/none
MpiDefault=none
MailProg=/bin/true
SlurmdParameters=config_overrides
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool/%n
SlurmctldPidFile=$folder/run/slurmctld.pid
SlurmdPidFile=$folder/run/slurmd.%n.pid
SlurmctldLogFile=$folder/log/slurmctld.log
SlurmdLogFile=$folder/log/slurmd.%n.log
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
DefMemPerCPU=500
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=0,bf_interval=1
ReturnToService=2
JobRequeue=1
SlurmctldTimeout=30
SlurmdTimeout=10
MessageTimeout=10
KillWait=3
MinJobAge=300
MaxArraySize=10001
MaxJobCount=20000
CONF
    for i in $(seq "$nodes"); do
      echo "NodeName=n$i NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + i)) CPUs=$cpus RealMemory=$memory"
    done
    echo "PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP OverSubscribe=NO"
  } >"$SLURM_CONF"
  echo "# none" >"$folder/etc/cgroup.conf"
fi
if ! runs "$folder/run/slurmctld.pid" slurmctld; then
  rm -f "$folder/run/slurmctld.pid"
  slurmctld -f "$SLURM_CONF" || fail "slurmctld: $folder/log"
fi
for node in $(sed -n 's/^NodeName=\([^ ]*\).*/\1/p' "$SLURM_CONF"); do
  mkdir -p "$folder/spool/$node"
  if ! runs "$folder/run/slurmd.$node.pid" slurmd; then
    rm -f "$folder/run/slurmd.$node.pid"
    slurmd -f "$SLURM_CONF" -N "$node" || fail "slurmd $node: $folder/log"
  fi
done
for _ in $(seq 300); do
  up=$(sinfo -h -N -o %T 2>/dev/null | grep -cE '^(idle|mixed|allocated|completing)$' || true)
  if [ "$up" = "$(grep -c ^NodeName= "$SLURM_CONF")" ]; then
    echo "export SLURM_CONF=$SLURM_CONF"
    exit 0
  fi
  sleep 0.2
done
fail "the nodes did not come up: $folder/log"
