#!/usr/bin/env python3
"""Makes fits.bin, fits.json and limits.json from independent programs' results.

  make_references.py PEERS

PEERS holds fixtures/fits.h5 (seeded toys, numpy PCG64), reference/fits_lin.json, fits_quad.json
(iminuit 2.33, Minuit2 strategy 2, tol 1e-6, analytic gradient; errors from the exact Hessian) and
reference/limits.json (pyhf 0.7.6, Minuit, rtol 1e-7: 60 bins, 90 % CLs, q-tilde asymptotics).
fits.bin is the events of each fit, float64 little endian, in the order of fits.json.
"""
import json
import os
import sys

import h5py
import numpy as np

peers = sys.argv[1]
here = os.path.dirname(os.path.abspath(__file__))
keep = {300: 20, 3000: 6, 30000: 1}
ref = {b: {(f["n"], f["window"]): f for f in json.load(open(f"{peers}/reference/fits_{b}.json"))["fits"]}
       for b in ("lin", "quad")}
out = []
with h5py.File(f"{peers}/fixtures/fits.h5") as f, open(f"{here}/fits.bin", "wb") as o:
    for n, windows in keep.items():
        for k in range(windows):
            o.write(f[f"n{n}/w{k:03d}"][...].astype("<f8").tobytes())
            a, b = ref["lin"][n, k], ref["quad"][n, k]
            entry = {q: a[q] for q in ("n", "window", "mass", "sigma1", "sigma2", "lo", "hi")}
            names = ("nll", "n_sig", "err_n_sig", "n_bkg", "err_n_bkg", "s1", "err_s1")
            entry["linear"] = {q: a[q] for q in names}
            entry["quadratic"] = {q: b[q] for q in names + ("s2", "err_s2")}
            out.append(entry)
json.dump(dict(origin=__doc__.strip().split("\n")[0] + " iminuit 2.33", fits=out), open(f"{here}/fits.json", "w"), indent=0)
limits = json.load(open(f"{peers}/reference/limits.json"))
json.dump(dict(origin=limits["source"], model=limits["model"],
               windows=[{q: w[q] for q in ("window", "observed", "expected", "counts")} for w in limits["windows"]]),
          open(f"{here}/limits.json", "w"), indent=0)
