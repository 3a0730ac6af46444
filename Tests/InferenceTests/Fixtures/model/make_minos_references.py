#!/usr/bin/env python3
"""Makes minos.json: MINOS errors of iminuit 2.33 for fits of fits.bin, at tolerance 1e-6.

  make_minos_references.py PEERS

PEERS holds common.py (the signal: two Crystal Balls, each normalised in the window). Extended
unbinned fits with exact gradient, strategy 2; background 1 + s1 T1 [+ s2 T2], normalised.
"""
import json
import os
import sys

import numpy as np
from iminuit import Minuit

sys.path.insert(0, sys.argv[1])
import common as c  # noqa: E402

here = os.path.dirname(os.path.abspath(__file__))
fits = json.load(open(f"{here}/../fits.json"))["fits"]
data = np.fromfile(f"{here}/../fits.bin", dtype="<f8")
out, start = [], 0
for f in fits:
    m = data[start:start + f["n"]]
    start += f["n"]
    if not (f["n"] == 300 and f["window"] < 10 or f["n"] == 3000 and f["window"] < 2):
        continue
    lo, hi = f["lo"], f["hi"]
    half, s = 0.5 * (hi - lo), c.signal_pdf(m, f["window"])
    x = (m - 0.5 * (lo + hi)) / half
    for order in (1, 2):
        t = np.array([x, 2 * x * x - 1])[:order]

        def parts(p):
            norm = 2 * half * (1 - (p[3] / 3 if order == 2 else 0))
            shape = (1 + p[2:] @ t) / norm
            return norm, shape, p[0] * s + p[1] * shape

        def fcn(p):
            d = parts(p)[2]
            return p[0] + p[1] - np.log(d).sum() if (d > 0).all() else 1e10

        def grad(p):
            norm, shape, d = parts(p)
            slopes = [t[0] / norm] + ([t[1] / norm + shape * 2 * half / 3 / norm] if order == 2 else [])
            return np.array([1 - (s / d).sum(), 1 - (shape / d).sum()] + [-(p[1] * q / d).sum() for q in slopes])

        names = ("n_sig", "n_bkg", "s1", "s2")[:2 + order]
        mi = Minuit(fcn, np.array([0.01 * f["n"], 0.99 * f["n"]] + [0.0] * order), name=names, grad=grad)
        mi.errordef, mi.strategy, mi.tol, mi.precision = 0.5, 2, 1e-6, 1e-15
        mi.migrad(ncall=10000)
        mi.hesse()
        mi.migrad(ncall=10000)
        mi.minos()
        assert mi.valid, (f["n"], f["window"])
        out.append(dict(n=f["n"], window=f["window"], order=order, nll=mi.fval, errors={
            q: dict(value=mi.values[q], low=-mi.merrors[q].lower, high=mi.merrors[q].upper) for q in names
            if mi.merrors[q].is_valid}))
        print(f["n"], f["window"], order, mi.fval, len(out[-1]["errors"]))
json.dump(dict(origin=__doc__.strip(), fits=out), open(f"{here}/minos.json", "w"), indent=0)
