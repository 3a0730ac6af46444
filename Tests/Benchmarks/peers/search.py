#!/usr/bin/env python3
"""A whole search as an analyst's script does it: ntuple -> selection -> network (ONNX Runtime), cut
-> sort -> per hypothesis a signal+background and a background-only fit and six CLs limits -> HDF5
summary and plot.

--tool minuit   iminuit on numba likelihoods, hand-written CLs
--tool roofit   RooFit fits (vectorised back end), RooStats limits
Windows are mass +- 30 sigma1, sigma1 = 0.001 mass; limits use 60 bins and 5 % on the signal.
The first --hypotheses of the grid, evenly spread, are run; the rest is added at their mean cost
(all but the first, which pays for compilation).
"""
import argparse
import os
import time

import numpy as np

import model

start = time.perf_counter()
a = argparse.ArgumentParser(description=__doc__)
a.add_argument("path")
a.add_argument("--tool", choices=["minuit", "roofit"], default="minuit")
a.add_argument("--grid", type=int, default=2000)
a.add_argument("--hypotheses", type=int, default=2000)
a.add_argument("--output", default=".")
a.add_argument("--model")
a.add_argument("--cut", type=float, default=0.4)
a = a.parse_args()

import h5py  # noqa: E402
import matplotlib  # noqa: E402
import onnxruntime  # noqa: E402
import tables  # noqa: E402

import limit_binned  # noqa: E402

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

F = np.float32
TRACKS = ("mu0", "mu1", "mu2", "mu3")


def select(d):
    m = sum((d[f"{t}_muonID"] > F(0.5)).astype(np.int8) for t in TRACKS) >= 3
    m &= (d["charge"] == 0) & (d["M4mu"] > 10) & (d["M4mu"] < 11) & (d["roeEextra"] < 0.4)
    for t in TRACKS:
        m &= (d[f"{t}_dr"] < F(0.5)) & (np.abs(d[f"{t}_dz"]) < F(2))
    return d["M"][m], np.column_stack([d[f"{t}_{v}"][m] for t in TRACKS for v in ("p", "theta", "phi", "muonID")])


def read(path):
    tables.set_blosc_max_threads(1)
    with tables.open_file(path) as f:
        t = f.root.ntuple
        parts = [select(t.read(s, min(s + 65536, t.nrows))) for s in range(0, t.nrows, 65536)]
    mass, x = (np.concatenate([p[i] for p in parts]) for i in (0, 1))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(a.model, options, providers=["CPUExecutionProvider"])
    name, score = session.get_inputs()[0].name, np.empty(len(x), np.float32)
    for i in range(0, len(x), 10000):
        score[i:i + 10000] = session.run(None, {name: x[i:i + 10000]})[0].reshape(-1)
    return np.sort(mass[score > np.float32(a.cut)])


class MinuitFits:
    def __init__(self):
        import fit_kernels
        self.k = fit_kernels
        self.limit = limit_binned.make_minuit()

    def solve(self, win):
        return self.k.fixed_fit(win), self.k.fixed_fit(win, background_only=True)


class RooFits:
    def __init__(self):
        import fit_kernels_roofit
        self.model = fit_kernels_roofit.Model(False)
        self.limit = limit_binned.make_roostats()

    def solve(self, win):
        self.model.data = {}
        return self.model.fit(win), self.model.fit(win, background_only=True)


tools = MinuitFits() if a.tool == "minuit" else RooFits()
mass = read(a.path)
grid = np.linspace(0.3, 9.5, a.grid)
chosen = grid[np.round(np.linspace(0, a.grid - 1, a.hypotheses)).astype(int)]
x = (np.arange(model.LIMIT_BINS) + 0.5) / model.LIMIT_BINS
low, high = (1 - x) / (1 - x).sum(), x / x.sum()
rows, first, scan = [], 0.0, time.perf_counter()
for k, m in enumerate(chosen):
    s = 0.001 * m
    lo, hi = m - 30 * s, m + 30 * s
    i, j = np.searchsorted(mass, (lo, hi))
    win = model.Window(j - i, k, (m, s, model.RATIO * s, lo, hi), mass[i:j])
    sb, b = tools.solve(win)
    edges = np.linspace(lo, hi, model.LIMIT_BINS + 1)
    counts = np.diff(np.searchsorted(mass, edges)).astype(float)
    limits = tools.limit((model.signal_bins(win, edges), low, high, counts))
    rows.append([m, sb[0], sb[1], b[0]] + list(limits))
    first = first or time.perf_counter() - scan
scan = time.perf_counter() - scan
rows = np.array(rows)
stem = os.path.join(a.output, f"peer_search_{a.tool}")
with h5py.File(stem + ".h5", "w") as f:
    f["results"] = rows
fig, ax = plt.subplots(figsize=(8, 4.5))
ax.fill_between(rows[:, 0], rows[:, 5], rows[:, 9], label="2 sigma")
ax.fill_between(rows[:, 0], rows[:, 6], rows[:, 8], label="1 sigma")
ax.plot(rows[:, 0], rows[:, 7], "k--")
ax.plot(rows[:, 0], rows[:, 4], "k-")
ax.set(yscale="log", xlabel="mass (GeV)", ylabel="90 % CLs limit on the yield")
fig.savefig(stem + ".png", dpi=150)
seconds = time.perf_counter() - start
each = (scan - first) / max(1, a.hypotheses - 1)
note = None if a.hypotheses == a.grid else f"from {a.hypotheses} hypotheses"
model.emit(task="search", peer={"minuit": "iminuit+numba", "roofit": "RooFit+RooStats"}[a.tool], variant=f"{a.grid} hypotheses",
           threads=1, items=1, seconds=seconds + each * (a.grid - a.hypotheses), note=note, values=list(rows[:, 1]), errors=list(rows[:, 2]))
