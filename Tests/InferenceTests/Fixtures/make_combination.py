#!/usr/bin/env python3
"""Makes combination.json: two windows with one common strength, by pyhf and by iminuit.

Run: python make_combination.py (numpy, scipy, pyhf, iminuit).

"binned": two channels of 60 bins, each a normal peak on a linear background a L + b H with a, b >= 0
(L falling and H rising linearly to the window's ends); the yield of channel i is mu y_i times its
nuisance factors: kappa^theta (normsys with lo = 1/kappa, hi = kappa, interpolation code 1) or
1 + delta theta (histosys, linear). One name is one parameter. 90 % CLs limits with q-tilde,
asymptotic, observed and expected, by root finding; fitted strength, error, q0.

"unbinned": two windows with events, normal peaks, linear backgrounds; extended unbinned -ln L of
both with the shared nuisance parameters, minimised by Minuit over everything: fitted strength, its
Hesse error, signed root, and 2 ln L above the minimum at fixed strengths.
"""
import json
import os

import numpy as np
import pyhf
from iminuit import Minuit
from scipy.optimize import brentq
from scipy.special import ndtr

here = os.path.dirname(os.path.abspath(__file__))
BINS, HALF, ALPHA = 60, 20.0, 0.10
pyhf.set_backend("numpy", pyhf.optimize.minuit_optimizer(tolerance=1e-5, strategy=2))


def peak(width):
    edges = np.linspace(-HALF * width, HALF * width, BINS + 1)
    return np.diff(ndtr(edges / width))


def ramps():
    u = (np.arange(BINS) + 0.5) * 2 / BINS - 1
    return (1 - u) / BINS, (1 + u) / BINS


# name, kind of the factor, relative size in each channel (0: not there)
CASES = [
    dict(name="shared log-normal", seed=1, width=[0.01, 0.02], unit=[40.0, 25.0],
         background=[600, 900], slope=[0.2, -0.3], strength=0.4,
         nuisances=[("efficiency", "log-normal", [0.10, 0.10]), ("luminosity", "log-normal", [0.02, 0.02])]),
    dict(name="separate log-normal", seed=1, width=[0.01, 0.02], unit=[40.0, 25.0],
         background=[600, 900], slope=[0.2, -0.3], strength=0.4,
         nuisances=[("efficiency A", "log-normal", [0.10, 0]), ("efficiency B", "log-normal", [0, 0.10]),
                    ("luminosity", "log-normal", [0.02, 0.02])]),
    dict(name="shared Gaussian", seed=2, width=[0.01, 0.03], unit=[20.0, 60.0],
         background=[300, 3000], slope=[0.0, 0.5], strength=0.8,
         nuisances=[("efficiency", "gaussian", [0.15, 0.05])]),
    dict(name="no nuisance", seed=3, width=[0.02, 0.02], unit=[10.0, 10.0],
         background=[120, 150], slope=[0.1, 0.1], strength=0.0, nuisances=[]),
    dict(name="low counts", seed=4, width=[0.02, 0.01], unit=[5.0, 8.0],
         background=[40, 25], slope=[0.1, -0.2], strength=0.2,
         nuisances=[("efficiency", "log-normal", [0.20, 0.20])]),
    dict(name="discovery", seed=5, width=[0.01, 0.01], unit=[30.0, 15.0],
         background=[400, 500], slope=[0.1, -0.2], strength=2.0,
         nuisances=[("efficiency", "log-normal", [0.20, 0.10])]),
]


def channel_counts(rng, case, i):
    low, high = ramps()
    b = case["background"][i]
    shape = 0.5 * (1 - case["slope"][i]) * low + 0.5 * (1 + case["slope"][i]) * high
    rate = b * shape + case["strength"] * case["unit"][i] * peak(case["width"][i])
    return rng.poisson(rate).astype(float)


def workspace(case, counts):
    low, high = ramps()
    channels = []
    for i, data in enumerate(counts):
        s = case["unit"][i] * peak(case["width"][i])
        modifiers = [dict(name="mu", type="normfactor", data=None)]
        for name, kind, sizes in case["nuisances"]:
            if sizes[i] == 0:
                continue
            if kind == "log-normal":
                modifiers.append(dict(name=name, type="normsys", data=dict(hi=1 + sizes[i], lo=1 / (1 + sizes[i]))))
            else:
                modifiers.append(dict(name=name, type="histosys", data=dict(
                    hi_data=list(s * (1 + sizes[i])), lo_data=list(s * (1 - sizes[i])))))
        samples = [dict(name="signal", data=list(s), modifiers=modifiers)]
        for name, shape in (("low", low), ("high", high)):
            samples.append(dict(name=name, data=list(0.5 * case["background"][i] * shape), modifiers=[
                dict(name=f"{name}{i}", type="normfactor", data=None)]))
        channels.append(dict(name=f"channel{i}", samples=samples))
    spec = dict(channels=channels, parameters=[
        dict(name="mu", bounds=[[-10, 40]], inits=[1.0])] + [
        dict(name=f"{n}{i}", bounds=[[0, 10]], inits=[1.0]) for n in ("low", "high") for i in (0, 1)])
    return pyhf.Model(spec, poi_name="mu", modifier_settings=dict(
        normsys=dict(interpcode="code1"), histosys=dict(interpcode="code0")))


