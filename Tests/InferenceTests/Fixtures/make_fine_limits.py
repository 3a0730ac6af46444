#!/usr/bin/env python3
"""Makes fine_limits.json: 90 % CLs limits of ten windows of fits.bin in bins of sigma/20, by pyhf.

Model: nu_i = mu (1 + 0.05 theta) S_i + a L_i + b H_i in 800 bins over 40 sigma, theta ~ N(0,1),
a, b >= 0, L falling and H rising linearly to the window's ends; S is the two Crystal Balls of
fits.json integrated over the bins, each normalised in the window. q-tilde, asymptotic; mu in signal
events in the window. An unbinned fit must agree as far as bins of sigma/20 lose nothing.
"""
import json
import os
import sys

import numpy as np
import pyhf
from scipy.optimize import brentq
from scipy.special import erf
from scipy.stats import norm

here = os.path.dirname(os.path.abspath(__file__))
fits = json.load(open(f"{here}/fits.json"))["fits"]
events = np.fromfile(f"{here}/fits.bin", "<f8")
BINS, UNCERTAINTY, ALPHA = int(sys.argv[1]), 0.05, 0.10


def primitive(t, alpha, n):
    """Integral of a Crystal Ball with its tail below -alpha, from -alpha to t."""
    a, b = (n / alpha) ** n * np.exp(-alpha**2 / 2), n / alpha - alpha
    core = np.sqrt(np.pi / 2) * (erf(t / np.sqrt(2)) - erf(-alpha / np.sqrt(2)))
    tail = a / (n - 1) * ((b - np.minimum(t, -alpha)) ** (1 - n) - (b + alpha) ** (1 - n))
    return np.where(t > -alpha, core, tail)


def template(f):
    edges = np.linspace(f["lo"], f["hi"], BINS + 1) - f["mass"]
    left = np.diff(primitive(edges / f["sigma1"], 1.4, 3.0))
    right = -np.diff(primitive(-edges / f["sigma2"], 1.8, 5.0))
    return 0.6 * left / left.sum() + 0.4 * right / right.sum()


def limits(f, x):
    s = template(f)
    n = np.histogram(x, bins=np.linspace(f["lo"], f["hi"], BINS + 1))[0].astype(float)
    u = (np.arange(BINS) + 0.5) / BINS
    low, high = 2 * (1 - u) / BINS, 2 * u / BINS
    scale = max(1.0, np.sqrt(n.sum()))
    spec = {"channels": [{"name": "w", "samples": [
        {"name": "signal", "data": list(s * scale), "modifiers": [
            {"name": "mu", "type": "normfactor", "data": None},
            {"name": "eff", "type": "histosys", "data": {
                "hi_data": list(s * scale * (1 + UNCERTAINTY)),
                "lo_data": list(s * scale * (1 - UNCERTAINTY))}}]},
        {"name": "low", "data": list(low * n.sum() / 2), "modifiers": [{"name": "a", "type": "normfactor", "data": None}]},
        {"name": "high", "data": list(high * n.sum() / 2), "modifiers": [{"name": "b", "type": "normfactor", "data": None}]}]}],
        "observations": [{"name": "w", "data": list(n)}],
        "measurements": [{"name": "m", "config": {"poi": "mu", "parameters": [
            {"name": "mu", "bounds": [[0, 50]], "inits": [1.0]},
            {"name": "a", "bounds": [[0, 20]], "inits": [1.0]},
            {"name": "b", "bounds": [[0, 20]], "inits": [1.0]}]}}], "version": "1.0.0"}
    ws = pyhf.Workspace(spec)
    model = ws.model(measurement_name="m")
    data = ws.data(model)
    init, bounds = model.config.suggested_init(), model.config.suggested_bounds()
    fixed = model.config.suggested_fixed()

    def at(mu, d):
        return float(pyhf.infer.mle.fixed_poi_fit(mu, d, model, init, bounds, fixed, return_fitted_val=True)[1])

    best, free = pyhf.infer.mle.fit(data, model, init, bounds, fixed, return_fitted_val=True)
    hat = float(best[model.config.poi_index])
    asimov = model.expected_data(pyhf.infer.mle.fixed_poi_fit(0.0, data, model, init, bounds, fixed))
    base = at(0.0, asimov)
    cache = {}

    def q(mu):
        if mu not in cache:
            cache[mu] = (max(at(mu, data) - float(free), 0.0) if mu > hat else 0.0,
                         max(at(mu, asimov) - base, 1e-300))
        return cache[mu]

    def observed(mu):
        o, a = q(mu)
        ra = np.sqrt(a)
        t = np.sqrt(o) - ra if o <= a else (o - a) / (2 * ra)
        return norm.sf(t + ra) / norm.sf(t) - ALPHA

    def expected(mu, k):
        ra = np.sqrt(q(mu)[1])
        return norm.sf(ra - k) / norm.sf(-k) - ALPHA

    top = 2.0
    while max(observed(top), expected(top, 2)) > 0:
        top *= 2
    found = [brentq(observed, 1e-2, top, rtol=1e-6)]
    found += [brentq(lambda m, k=k: expected(m, k), 1e-2, top, rtol=1e-6) for k in (-2, -1, 0, 1, 2)]
    return [v * scale for v in found]


pyhf.set_backend("numpy", pyhf.optimize.minuit_optimizer(tolerance=1e-3))
out, start = [], 0
wanted = [(300, k) for k in range(6)] + [(3000, k) for k in range(4)]
for f in fits:
    x = events[start:start + f["n"]]
    start += f["n"]
    if (f["n"], f["window"]) in wanted:
        r = limits(f, x)
        out.append(dict(n=f["n"], window=f["window"], observed=r[0], expected=r[1:]))
        print(out[-1], file=sys.stderr, flush=True)
json.dump(dict(source=f"pyhf {pyhf.__version__} minuit, {BINS} bins", level=0.9, windows=out),
          open(f"{here}/fine_limits_{BINS}.json", "w"), indent=0)
