"""The selection of nightjar-bench in numpy, for all Python peers.

Cuts in order: at least 3 of 4 muonID > 0.5; charge == 0; 10 < M4mu < 11; roeEextra < 0.4;
dr < 0.5 and |dz| < 2 of all tracks.  Histogram: 1000 bins of sqrt(M^2 - 4 m_mu^2) in [0, 10).
"""
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
