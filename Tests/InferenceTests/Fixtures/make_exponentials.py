#!/usr/bin/env python3
"""Makes exponentials.json: fits of an exponential beside a constant, of the windows of fits.bin.

  make_exponentials.py     (needs numpy, scipy)

-ln L = n_sig + n_0 + n_e - sum ln(n_sig S + n_0 / L + n_e exp(k u) / I(k)), S as in fits.json. At a
fixed slope k the density is linear in the yields and -ln L convex: Newton steps find its minimum.
The slope is scanned over [-60, 60] in steps of 0.1 (0 left out), and the lowest valley refined by
Brent's method. Only windows are kept in which the density at this minimum is positive over the whole
window, and the slope is not at the end of its range.
"""
import json
import os

import numpy as np
from scipy.optimize import minimize_scalar

from make_minos import signal

here = os.path.dirname(os.path.abspath(__file__))


def profile(s, u, half, k, start=None):
    e = np.exp(k * (u - np.sign(k)))
    integral = half * (1 - np.exp(-2 * abs(k))) / abs(k)
    rows = np.array([s, np.full_like(u, 0.5 / half), e / integral])
    q = np.array([0.0, float(u.size), 0.0]) if start is None else np.array(start)
    f = lambda q: q.sum() - np.log(q @ rows).sum()
    if np.min(q @ rows) <= 0:
        q = np.array([0.0, float(u.size), 0.0])
    for _ in range(200):
        a = rows / (q @ rows)
        g = 1 - a.sum(axis=1)
        step = -np.linalg.lstsq(a @ a.T, g, rcond=1e-13)[0]
        size = 1.0
        while np.min((q + size * step) @ rows) <= 0 or f(q + size * step) > f(q) + 1e-9:
            size /= 2
            if size < 1e-9:
                break
        q = q + size * step
        if -g @ step < 1e-12:
            break
    return f(q), q


def main():
    out, start = [], 0
    raw = np.fromfile(f"{here}/fits.bin", "<f8")
    for f in json.load(open(f"{here}/fits.json"))["fits"]:
        x = np.sort(raw[start:start + f["n"]])
        start += f["n"]
        if f["n"] > 3000:
            continue
        half = 0.5 * (f["hi"] - f["lo"])
        u, s = (x - f["mass"]) / half, signal(x, f["window"])
        grid = np.array([k for k in np.arange(-600, 601) / 10 if k])
        values, q = [], None
        for k in grid:
            v, q = profile(s, u, half, k, q)
            values.append(v)
        i = int(np.argmin(values))
        if i in (0, len(grid) - 1):
            continue
        best = minimize_scalar(lambda k: profile(s, u, half, k)[0], bounds=(grid[i - 1], grid[i + 1]), method="bounded",
                               options=dict(xatol=1e-9))
        v, q = profile(s, u, half, best.x)
        at = np.linspace(-1, 1, 4001)
        e = np.exp(best.x * (at - np.sign(best.x))) / (half * (1 - np.exp(-2 * abs(best.x))) / abs(best.x))
        density = q[0] * signal(f["mass"] + half * at, f["window"]) + q[1] * 0.5 / half + q[2] * e
        if density.min() <= 0 or abs(q[2]) > 20 * f["n"] or abs(best.x) < 0.3:
            continue
        out.append(dict(n=f["n"], window=f["window"], nll=v, signal=q[0], constant=q[1], exponential=q[2], slope=best.x))
    json.dump(dict(origin="make_exponentials.py, numpy and scipy: scan of the slope, exact Newton steps in the yields", fits=out),
              open(f"{here}/exponentials.json", "w"), indent=0)
    print(len(out), [round(o["slope"], 2) for o in out])


if __name__ == "__main__":
    main()
