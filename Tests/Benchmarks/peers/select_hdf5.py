#!/usr/bin/env python3
"""The selection of nightjar-bench with h5py or PyTables and numpy.

Cuts in order: at least 3 of 4 muonID > 0.5; charge == 0; 10 < M4mu < 11; roeEextra < 0.4;
dr < 0.5 and |dz| < 2 of all tracks.  Histogram: 1000 bins of sqrt(M^2 - 4 m_mu^2) in [0, 10).
"""
import argparse
import hashlib
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np

import model

F = np.float32
TRACKS = ("mu0", "mu1", "mu2", "mu3")
COLUMNS = [f"{t}_muonID" for t in TRACKS] + ["charge", "M4mu", "roeEextra"] + [
    f"{t}_{v}" for v in ("dr", "dz") for t in TRACKS] + ["M"] + [f"{t}_p" for t in TRACKS]


class Result:
    def __init__(self):
        self.flow, self.hist, self.energy = np.zeros(6, np.int64), np.zeros(1002, np.int64), 0.0

    def add(self, d):
        count = np.zeros(len(d["M"]), np.int8)
        for t in TRACKS:
            count += d[f"{t}_muonID"] > F(0.5)
        flow, m = [len(d["M"])], count >= 3
        flow.append(np.count_nonzero(m))
        m &= d["charge"] == 0
        flow.append(np.count_nonzero(m))
        m &= (d["M4mu"] > 10) & (d["M4mu"] < 11)
        flow.append(np.count_nonzero(m))
        m &= d["roeEextra"] < 0.4
        flow.append(np.count_nonzero(m))
        for t in TRACKS:
            m &= (d[f"{t}_dr"] < F(0.5)) & (np.abs(d[f"{t}_dz"]) < F(2))
        flow.append(np.count_nonzero(m))
        self.flow += flow
        mass = d["M"][m]
        reduced = np.sqrt(np.maximum(mass * mass - (2 * model.MUON_MASS) * (2 * model.MUON_MASS), 0))
        for t in TRACKS:
            p = d[f"{t}_p"][m].astype(np.float64)
            self.energy += float(np.sqrt(p * p + model.MUON_MASS * model.MUON_MASS).sum())
        bins = np.clip(np.floor(1000 * reduced / 10).astype(np.int64), -1, 1000) + 1
        self.hist += np.bincount(bins, minlength=1002)
        return self

    def merge(self, other):
        self.flow += other.flow
        self.hist += other.hist
        self.energy += other.energy
        return self


def columns(path, threads):
    import h5py
    with h5py.File(path) as f:
        d = {k: f["ntuple"][k] for k in COLUMNS}
        n, out = d["M"].shape[0], Result()
        if threads == 1 or not d["M"].chunks:
            for s in range(0, n, 65536):
                out.add({k: v[s:s + 65536] for k, v in d.items()})
            return out
        rows = d["M"].chunks[0]

        def one(s):
            c = {}
            for k, v in d.items():
                _, raw = v.id.read_direct_chunk((s,))
                b = np.frombuffer(zlib.decompress(raw), np.uint8).reshape(v.dtype.itemsize, -1)
                c[k] = np.ascontiguousarray(b.T).reshape(-1).view(v.dtype)[:min(rows, n - s)]
            return Result().add(c)
        with ThreadPoolExecutor(threads) as pool:
            for part in pool.map(one, range(0, n, rows)):
                out.merge(part)
        return out


def table(path, threads):
    import tables
    tables.set_blosc_max_threads(threads)
    out = Result()
    with tables.open_file(path) as f:
        t = f.root.ntuple
        for s in range(0, t.nrows, 65536):
            r = t.read(s, min(s + 65536, t.nrows))
            out.add({k: r[k] for k in COLUMNS})
    return out


a = argparse.ArgumentParser(description=__doc__)
a.add_argument("path")
a.add_argument("variant")
a.add_argument("--threads", type=int, default=1)
a.add_argument("--repeats", type=int, default=3)
a = a.parse_args()
read = table if a.variant.startswith("table") else columns
read(a.path, a.threads)
result, seconds = model.best(lambda: read(a.path, a.threads), a.repeats)
model.emit(task="select", peer="PyTables+numpy" if read is table else "h5py+numpy", variant=a.variant, threads=a.threads,
           items=int(result.flow[0]), seconds=seconds, values=[int(v) for v in result.flow],
           digest=hashlib.sha256(",".join(map(str, result.hist.tolist())).encode()).hexdigest())
