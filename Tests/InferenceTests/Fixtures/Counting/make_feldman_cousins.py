"""Feldman-Cousins 95 % intervals by brute force, for feldman_cousins_95.csv (numpy, scipy).

Signals on a grid of 0.004; counts are accepted in the order of P(n | mu + b) / P(n | max(n, b))
until their sum reaches the level; upper ends are the largest at this or a larger background, in
steps of 0.004 up to 7 events above it (the last jump of n = 2 at b = 5 is at b = 5.61).
"""
import csv
import os

import numpy as np
from scipy.stats import poisson

HERE = os.path.dirname(os.path.abspath(__file__))
LEVEL, COUNTS = 0.95, 11
BACKGROUNDS = (0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 5)


def ends(b):
    """The smallest and largest accepted grid signals of each count."""
    mu = np.arange(0, 19, 0.004)
    n = np.arange(0, 60)
    p = poisson.pmf(n[None, :], (mu + b)[:, None])
    ratio = p / poisson.pmf(n, np.maximum(n, b))
    order = np.argsort(-ratio, axis=1, kind="stable")
    sums = np.cumsum(np.take_along_axis(p, order, 1), axis=1)
    before = np.concatenate([np.zeros((len(mu), 1)), sums[:, :-1]], axis=1)
    accepted = np.zeros_like(p, dtype=bool)
    np.put_along_axis(accepted, order, before < LEVEL, 1)
    out = []
    for k in range(COUNTS):
        where = np.nonzero(accepted[:, k])[0]
        out.append((mu[where[0]], mu[where[-1]]) if len(where) else (0.0, 0.0))
    return out


def main():
    grid = np.round(np.arange(0, 3001) * 0.004, 3)
    table = {b: ends(b) for b in grid}
    highs = np.array([[table[b][k][1] for b in grid] for k in range(COUNTS)])
    best = np.maximum.accumulate(highs[:, ::-1], axis=1)[:, ::-1]
    with open(os.path.join(HERE, "feldman_cousins_95.csv"), "w") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow(["n0"] + [s for b in BACKGROUNDS for s in (f"lo_b{b}", f"hi_b{b}")])
        for k in range(COUNTS):
            row = [k]
            for b in BACKGROUNDS:
                i = int(round(b / 0.004))
                row += [f"{table[grid[i]][k][0]:.3f}", f"{best[k, i]:.3f}"]
            out.writerow(row)


if __name__ == "__main__":
    main()
