#!/usr/bin/env python3
"""Window fits with RooFit (vectorised back end) and Minuit2: fixed shape, or all nuisances on.

The data set is made outside the timer; the likelihood is created inside it, as in a scan.
"""
import argparse

import fit_kernels_roofit
import model

a = model.fit_arguments(argparse.ArgumentParser(description=__doc__))


def make():
    return fit_kernels_roofit.Model(a.model == "nuisances", order=2 if a.model == "quadratic" else 1).fit


for n, windows in model.read_fits(a.data, a.model, a.windows).items():
    result, seconds = model.spread(make, windows, a.threads, a.repeats + 1)
    model.emit(task="fit", peer="RooFit", variant=f"{a.model} n={n}", threads=a.threads, items=len(windows), seconds=seconds,
               values=[v for v, _ in result], errors=[e for _, e in result])
