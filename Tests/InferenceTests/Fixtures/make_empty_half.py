"""Reference fits where the background wants to be negative: half of the window is empty.

Run: python make_empty_half.py (numpy, scipy); writes empty_half.json beside this file.

Seeded toys of a spectrum that begins inside the window; a normal signal peak, a background
polynomial of second order in u, extended and unbinned, density not negative anywhere. The
minimiser is SciPy's SLSQP with the density held on a grid that is refined where it is lowest; the
limits are CLs with the asymptotic q-tilde of arXiv:1007.1727 by root finding on profiles of it.
"""

import json
import os

import numpy as np
from scipy.optimize import brentq, minimize
from scipy.stats import norm

HALF, SIGMA = 10.0, 1.0  # the window is [-10, 10] around 0, in units of the width


def toy(seed, edge, n, signal, mean):
    rng = np.random.default_rng(seed)
    x = edge + (HALF - edge) * rng.uniform(size=4 * n) ** 0.8
    x = np.concatenate([x[:n], mean + SIGMA * rng.normal(size=signal)])
    return np.sort(x[(x > edge) & (x < HALF)])


class Fit:
    def __init__(self, mean, background_positive):
        self.mean = mean
        self.background_positive = background_positive

    def rows(self, x, signal=True):
        u = x / HALF
        s = np.exp(-0.5 * ((x - self.mean) / SIGMA) ** 2) / (SIGMA * np.sqrt(2 * np.pi))
        return np.stack([s if signal else 0 * s, 1 + 0 * u, u, 2 * u * u - 1], 1)

    def integrals(self):
        a = norm.cdf((HALF - self.mean) / SIGMA) - norm.cdf((-HALF - self.mean) / SIGMA)
        return np.array([a, 2 * HALF, 0, -2 * HALF / 3])

    def minimise(self, x, w, fixed=None):
        """-ln L and parameters; weights w; the signal fixed where given."""
        rows, e, total = self.rows(x), self.integrals(), w.sum()
        flat = total / (2 * HALF)
        scale = np.array([np.sqrt(total), flat, flat, flat])
        free = np.arange(4) if fixed is None else np.arange(1, 4)
        start = np.array([0.0 if fixed is None else fixed / scale[0], 1.0, 0, 0])
        if fixed is not None and fixed < 0:
            start[1] = 1 + abs(fixed) * 0.5 / flat

        def full(z):
            t = start.copy()
            t[free] = z
            return t * scale

        def value(z):
            p = rows @ full(z)
            if p.min() <= 0:
                return 1e9 + 1e6 * -p.min()
            return full(z) @ e - w @ np.log(p)

        def slope(z):
            p = np.maximum(rows @ full(z), 1e-9 * flat)
            return ((e - (w / p) @ rows) * scale)[free]

        grid = np.linspace(-HALF, HALF, 161)
        z = start[free]
        best = None
        for turn in range(9):
            blocks = [self.rows(grid)]
            if self.background_positive:
                blocks.append(self.rows(grid, signal=False))
            a = np.concatenate(blocks) / flat
            near = a @ full(z) < (0.5 if turn else 1e9)
            a = a[near]
            found = minimize(
                value, z, jac=slope, method="SLSQP",
                constraints={"type": "ineq", "fun": lambda z: a @ full(z),
                             "jac": lambda z: (a * scale)[:, free]},
                options={"maxiter": 500, "ftol": 1e-15})
            z, best = found.x, found.fun
            fine = np.linspace(-HALF, HALF, 20001)
            dense = self.rows(fine) @ full(z)
            low = [fine[i] for i in range(1, 20000)
                   if dense[i] <= dense[i - 1] and dense[i] <= dense[i + 1] and dense[i] < 0.02 * flat]
            if self.background_positive:
                dense = self.rows(fine, signal=False) @ full(z)
                low.append(fine[dense.argmin()])
            step = 2 * HALF / 160 * 0.3 ** (turn + 1)
            for x0 in low:
                grid = np.union1d(grid, np.clip(x0 + step * np.linspace(-2, 2, 9), -HALF, HALF))
        return best, full(z)


def limits(fit, x, level):
    one = np.ones_like(x)
    best, theta = fit.minimise(x, one)
    null, background = fit.minimise(x, one, 0.0)
    edges = np.linspace(-HALF, HALF, 4001)
    nodes = 0.5 * (edges[1:] + edges[:-1])
    weight = np.maximum(fit.rows(nodes) @ background, 0) * (2 * HALF / 4000)
    keep = weight > 1e-9
    nodes, weight = nodes[keep], weight[keep]
    reference = fit.minimise(nodes, weight, 0.0)[0]
    cache = {}

    def q_asimov(s):
        if s not in cache:
            cache[s] = max(2 * (fit.minimise(nodes, weight, s)[0] - reference), 0)
        return cache[s]

    low = best if theta[0] > 0 else null

    def q(s):
        return 0 if s <= theta[0] else max(2 * (fit.minimise(x, one, s)[0] - low), 0)

    def cls(s):
        a, o = q_asimov(s), q(s)
        ra, r = np.sqrt(a), np.sqrt(o)
        t = r - ra if r <= ra else (o - a) / (2 * ra)
        return norm.sf(t + ra) / norm.sf(t)

    alpha = 1 - level
    expected = []
    for k in (-2, -1, 0, 1, 2):
        target = k + norm.isf(alpha * norm.cdf(k))
        expected.append(brentq(lambda s: np.sqrt(q_asimov(s)) - target, 1e-2, 400, rtol=1e-7))
    observed = brentq(lambda s: cls(s) - alpha, max(theta[0], 0) + 1e-2, 400, rtol=1e-7)
    h = 0.02 * np.sqrt(len(x))
    up, down = (fit.minimise(x, one, theta[0] + d)[0] for d in (h, -h))
    return dict(nll=best, signal=theta[0], nullNLL=null, observed=observed, expected=expected,
                curvature=(up + down - 2 * best) / h**2)


def main():
    cases = []
    for seed, edge, n, signal, mean in [
            (1, 0.0, 180, 0, 0.0), (2, 0.5, 180, 0, 0.0), (3, -0.8, 220, 10, 0.0),
            (4, -2.5, 260, 30, 0.0), (5, 4.0, 100, 0, 0.0), (6, 1.5, 150, 5, 1.0)]:
        x = toy(seed, edge, n, signal, mean)
        for positive in (False, True):
            r = limits(Fit(mean, positive), x, 0.95)
            cases.append(dict(seed=seed, mean=mean, backgroundPositive=positive,
                              events=[float(v) for v in x], **r))
            print(seed, positive, r, flush=True)
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "empty_half.json")
    with open(path, "w") as out:
        json.dump(dict(origin="make_empty_half.py", half=HALF, sigma=SIGMA, level=0.95, cases=cases), out)


main()
