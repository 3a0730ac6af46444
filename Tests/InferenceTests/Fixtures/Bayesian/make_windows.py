"""Bayesian limits of mass windows by brute force (numpy): products of Gauss-Legendre grids.

Normal signal on a polynomial background whose coefficients are flat where the background (or the
total density) is nowhere negative. -ln L = s A + integral of the background - sum ln(density).
Writes windows.json: events and 90 % limits, with the change on a coarser grid as accuracy.
"""
import json
import os

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm

HERE = os.path.dirname(os.path.abspath(__file__))
LOW, HIGH, MEAN, WIDTH = 2.0, 8.0, 5.0, 0.2


def legendre(a, b, n):
    x, w = np.polynomial.legendre.leggauss(n)
    return a + (b - a) * (x + 1) / 2, w * (b - a) / 2


def make(seed, n, signal, slope):
    rng = np.random.default_rng(seed)
    out = []
    while len(out) < n:
        u = rng.uniform(-1, 1)
        if rng.uniform() * (1 + abs(slope)) < 1 + slope * u:
            out.append(5 + 3 * u)
    out += list(rng.normal(MEAN, WIDTH, signal))
    return np.round(np.sort(out), 6)


def marginal(x, s, order, positivity, points, width=1.0):
    """ln of the integral over the background at the signals s."""
    u = (x - 5) / 3
    n = len(x)
    f = norm.pdf(x, MEAN, WIDTH * width)
    a = norm.cdf(HIGH, MEAN, WIDTH * width) - norm.cdf(LOW, MEAN, WIDTH * width)
    # Yield of the background, its shape within the largest region it can have.
    spread = np.sqrt(n + 1)
    nb, wb = legendre(max(0, n - 40 - 8 * spread), n + 30 + 8 * spread, points)
    shapes = []
    r1, w1 = legendre(-1, 1, points)
    if order == 1:
        shapes = [(c, 0.0, w) for c, w in zip(r1, w1)]
    else:
        r2, w2 = legendre(-1.2, 1.2, points)
        r1, w1 = legendre(-2, 2, points)
        shapes = [(c, d, v * w) for c, v in zip(r1, w1) for d, w in zip(r2, w2)]
    grid = np.linspace(-1, 1, 801)
    out = np.zeros(len(s))
    for c, d, w in shapes:
        # 1 + c u + d T2(u), of integral 6 (1 - d/3) over the window.
        shape = 1 + c * u + d * (2 * u * u - 1)
        profile = 1 + c * grid + d * (2 * grid * grid - 1)
        size = 6 * (1 - d / 3)
        if size <= 0:
            continue
        lowest = profile.min()
        if lowest < 0 and positivity == "background":
            continue
        c0 = nb / size
        # The volume element: dc0 dc1 dc2 = c0^order dc0 dr.
        volume = w * wb / size * c0**order
        for i, t in enumerate(s):
            weight = volume
            if lowest < 0:
                peak = norm.pdf(grid, 0, WIDTH / 3 * width) / 3
                total = np.min(np.outer(c0, profile) + t * peak, axis=1)
                weight = np.where(total >= 0, volume, 0)
            density = np.outer(c0, shape) + t * f
            ok = (density > 0).all(axis=1)
            with np.errstate(invalid="ignore", divide="ignore"):
                log = np.log(density).sum(axis=1) - nb - t * a
            log = np.where(ok, log, -np.inf)
            out[i] += (weight * np.exp(log - reference(x))).sum()
    return out


def reference(x):
    return len(x) * np.log(max(len(x), 1) / 6) - len(x)


def limit(x, order, positivity, top, points, kappa=None, wide=None):
    s, w = legendre(0, top, 64)
    if wide:
        z, v = legendre(-5, 5, 24)
        v = v * np.exp(-0.5 * z * z)
        m = sum(p * marginal(x, s, order, positivity, points, wide**y) for y, p in zip(z, v))
    else:
        m = marginal(x, s, order, positivity, points)
    # A polynomial through the nodes gives the tail everywhere.
    poly = np.polynomial.legendre.Legendre.fit(s, m, 63, domain=[0, top])
    prim = poly.integ()

    def tail(t):
        t = np.minimum(t, top)
        return prim(top) - prim(t)

    if kappa:
        z, v = legendre(-7, 7, 60)
        e, v = kappa**z, v * np.exp(-0.5 * z * z)
    else:
        e, v = np.array([1.0]), np.array([1.0])
    v = v / e
    v = v / v.sum()
    return brentq(lambda t: (v * tail(t * e)).sum() - 0.1 * tail(0.0), 0, top)


def main():
    cases = [
        dict(seed=1, n=40, signal=0, slope=0.3, order=1, positivity="background", top=30),
        dict(seed=2, n=40, signal=6, slope=-0.9, order=1, positivity="background", top=50),
        dict(seed=3, n=200, signal=10, slope=0.2, order=1, positivity="background", top=80, points=48),
        dict(seed=4, n=4, signal=0, slope=0.0, order=1, positivity="background", top=24),
        dict(seed=2, n=40, signal=6, slope=-0.9, order=1, positivity="background", top=50, kappa=1.15),
        dict(seed=1, n=40, signal=3, slope=0.3, order=1, positivity="background", top=40, wide=1.2, points=28),
        dict(seed=5, n=30, signal=3, slope=0.1, order=2, positivity="background", top=36, points=90),
        dict(seed=6, n=12, signal=0, slope=0.9, order=1, positivity="total density", top=30, points=80),
    ]
    rows = []
    for case in cases:
        x = make(case["seed"], case["n"], case["signal"], case["slope"])
        p = case.get("points", 60)
        args = (x, case["order"], case["positivity"], case["top"])
        more = dict(kappa=case.get("kappa"), wide=case.get("wide"))
        value, coarse = limit(*args, p, **more), limit(*args, int(0.8 * p), **more)
        rows.append(dict(
            events=list(x), order=case["order"], positivity=case["positivity"],
            kappa=more["kappa"] or 1.0, width=more["wide"] or 1.0, limit=value,
            accuracy=abs(value / coarse - 1)))
        print({k: v for k, v in rows[-1].items() if k != "events"}, flush=True)
    with open(os.path.join(HERE, "windows.json"), "w") as f:
        f.write("[\n" + ",\n".join(json.dumps(r) for r in rows) + "\n]\n")


if __name__ == "__main__":
    main()
