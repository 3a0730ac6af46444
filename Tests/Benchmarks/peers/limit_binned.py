#!/usr/bin/env python3
"""Asymptotic CLs limits (observed and five expected, 90 %, q-tilde) of the 60-bin model.

nu_i = mu (1 + 0.05 theta) S_i + a L_i + b H_i with theta ~ N(0, 1), a, b >= 0.
--tool pyhf      pyhf likelihood and minuit, profile fits shared by the six limits
--tool roostats  AsymptoticCalculator and HypoTestInverter, 30 points; the range comes from a fit
--tool minuit    hand-written CLs, iminuit on a numba likelihood
"""
import argparse

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm

import model

NSIGMA = (-2, -1, 0, 1, 2)


def solve_cls(q, scale, muhat_start=2.0):
    """Six limits from q(mu) = (sqrt q-tilde observed, sqrt q Asimov)."""
    cache = {}

    def at(mu):
        if mu not in cache:
            cache[mu] = q(mu)
        return cache[mu]

    def observed(mu):
        so, sa = at(mu)
        t = so - sa if so <= sa else (so * so - sa * sa) / (2 * sa)
        return norm.sf(t + sa) / norm.sf(t)

    def expected(mu, k):
        return norm.sf(at(mu)[1] - k) / norm.sf(-k)
    top = muhat_start
    while max(observed(top), expected(top, 2)) > model.ALPHA:
        top *= 2
    obs = brentq(lambda m: observed(m) - model.ALPHA, 1e-2, top, rtol=1e-4)
    exp = [brentq(lambda m, k=k: expected(m, k) - model.ALPHA, 1e-2, top, rtol=1e-4) for k in NSIGMA]
    return [obs * scale] + [v * scale for v in exp]


def make_pyhf():
    import pyhf
    pyhf.set_backend("numpy", pyhf.optimize.minuit_optimizer(tolerance=1e-3))
    mle = pyhf.infer.mle

    def spec(item, scale):
        s, low, high, n = item
        norm_ = float(n.sum())
        e = model.LIMIT_SIZE
        free = [{"name": k, "data": list(t * norm_ / 2), "modifiers": [{"name": k, "type": "normfactor", "data": None}]}
                for k, t in (("a", low), ("b", high))]
        signal = {"name": "signal", "data": list(s * scale), "modifiers": [
            {"name": "mu", "type": "normfactor", "data": None},
            {"name": "eff", "type": "histosys", "data": {"hi_data": list(s * scale * (1 + e)), "lo_data": list(s * scale * (1 - e))}}]}
        bounds = [{"name": "mu", "bounds": [[0, 50]], "inits": [1.0]}] + [
            {"name": k, "bounds": [[0, 20]], "inits": [1.0]} for k in "ab"]
        return {"channels": [{"name": "w", "samples": [signal] + free}], "observations": [{"name": "w", "data": list(n)}],
                "measurements": [{"name": "m", "config": {"poi": "mu", "parameters": bounds}}], "version": "1.0.0"}

    def solve(item):
        scale = max(1.0, float(np.sqrt(item[3].sum())))
        ws = pyhf.Workspace(spec(item, scale))
        m = ws.model(measurement_name="m")
        data = ws.data(m)
        c = m.config
        arg = c.suggested_init(), c.suggested_bounds(), c.suggested_fixed()

        def at(mu, d):
            return float(mle.fixed_poi_fit(mu, d, m, *arg, return_fitted_val=True)[1])
        best, free = mle.fit(data, m, *arg, return_fitted_val=True)
        muhat, free = float(best[c.poi_index]), float(free)
        asimov = m.expected_data(mle.fixed_poi_fit(0.0, data, m, *arg))
        flat = at(0.0, asimov)
        return solve_cls(lambda mu: (max(at(mu, data) - free, 0.0) ** 0.5 if mu > muhat else 0.0, max(at(mu, asimov) - flat, 1e-300) ** 0.5), scale)
    return solve


