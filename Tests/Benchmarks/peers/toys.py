#!/usr/bin/env python3
"""Toys with RooFit and RooStats: drawn and fitted.

--task fit    background-only toys of --events events on 1 + s u (s from --slope), one extended
              unbinned signal+background fit each (vectorised back end); prints mean and rms of the pull
--task test   toys of the 60-bin model of window --window in LIMITS at --strength signal events:
              FrequentistCalculator with the one-sided profile likelihood ratio, two fits a toy; prints CLs+b
"""
import argparse

import numpy as np

import limit_binned
import model

a = argparse.ArgumentParser(description=__doc__)
a.add_argument("limits")
a.add_argument("--task", choices=["fit", "test"], default="fit")
a.add_argument("--toys", type=int, default=400)
a.add_argument("--threads", type=int, default=1)
a.add_argument("--events", type=int, default=3000)
a.add_argument("--slope", type=float, default=-0.3)
a.add_argument("--window", type=int, default=1)
a.add_argument("--strength", type=float, default=0)
a = a.parse_args()


def make_fit():
    import fit_kernels_roofit
    m = fit_kernels_roofit.Model(False)
    R, s1 = m.R, 0.002 + 0.0015 * 0.5
    lo, hi = 0.5 - 20 * s1, 0.5 + 20 * s1
    win = model.Window(a.events, 0, (0.5, s1, model.RATIO * s1, lo, hi), None)

    def solve(seed):
        R.RooRandom.randomGenerator().SetSeed(seed + 1)
        m.m.setRange(lo, hi)
        m.mean.setVal(0.5)
        m.s1.setVal(s1)
        m.s2.setVal(model.RATIO * s1)
        m.slopes[0].setVal(a.slope)
        m.ns.setVal(0)
        m.nb.setVal(a.events)
        m.data = {(win.n, win.k): m.pdf.generate(R.RooArgSet(m.m), R.RooFit.Extended(True))}
        value, error = m.fit(win)
        return value / error
    return solve


def make_test():
    import ROOT
    ROOT.gROOT.SetBatch(True)
    ROOT.RooMsgService.instance().setGlobalKillBelow(ROOT.RooFit.FATAL)
    ROOT.Math.MinimizerOptions.SetDefaultMinimizer("Minuit2")
    ROOT.Math.MinimizerOptions.SetDefaultPrintLevel(-1)
    item = model.read_limits(a.limits)[a.window]

    def solve(share):
        seed, toys = share
        w, mc, bo, keep = limit_binned.build(ROOT, item, weighted=True)
        w.var("mu").setVal(a.strength)
        mc.SetSnapshot(ROOT.RooArgSet(w.var("mu")))
        ROOT.RooRandom.randomGenerator().SetSeed(seed)
        fc = ROOT.RooStats.FrequentistCalculator(w.data("data"), bo, mc)
        fc.SetToys(toys, 1)
        ts = ROOT.RooStats.ProfileLikelihoodTestStat(mc.GetPdf())
        ts.SetOneSided(True)
        ts.SetPrintLevel(-1)
        sampler = fc.GetTestStatSampler()
        sampler.SetTestStatistic(ts)
        sampler.SetGenerateBinned(True)
        return fc.GetHypoTest().NullPValue()
    return solve


if a.task == "fit":
    pulls, seconds = model.spread(make_fit, list(range(a.toys)), a.threads, 1)
    model.emit(task="toy", peer="RooFit", variant=f"unbinned n={a.events}", threads=a.threads, items=a.toys, seconds=seconds,
               values=[float(np.mean(pulls)), float(np.std(pulls))], errors=[a.toys**-0.5, (2 * a.toys) ** -0.5])
else:
    parts = [(17 + i, a.toys // a.threads) for i in range(a.threads)]
    p, seconds = model.spread(make_test, parts, a.threads, 1)
    p, n = float(np.mean(p)), sum(t for _, t in parts)
    model.emit(task="toy", peer="RooStats", variant="60 bins, test statistic", threads=a.threads, items=n, seconds=seconds,
               values=[p], errors=[float(np.sqrt(p * (1 - p) / n))])