def binned(case):
    rng = np.random.default_rng(case["seed"])
    counts = [channel_counts(rng, case, i) for i in (0, 1)]
    model = workspace(case, counts)
    data = list(np.concatenate(counts)) + model.config.auxdata
    free, best = pyhf.infer.mle.fit(data, model, return_uncertainties=True, return_fitted_val=True)
    poi = model.config.poi_index
    mu, error = float(free[poi][0]), float(free[poi][1])
    _, null = pyhf.infer.mle.fixed_poi_fit(0.0, data, model, return_fitted_val=True)
    bounds = model.config.suggested_bounds()
    bounds[poi] = (0, 40)

    def cls(value):
        observed, expected = pyhf.infer.hypotest(
            value, data, model, test_stat="qtilde", par_bounds=bounds, return_expected_set=True)
        return [float(observed)] + [float(e) for e in expected]

    sigma = error if np.isfinite(error) and error > 0 else 0.3
    limits = []
    for k in range(6):  # observed, then -2 ... +2: CLs rises from -2 to +2
        limits.append(brentq(lambda m: cls(m)[k] - ALPHA, max(mu, 0) * (k == 0) + 0.05 * sigma,
                             max(mu, 0) * (k == 0) + 12 * sigma, xtol=1e-7, rtol=1e-7))
    return dict(name=case["name"], width=case["width"], unit=case["unit"], nuisances=[
        dict(name=n, constraint=k, sizes=s) for n, k, s in case["nuisances"]],
        counts=[list(c) for c in counts], strength=mu, error=error, twice=float(null) - float(best),
        observed=limits[0], expected=limits[1:])


def density(x, width):
    return np.exp(-0.5 * (x / width) ** 2) / (width * np.sqrt(2 * np.pi))


def unbinned(name, seed, widths, units, backgrounds, slopes, strength, kappas):
    """kappas: per nuisance the relative size of each window, log-normal."""
    rng = np.random.default_rng(seed)
    events = []
    for w, y, b, c in zip(widths, units, backgrounds, slopes):
        u = rng.uniform(-1, 1, 8 * b + 50)
        u = u[rng.uniform(size=u.size) * (1 + abs(c)) < 1 + c * u][:rng.poisson(b)]
        s = rng.normal(size=rng.poisson(strength * y))
        events.append(np.sort(np.concatenate([u * HALF * w, s * w])))
    acceptance = ndtr(HALF) - ndtr(-HALF)
    n = len(kappas)

    def nll(p):
        mu, theta = p[0], p[1:1 + n]
        total = 0.5 * np.sum(theta ** 2)
        for i, (x, w) in enumerate(zip(events, widths)):
            b, c = p[1 + n + 2 * i], p[2 + n + 2 * i]
            s = mu * units[i] * np.exp(sum(t * np.log1p(k[i]) for t, k in zip(theta, kappas)))
            u = x / (HALF * w)
            nu = s * density(x, w) + (b + c * u) / (2 * HALF * w)
            if np.any(nu <= 0):
                return 1e10
            total += s * acceptance + b - np.sum(np.log(nu))
        return total

    start = [0.1] + [0.0] * n + [v for x in events for v in (float(len(x)), 0.0)]

    def fit(fixed=None):
        m = Minuit(nll, np.array(start))
        m.errordef, m.strategy, m.tol = 0.5, 2, 1e-4
        if fixed is not None:
            m.values["x0"], m.fixed["x0"] = fixed, True
        for _ in range(3):
            m.migrad()
        m.hesse()
        return m

    free = fit()
    mu, error = free.values["x0"], free.errors["x0"]
    scan = [mu + d * error for d in (-2, -1, 1, 2, 3, 4)]
    return dict(name=name, width=widths, unit=units, sizes=kappas, events=[list(x) for x in events],
                strength=mu, error=error, null=2 * (fit(0.0).fval - free.fval),
                scan=[dict(strength=m, twice=2 * (fit(m).fval - free.fval)) for m in scan],
                pulls=[free.values[f"x{1 + i}"] for i in range(n)])


out = dict(
    programs=dict(pyhf=pyhf.__version__, numpy=np.__version__, level="0.9"),
    binned=[binned(c) for c in CASES],
    unbinned=[
        unbinned("excess in one", 11, [0.02, 0.05], [20.0, 40.0], [150, 400], [0.3, -0.4], 0.6,
                 [[0.2, 0.1], [0.02, 0.02]]),
        unbinned("deficit", 12, [0.02, 0.05], [30.0, 10.0], [300, 100], [0.3, -0.4], 0.0, [[0.1, 0.1]]),
    ])
with open(f"{here}/combination.json", "w") as file:
    json.dump(out, file, separators=(",", ":"))
    file.write("\n")
for c in out["binned"]:
    print(c["name"], c["strength"], c["error"], c["twice"], c["observed"], c["expected"])
for c in out["unbinned"]:
    print(c["name"], [len(e) for e in c["events"]], c["strength"], c["error"], c["null"], c["pulls"], c["scan"])
