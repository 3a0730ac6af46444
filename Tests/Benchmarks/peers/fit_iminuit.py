#!/usr/bin/env python3
"""Window fits with iminuit, likelihood in numba: fixed shape (values cached), or all nuisances on."""
import argparse

import fit_kernels
import model

a = argparse.ArgumentParser(description=__doc__)
a.add_argument("data")
a.add_argument("--model", choices=["fixed", "nuisances"], default="fixed")
a.add_argument("--threads", type=int, default=1)
a.add_argument("--windows", type=int, default=100)
a.add_argument("--repeats", type=int, default=2)
a = a.parse_args()
for n, windows in model.read_fits(a.data).items():
    windows = windows[:a.windows if n < 30000 or a.model == "fixed" else max(2, a.windows // 5)]
    solve = fit_kernels.fixed_fit if a.model == "fixed" else fit_kernels.nuisance_fit
    solve(windows[0])
    result, seconds = model.spread(lambda: solve, windows, a.threads, a.repeats)
    model.emit(task="fit", peer="iminuit+numba", variant=f"{a.model} n={n}", threads=a.threads, items=len(windows),
               seconds=seconds, values=[v for v, _ in result], errors=[e for _, e in result])
