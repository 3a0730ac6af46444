#!/usr/bin/env python3
"""Window fits with iminuit, likelihood in numba: fixed shape (values cached), or all nuisances on."""
import argparse

import fit_kernels
import model

a = model.fit_arguments(argparse.ArgumentParser(description=__doc__))
for n, windows in model.read_fits(a.data, a.model, a.windows).items():
    solve = fit_kernels.solver(a.model)
    solve(windows[0])
    result, seconds = model.spread(lambda: solve, windows, a.threads, a.repeats)
    model.emit(task="fit", peer="iminuit+numba", variant=f"{a.model} n={n}", threads=a.threads, items=len(windows),
               seconds=seconds, values=[v for v, _ in result], errors=[e for _, e in result])
