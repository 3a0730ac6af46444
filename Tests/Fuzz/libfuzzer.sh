#!/usr/bin/env bash
# Guides inputs by the lines they reach (libFuzzer) and says what of the readers' sources was reached.
#   Tests/Fuzz/libfuzzer.sh [SECONDS] [KIND...]      (default: 60 seconds of root, onnx, pipeline, ntuple-schema)
# An input that ends the reader stops its kind and is kept in .build/libfuzzer/KIND.failures.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-60}
shift || true
kinds=("$@")
if [ ${#kinds[@]} = 0 ]; then kinds=(root onnx pipeline ntuple-schema); fi

# The sources of each reader. A new kind is a line here and a case of FuzzKind.
sources() {
  case "$1" in
    onnx) ls Sources/Networks/*.swift ;;
    pipeline) find Sources/Settings Sources/PipelineSpec Sources/Expressions -name '*.swift' ;;
    ntuple-schema) ls Sources/Settings/*.swift Sources/Ntuples/NtupleSchema*.swift ;;
    hdf5) ls Sources/HDF5Files/*.swift Sources/Ntuples/*.swift ;;
    root) ls Sources/ROOTFiles/*.swift ;;
    *) echo "$1 is no reader" >&2; return 1 ;;
  esac
}

tools=$(dirname "$(readlink -f "$(command -v swift)")")
out=.build/libfuzzer
mkdir -p "$out"
# A debug build: whole modules take very long to optimise with these options.
NIGHTJAR_LIBFUZZER=1 swift build -c debug --build-path "$out/build" --product nightjar-libfuzzer \
  -Xswiftc -sanitize=fuzzer -Xswiftc -profile-generate -Xswiftc -profile-coverage-mapping \
  -Xcc -fsanitize=fuzzer-no-link
program=$out/build/debug/nightjar-libfuzzer

status=0
for kind in "${kinds[@]}"; do
  corpus=$out/$kind.corpus
  failures=$out/$kind.failures
  mkdir -p "$corpus" "$failures"
  seeds=Tests/Fuzz/Corpus/$kind
  while read -r file; do cp -n "$file" "$corpus/$(echo "$file" | tr / -)"; done < <(cat "$seeds/FILES" 2>/dev/null || true)
  find "$seeds" -type f ! -name FILES ! -name '.*' ! -name '*.md' -exec cp -n {} "$corpus/" \;
  only=()
  case "$kind" in pipeline | ntuple-schema) only=(-only_ascii=0) ;; esac
  log=$out/$kind.log
  SWIFT_BACKTRACE=enable=no NIGHTJAR_FUZZ_KIND=$kind LLVM_PROFILE_FILE=$out/$kind.profraw \
    "$program" -max_total_time="$seconds" -max_len=32768 -timeout=3 -rss_limit_mb=2048 -seed=1 \
    -artifact_prefix="$failures/" -print_final_stats=1 "${only[@]}" "$corpus" >"$log" 2>&1 || {
    echo "$kind: an input ended the reader; see $log and $failures"
    status=1
    continue
  }
  "$tools/llvm-profdata" merge -sparse "$out/$kind.profraw" -o "$out/$kind.profdata"
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  mapfile -t files < <(sources "$kind")
  "$tools/llvm-cov" report "$program" -instr-profile "$out/$kind.profdata" "${files[@]}" >"$out/$kind.txt"
  echo "$kind: $runs inputs in $seconds s; lines of its sources reached: $(awk '$1 == "TOTAL" { print $10 " (" $8 - $9 " of " $8 ")" }' "$out/$kind.txt")"
done
exit $status
