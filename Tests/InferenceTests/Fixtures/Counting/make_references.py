"""Reference limits of counts, by scipy (1.11), independent of this program.

flat_90.csv, flat_95.csv   flat prior = CLs for a known background: Q(n+1, s+b) / Q(n+1, b) = 1 - CL
nuisances.csv              b and efficiency averaged over normal priors, cut at 0 and 8 widths
prior_averaged.json        efficiency 0.3 and b with normal priors cut at 5 widths: flat prior, and
                           CLs of the count (hybrid); columns (rel_eps, rel_b) are relative widths
on_off                     gamma posterior of b from a control count, printed

feldman_cousins_90.csv     published: Feldman and Cousins, Phys. Rev. D 57 (1998) 3873, tables IV, V
feldman_cousins_95.csv     by make_feldman_cousins.py; b = 0 as in table VI

Run it to print the worst difference of each file from a calculation made here.
"""
import csv
import json
import os

import numpy as np
from scipy.optimize import brentq
from scipy.special import gammaincc

HERE = os.path.dirname(os.path.abspath(__file__))


def rows(name):
    with open(os.path.join(HERE, name)) as f:
        return list(csv.DictReader(f))


def nodes(mean, width, cut, points=400):
    """Gauss-Legendre nodes of a normal prior cut at zero; one node without a width."""
    if width == 0:
        return np.array([mean]), np.array([1.0])
    low, high = max(mean - cut * width, 0), mean + cut * width
    x, w = np.polynomial.legendre.leggauss(points)
    x = low + (high - low) * (x + 1) / 2
    w = w * np.exp(-0.5 * ((x - mean) / width) ** 2)
    return x, w / w.sum()


def limit(n, level, e, we, b, wb, flat):
    e, b = np.meshgrid(e, b)
    w = np.outer(wb, we)
    if flat:
        w = w / e
    total = (w * gammaincc(n + 1, b)).sum()
    return brentq(lambda s: (w * gammaincc(n + 1, s * e + b)).sum() / total - (1 - level), 0, 1e4, xtol=1e-12)


def main():
    one = (np.array([1.0]), np.array([1.0]))
    for name, level in (("flat_90.csv", 0.9), ("flat_95.csv", 0.95)):
        worst = 0
        for row in rows(name):
            for key, value in row.items():
                if key != "n":
                    b = (np.array([float(key[1:])]), np.array([1.0]))
                    worst = max(worst, abs(limit(int(row["n"]), level, *one, *b, True) - float(value)))
        print(name, worst)
    worst = 0
    for row in rows("nuisances.csv"):
        de = float(row["de"])
        e, b = nodes(1, de, 8), nodes(float(row["b"]), float(row["sb"]), 8)
        for level, tag in ((0.9, "90"), (0.95, "95")):
            for flat, kind in ((True, "bayes"), (False, "cls")):
                if flat and de >= 0.125:
                    continue  # improper: the value depends on the cut
                found = limit(int(row["n"]), level, *e, *b, flat)
                worst = max(worst, abs(found - float(row[kind + tag])))
    print("nuisances.csv", worst)
    with open(os.path.join(HERE, "prior_averaged.json")) as f:
        data = json.load(f)
    worst = 0
    for p in data["points"]:
        e = nodes(data["eps"], data["eps"] * p["rel_eps"], 5)
        b = nodes(p["b"], p["b"] * p["rel_b"], 5)
        for flat, kind in ((True, "bayes"), (False, "cls_hybrid")):
            found = limit(p["n"], data["cl"], *e, *b, flat)
            worst = max(worst, abs(found / p[kind] - 1))
    print("prior_averaged.json", worst)
    for n, off, tau in ((0, 0, 10), (0, 3, 2), (1, 3, 2), (2, 4, 2), (3, 10, 5), (5, 10, 5)):
        x, w = np.polynomial.legendre.leggauss(2000)
        b = 60 * (x + 1)
        w = w * b**off * np.exp(-tau * b)
        print((n, off, tau), [round(limit(n, cl, *one, b, w / w.sum(), True), 4) for cl in (0.9, 0.95)])


if __name__ == "__main__":
    main()