def make_minuit():
    import numba
    from iminuit import Minuit
    size = model.LIMIT_SIZE

    @numba.njit(fastmath=True)
    def kernel(n, s, low, high, p, g):
        e = p[0] * (1 + size * p[3])
        f, x, y, z = 0.5 * p[3] * p[3], 0.0, 0.0, 0.0
        for i in range(n.size):
            v = max(e * s[i] + p[1] * low[i] + p[2] * high[i], 1e-300)
            r = 1 - n[i] / v
            f += v - n[i] * np.log(v)
            x += r * s[i]
            y += r * low[i]
            z += r * high[i]
        g[0], g[1], g[2], g[3] = x * (1 + size * p[3]), y, z, p[3] + x * p[0] * size
        return f

    def minimiser(n, s, low, high):
        g = np.zeros(4)

        def fcn(p):
            return kernel(n, s, low, high, p, g)

        def grad(p):
            kernel(n, s, low, high, p, g)
            return g
        mi = Minuit(fcn, (0.0, 1.0, 1.0, 0.0), grad=grad, name=("mu", "a", "b", "theta"))
        mi.errordef, mi.tol = 0.5, 0.01
        mi.limits["mu"], mi.limits["a"], mi.limits["b"] = (0, None), (0, 20), (0, 20)
        return mi

    def solve(item):
        s, low, high, n = item
        scale, half = max(1.0, float(np.sqrt(n.sum()))), n.sum() / 2
        arg = s * scale, low * half, high * half
        obs = minimiser(n, *arg)
        obs.values["mu"] = 0.1
        obs.migrad()
        muhat, free = obs.values["mu"], obs.fval
        obs.fixed["mu"] = True

        def at(mi, mu):
            mi.values["mu"] = mu
            mi.migrad()
            return mi.fval
        free = min(free, at(obs, 0.0))
        asi = minimiser(obs.values["a"] * arg[1] + obs.values["b"] * arg[2], *arg)
        asi.values["a"], asi.values["b"], asi.fixed["mu"] = obs.values["a"], obs.values["b"], True
        flat = at(asi, 0.0)
        return solve_cls(lambda mu: ((2 * max(at(obs, mu) - free, 0.0)) ** 0.5 if mu > muhat else 0.0,
                                     (2 * max(at(asi, mu) - flat, 1e-30)) ** 0.5), scale)
    return solve


