#!/usr/bin/env python3
"""Scores of a network by ONNX Runtime: rows a second at the best of several batch sizes.

features: float32 [rows][inputs] as nightjar-bench wrote them. values: the score of each --every th row.
"""
import argparse

import numpy as np
import onnxruntime

import model

a = argparse.ArgumentParser(description=__doc__)
a.add_argument("network")
a.add_argument("features")
a.add_argument("--threads", type=int, default=1)
a.add_argument("--repeats", type=int, default=3)
a.add_argument("--every", type=int, default=1000)
a.add_argument("--batches", default="1000,3000,10000,30000")
a = a.parse_args()
options = onnxruntime.SessionOptions()
options.intra_op_num_threads, options.inter_op_num_threads = a.threads, 1
session = onnxruntime.InferenceSession(a.network, options, providers=["CPUExecutionProvider"])
first = session.get_inputs()[0]
x = np.fromfile(a.features, "<f4").reshape(-1, first.shape[1])
out = np.empty(len(x), np.float32)


def score(batch):
    for i in range(0, len(x), batch):
        out[i:i + batch] = session.run(None, {first.name: x[i:i + batch]})[0][:, 0]


runs = []
for batch in (int(b) for b in a.batches.split(",")):
    score(batch)
    runs.append((model.best(lambda: score(batch), a.repeats)[1], batch))
seconds, batch = min(runs)
model.emit(task="score", peer="ONNX Runtime", variant="16-64-64-32-1", threads=a.threads, items=len(x), seconds=seconds,
           values=out[::a.every].astype(float).tolist(), note=f"batch {batch}")
