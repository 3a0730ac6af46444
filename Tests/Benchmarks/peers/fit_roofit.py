#!/usr/bin/env python3
"""Window fits with RooFit (vectorised back end) and Minuit2: fixed shape, or all nuisances on.

The data set is made outside the timer; the likelihood is created inside it, as in a scan.
"""
import argparse

import fit_kernels_roofit
import model

a = argparse.ArgumentParser(description=__doc__)
a.add_argument("data")
a.add_argument("--model", choices=["fixed", "nuisances"], default="fixed")
a.add_argument("--threads", type=int, default=1)
a.add_argument("--windows", type=int, default=100)
a.add_argument("--repeats", type=int, default=2)
a = a.parse_args()


def make():
    roofit = fit_kernels_roofit.Model(a.model == "nuisances")
    return roofit.fit


for n, windows in model.read_fits(a.data).items():
    windows = windows[:a.windows if n < 30000 or a.model == "fixed" else max(2, a.windows // 5)]
    result, seconds = model.spread(make, windows, a.threads, a.repeats + 1)
    model.emit(task="fit", peer="RooFit", variant=f"{a.model} n={n}", threads=a.threads, items=len(windows), seconds=seconds,
               values=[v for v, _ in result], errors=[e for _, e in result])