def build(ROOT, item, weighted=False):
    s, low, high, n = item
    half, V, L = float(n.sum()) / 2, ROOT.RooRealVar, ROOT.RooArgList
    w = ROOT.RooWorkspace("w")
    x = V("x", "", 0, model.LIMIT_BINS)
    x.setBins(model.LIMIT_BINS)

    def hist(name, v):
        h = ROOT.TH1D(name, "", model.LIMIT_BINS, 0, model.LIMIT_BINS)
        h.SetDirectory(ROOT.nullptr)
        for i, y in enumerate(v):
            h.SetBinContent(i + 1, y)
        return ROOT.RooDataHist("dh_" + name, "", L(x), h)
    keep = [hist("S", s), hist("L", low * half), hist("H", high * half)]
    parts = [ROOT.RooHistFunc(f"f{i}", "", ROOT.RooArgSet(x), d) for i, d in enumerate(keep)]
    mu = V("mu", "", 1.0, 0, 50 * max(1.0, (2 * half) ** 0.5))
    a, b, th = V("a", "", 1, 0, 20), V("b", "", 1, 0, 20), V("theta", "", 0, -5, 5)
    g0, one = V("theta0", "", 0, -5, 5), V("one", "", 1)
    g0.setConstant(True)
    sig = ROOT.RooFormulaVar("sigyield", f"@0*(1+{model.LIMIT_SIZE}*@1)", L(mu, th))
    pdf = ROOT.RooRealSumPdf("m_x", "", L(*parts), L(sig, a, b), True)
    pdf.setAttribute("BinnedLikelihood")
    con = ROOT.RooGaussian("con", "", g0, th, one)
    full = ROOT.RooProdPdf("model", "", L(pdf, con))
    if weighted:        # toys are RooDataSets; the test statistic wants the same kind of data
        wt = V("wt", "", 1, 0, 1e9)
        data = ROOT.RooDataSet("data", "", ROOT.RooArgSet(x, wt), ROOT.RooFit.WeightVar("wt"))
        for i, y in enumerate(n):
            x.setVal(i + 0.5)
            data.add(ROOT.RooArgSet(x), float(y))
    else:
        data = hist("data", n)
        data.SetName("data")
    getattr(w, "import")(full)
    getattr(w, "import")(data)
    mc = ROOT.RooStats.ModelConfig("sb", w)
    mc.SetPdf(w.pdf("model"))
    mc.SetObservables(ROOT.RooArgSet(w.var("x")))
    mc.SetParametersOfInterest(ROOT.RooArgSet(w.var("mu")))
    mc.SetNuisanceParameters(ROOT.RooArgSet(w.var("a"), w.var("b"), w.var("theta")))
    mc.SetGlobalObservables(ROOT.RooArgSet(w.var("theta0")))
    w.var("mu").setVal(1)
    mc.SetSnapshot(ROOT.RooArgSet(w.var("mu")))
    bo = mc.Clone("b")
    bo.SetName("b")
    w.var("mu").setVal(0)
    bo.SetSnapshot(ROOT.RooArgSet(w.var("mu")))
    w.var("mu").setVal(1)
    return w, mc, bo, keep


def make_roostats():
    import ROOT
    ROOT.gROOT.SetBatch(True)
    ROOT.RooMsgService.instance().setGlobalKillBelow(ROOT.RooFit.FATAL)
    ROOT.Math.MinimizerOptions.SetDefaultMinimizer("Minuit2")
    ROOT.Math.MinimizerOptions.SetDefaultPrintLevel(-1)
    ROOT.RooStats.AsymptoticCalculator.SetPrintLevel(-1)

    def solve(item):
        s, low, high, n = item
        b = n.sum() / 2 * (low + high)
        top = 4.5 / np.sqrt((s * s / np.maximum(b, 1e-9)).sum()) + 1.3 * max(0.0, float(((n - b) * s).sum() / (s * s).sum()))
        while True:
            w, mc, bo, keep = build(ROOT, item)
            ac = ROOT.RooStats.AsymptoticCalculator(w.data("data"), bo, mc, False)
            ac.SetOneSided(True)
            inv = ROOT.RooStats.HypoTestInverter(ac)
            inv.SetConfidenceLevel(1 - model.ALPHA)
            inv.UseCLs(True)
            inv.SetVerbose(False)
            inv.SetFixedScan(30, top * 0.01, top)
            r = inv.GetInterval()
            out = [r.UpperLimit()] + [r.GetExpectedUpperLimit(k) for k in NSIGMA]
            if max(out) < 0.97 * top:
                return out
            top *= 1.6
    return solve


if __name__ == "__main__":
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("data")
    a.add_argument("--tool", choices=["pyhf", "roostats", "minuit"], default="minuit")
    a.add_argument("--threads", type=int, default=1)
    a.add_argument("--windows", type=int, default=100)
    a = a.parse_args()
    items = model.read_limits(a.data)[:a.windows]
    maker, peer = {"pyhf": (make_pyhf, "pyhf"), "roostats": (make_roostats, "RooStats"), "minuit": (make_minuit, "iminuit+numba")}[a.tool]
    result, seconds = model.spread(maker, items, a.threads, 1)
    model.emit(task="limit", peer=peer, variant="60 bins", threads=a.threads, items=len(items), seconds=seconds,
               values=[v for r in result for v in r])
