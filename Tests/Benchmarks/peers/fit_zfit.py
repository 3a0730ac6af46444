#!/usr/bin/env python3
"""Window fits with zfit (TensorFlow) and Minuit: fixed shape, or all nuisances on.

zfit's spaces are fixed, so the fit runs in u = (m - centre) / half-width, in which the model is
the same for all windows: one graph, traced once before the timer, the data changed for each fit.
"""
import argparse
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("ZFIT_DISABLE_TF_WARNINGS", "1")
os.environ["TF_NUM_INTRAOP_THREADS"] = os.environ["TF_NUM_INTEROP_THREADS"] = "1"     # as the others

import model  # noqa: E402

a = model.fit_arguments(argparse.ArgumentParser(description=__doc__))
HALF = 20.0     # of a window, in sigma1


def make():
    import zfit
    P, obs = zfit.Parameter, zfit.Space("u", -1, 1)
    minimizer = zfit.minimize.Minuit(gradient="zfit")
    built = {}

    def build(n):
        ns, nb = P(f"n_sig{n}", 1.0), P(f"n_bkg{n}", float(n))
        slopes = [P(f"s{i}_{n}", 0.0) for i in range(2 if a.model == "quadratic" else 1)]
        theta, constraints, w1, w2, signal = [], None, 1 / HALF, model.RATIO / HALF, ns
        if a.model == "nuisances":
            theta = [P(f"theta{i}_{n}", 0.0, -5, 5) for i in range(3)]
            constraints = [zfit.constraint.GaussianConstraint(t, observation=0.0, sigma=1.0) for t in theta]
            x, y = (1 + v for v in model.YIELD_SIZES)
            signal = zfit.ComposedParameter(f"yield{n}", lambda s, p, q: s * x**p * y**q, params=[ns, theta[0], theta[1]])
            w1 = zfit.ComposedParameter(f"w1_{n}", lambda t: (1 + model.WIDTH_SIZE * t) / HALF, params=[theta[2]])
            w2 = zfit.ComposedParameter(f"w2_{n}", lambda t: model.RATIO * (1 + model.WIDTH_SIZE * t) / HALF, params=[theta[2]])
        left = zfit.pdf.CrystalBall(obs=obs, mu=0.0, sigma=w1, alpha=model.ALPHA_L, n=model.N_L)
        right = zfit.pdf.CrystalBall(obs=obs, mu=0.0, sigma=w2, alpha=-model.ALPHA_R, n=model.N_R)
        both = zfit.pdf.SumPDF([left, right], fracs=model.FRACTION, extended=signal)
        total = zfit.pdf.SumPDF([both, zfit.pdf.Chebyshev(obs=obs, coeffs=slopes, extended=nb)])
        sampler = total.create_sampler(n=n)
        options = dict(constraints=constraints) if constraints else {}
        loss = zfit.loss.ExtendedUnbinnedNLL(total, sampler, options={"subtr_const": False}, **options)
        return loss, sampler, ns, nb, slopes + theta

    def solve(win):
        if win.n not in built:
            built[win.n] = build(win.n)
        loss, sampler, ns, nb, rest = built[win.n]
        sampler.update_data(((win.m - win.mass) / (0.5 * (win.hi - win.lo)))[:, None])
        ns.set_value(0.01 * win.n)
        nb.set_value(0.99 * win.n)
        for p in rest:
            p.set_value(0.0)
        r = minimizer.minimize(loss)
        e = r.hesse(params=[ns], method="minuit_hesse")
        return float(r.params[ns]["value"]), float(e[ns]["error"])
    return solve


for n, windows in model.read_fits(a.data, a.model, a.windows).items():
    result, seconds = model.spread(make, windows, a.threads, 1)
    model.emit(task="fit", peer="zfit", variant=f"{a.model} n={n}", threads=a.threads, items=len(windows), seconds=seconds,
               values=[v for v, _ in result], errors=[e for _, e in result])
