#!/bin/sh
# Makes .build/peers, a Python environment with the programs the benchmark compares with, and
# .build/peers-zfit, one with zfit, whose TensorFlow wants its own versions.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=$here/../../../.build/peers
"${PYTHON:-python3}" -m venv "$target"
"$target/bin/pip" install -q -r "$here/requirements.txt"
"$target/bin/pip" install -q --pre ROOT || echo "no ROOT wheel for this Python: RooFit and RooStats are left out"
"${PYTHON:-python3}" -m venv "$target-zfit"
"$target-zfit/bin/pip" install -q zfit scipy || echo "no zfit for this Python: it is left out"
