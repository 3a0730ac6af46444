"""Writes fourmuon_scores.bin: what ONNX Runtime makes of the five networks of Pipelines/fourmuon/models.

int32 rows, inputs, networks; float32 features [rows][inputs]; float32 scores [rows][networks], all little-endian.
Rows: simulated pairs of 'nightjar simulate fourmuon --seed 1', 160 of the background and 160 of the Z' samples (right and
wrong pairs), evenly spread over the optimisation part. Made with onnxruntime 1.32.0, numpy 2.4.6. Run, in the environment
of Pipelines/fourmuon/models/requirements.txt:

    python make_fourmuon.py --inputs ntuples --nightjar nightjar --work work
"""
import argparse
import os
import sys

import numpy
import onnxruntime

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "..", "Pipelines", "fourmuon", "models"))
import samples  # noqa: E402

ROWS = 160

arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
arguments.add_argument("--inputs", required=True)
arguments.add_argument("--work", required=True)
arguments.add_argument("--nightjar", default="nightjar")
chosen = arguments.parse_args()
definitions = samples.Definitions()
features = []
for sample in samples.load(definitions, chosen.inputs, chosen.work, nightjar=chosen.nightjar).values():
    rows = numpy.flatnonzero(sample.within(definitions.parts["optimisation"]))
    features.append(sample.inputs[rows[numpy.linspace(0, len(rows) - 1, ROWS).astype(int)]])
features = numpy.concatenate(features)
scores = [onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"]).run(["score"], {"inputs": features})[0][:, 0]
          for _, path, _, _ in definitions.networks]
with open(os.path.join(HERE, "fourmuon_scores.bin"), "wb") as file:
    file.write(numpy.array([len(features), features.shape[1], len(scores)], "<i4").tobytes())
    file.write(features.astype("<f4").tobytes() + numpy.stack(scores, axis=1).astype("<f4").tobytes())
print(len(features), [f"{s.min():.2e} to {s.max():.4f}" for s in scores], onnxruntime.__version__)
