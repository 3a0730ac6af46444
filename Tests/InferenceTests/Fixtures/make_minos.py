#!/usr/bin/env python3
"""Makes minos.json: MINOS errors by iminuit (Minuit2), tolerance 1e-6, of the reference fits.

  make_minos.py            (needs numpy, scipy, iminuit)

Twenty windows each of 300, 3,000 and 30,000 events, linear and quadratic background: the events of
fits.bin where they are there ("source": "fits.bin"), else made by `events` below ("source":
"formula"), which MinosReference.swift repeats; "sum" is the sum of the events, to check that.
-ln L = n_sig + n_bkg - sum ln(n_sig S + n_bkg B), S as in fits.json (each Crystal Ball normalised
in the window), B = 1 + s1 u + s2 (2u^2 - 1) normalised, u = (x - mass) / half-width. Minuit2:
strategy 2, tolerance 1e-6 for MIGRAD and MINOS, analytic gradient, a constant taken off -ln L.
Each crossing is checked by a second way: the density is linear in the coefficients, so at a fixed
parameter Newton steps find the minimum exactly, and Brent's method the crossing. "check" is the
largest difference of the two in units of the error.
"""
import json
import os
import sys

import iminuit
import numpy as np
from iminuit import Minuit
from scipy.optimize import brentq
from scipy.special import erf

here = os.path.dirname(os.path.abspath(__file__))
COUNT, SIZES = 20, (300, 3000, 30000)
MASK = (1 << 64) - 1


def events(n, k):
    """n events of window k: SplitMix64, 0, 2 or 5 % signal, slope -0.3, 0 or 0.25; inverse functions."""
    state = [1000003 * n + k]

    def uniform():
        state[0] = (state[0] + 0x9E3779B97F4A7C15) & MASK
        z = state[0]
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return (((z ^ (z >> 31)) >> 11) + 0.5) * 2.0**-53
    mass, s1, s2, lo, hi = window(k)
    half, slope = 20 * s1, (-0.3, 0.0, 0.25)[k // 3 % 3]
    signal = (0, n // 50, n // 20)[k % 3]
    out = []
    while len(out) < n:
        if len(out) < signal:
            width = s1 if uniform() < 0.6 else s2
            x = width * np.sqrt(-2 * np.log(uniform())) * np.cos(2 * np.pi * uniform())
        else:
            p = uniform()
            u = 2 * p - 1 if slope == 0 else (np.sqrt((1 - slope) ** 2 + 4 * slope * p) - 1) / slope
            x = half * u
        if abs(x) < half:
            out.append(float(mass + x))
    return np.sort(np.array(out))


def window(k):
    mass = 0.5 + 9.0 * k / 99
    s1 = 0.002 + 0.0015 * mass
    return mass, s1, 1.6 * s1, mass - 20 * s1, mass + 20 * s1


def shape(t, alpha, n):
    b = n / alpha - alpha
    tail = np.exp(n * np.log(n / alpha) - alpha * alpha / 2) * np.maximum(b - t, n / alpha) ** -n
    return np.where(t > -alpha, np.exp(-t * t / 2), tail)


def primitive(t, alpha, n):
    a, b = (n / alpha) ** n * np.exp(-alpha**2 / 2), n / alpha - alpha
    core = np.sqrt(np.pi / 2) * (erf(t / np.sqrt(2)) - erf(-alpha / np.sqrt(2)))
    tail = a / (n - 1) * ((b - np.minimum(t, -alpha)) ** (1 - n) - (b + alpha) ** (1 - n))
    return np.where(t > -alpha, core, tail)


def signal(x, k):
    mass, s1, s2, lo, hi = window(k)
    area1 = s1 * (primitive((hi - mass) / s1, 1.4, 3.0) - primitive((lo - mass) / s1, 1.4, 3.0))
    area2 = s2 * (primitive((mass - lo) / s2, 1.8, 5.0) - primitive((mass - hi) / s2, 1.8, 5.0))
    return 0.6 * shape((x - mass) / s1, 1.4, 3.0) / area1 + 0.4 * shape((mass - x) / s2, 1.8, 5.0) / area2


class Fit:
    def __init__(self, x, k, order):
        mass, s1, _, _, _ = window(k)
        self.half, self.order, self.n = 20 * s1, order, x.size
        u = (x - mass) / self.half
        self.s = signal(x, k)
        self.t = np.array([np.ones_like(u), u, 2 * u * u - 1][:order + 1]) / self.half   # densities a GeV
        self.area = np.array([2.0, 0.0, -2 / 3][:order + 1])
        self.names = ["n_sig", "n_bkg", "s1", "s2"][:order + 2]
        self.offset = 0.0

    def background(self, p):
        """B and its derivatives in the coefficients."""
        c = np.concatenate([[1.0], p[2:]])
        norm = 1 / (self.area @ c)
        b = norm * (c @ self.t)
        return b, [norm * (self.t[i] - self.area[i] * b) for i in range(1, c.size)]

    def nll(self, p):
        b, _ = self.background(p)
        d = p[0] * self.s + p[1] * b
        return p[0] + p[1] - float(np.log(np.maximum(d, 1e-300)).sum(dtype=np.longdouble)) - self.offset

    def gradient(self, p):
        b, db = self.background(p)
        r = 1 / np.maximum(p[0] * self.s + p[1] * b, 1e-300)
        return np.array([1 - r @ self.s, 1 - r @ b] + [-p[1] * (r @ d) for d in db])

    def minos(self):
        self.offset = 0.0
        start = [0.01 * self.n, 0.99 * self.n] + [0.0] * self.order
        self.offset = self.nll(np.array(start))
        m = Minuit(self.nll, start, grad=self.gradient, name=self.names)
        m.errordef, m.strategy, m.tol = Minuit.LIKELIHOOD, 2, 1e-6
        m.precision = 1e-15
        m.migrad()
        m.hesse()
        m.migrad()
        m.hesse()
        assert m.valid, m.fmin
        m.minos()
        assert all(e.is_valid for e in m.merrors.values()), m.merrors
        return m

    def second_way(self, name, values, up):
        """The crossing of the profile by Newton steps in the coefficients; up is -1 or 1."""
        columns = [self.s] + list(self.t)
        weights = [1.0] + list(self.area)
        i = self.names.index(name)

        def at(value):
            # Density: fixed + sum q_j columns_j; its integral: the same with the weights.
            fixed, rest, w, w0 = 0.0, list(columns), list(weights), 0.0
            if i == 0:
                fixed, w0 = value * rest.pop(0), value * w.pop(0)
            elif i == 1:                        # c0 = (value - sum area_j c_j) / area_0
                fixed, w0 = value / self.area[0] * self.t[0], value
                rest = [self.s] + [self.t[j] - self.area[j] / self.area[0] * self.t[0] for j in range(1, self.order + 1)]
                w = [1.0] + [0.0] * self.order
            else:                               # c_i = value c0
                j = i - 1
                rest[1], w[1] = rest[1] + value * rest[1 + j], w[1] + value * w[1 + j]
                del rest[1 + j], w[1 + j]
            c0 = values[1] / (self.area @ np.concatenate([[1.0], values[2:]]))
            coefficients = [values[0], c0] + [c0 * v for v in values[2:]]
            q = np.array({0: coefficients[1:], 1: coefficients[:1] + coefficients[2:]}.get(i, coefficients[:i] + coefficients[i + 1:]))
            rest, w = np.array(rest), np.array(w)
            f = lambda q: w0 + w @ q - np.log(fixed + q @ rest).sum()
            if np.min(fixed + q @ rest) <= 0:
                q = np.zeros_like(q)
                q[0 if i == 0 else 1 if i > 1 else 0] = 1.0 if i == 1 else self.n / self.half / 2
            for _ in range(200):
                d = fixed + q @ rest
                a = rest / d
                g = w - a.sum(axis=1)
                step = -np.linalg.solve(a @ a.T, g)
                size = 1.0
                while np.min(fixed + (q + size * step) @ rest) <= 0 or f(q + size * step) > f(q) + 1e-9:
                    size /= 2
                    if size < 1e-10:
                        break
                q = q + size * step
                if -g @ step < 1e-14:
                    break
            return f(q) - self.offset
        least = self.nll(np.array(values))
        error = abs(self.errors[name])
        far = values[i] + up * 0.5 * error
        while at(far) - least < 0.5:
            far += up * 0.5 * error
        return brentq(lambda v: at(v) - least - 0.5, values[i], far, xtol=1e-9 * error, rtol=1e-14) - values[i]


def main():
    stored = {}
    start = 0
    raw = np.fromfile(f"{here}/fits.bin", "<f8")
    for f in json.load(open(f"{here}/fits.json"))["fits"]:
        stored[f["n"], f["window"]] = np.sort(raw[start:start + f["n"]])
        start += f["n"]
    out, worst = [], 0.0
    for n in SIZES:
        for k in range(COUNT):
            source = "fits.bin" if (n, k) in stored else "formula"
            x = stored[n, k] if source == "fits.bin" else events(n, k)
            entry = dict(n=n, window=k, source=source, sum=float(np.sum(x)))
            for order, name in ((1, "linear"), (2, "quadratic")):
                fit = Fit(x, k, order)
                m = fit.minos()
                fit.errors = m.errors.to_dict()
                entry[name] = dict(nll=m.fval + fit.offset)
                for q in fit.names:
                    e = m.merrors[q]
                    check = max(abs(fit.second_way(q, list(m.values), s) - v) / m.errors[q] for s, v in ((-1, e.lower), (1, e.upper)))
                    worst = max(worst, check)
                    entry[name][q] = dict(value=m.values[q], hesse=m.errors[q], lower=e.lower, upper=e.upper)
            out.append(entry)
            print(n, k, source, f"{worst:.2g}", file=sys.stderr)
    json.dump(dict(origin=f"make_minos.py: iminuit {iminuit.__version__}, numpy {np.__version__}; MINOS at tolerance 1e-6",
                   check=float(f"{worst:.3g}"), fits=out), open(f"{here}/minos.json", "w"), indent=0)


if __name__ == "__main__":
    main()
