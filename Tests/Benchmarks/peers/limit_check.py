#!/usr/bin/env python3
"""RooStats' asymptotic CLs at Nightjar's limits: at a 90 % limit it should be 0.1.

LIMITS is what `nightjar-bench --only check` writes: for each of the 100 reference windows (60 bins,
q-tilde, 5 % on the signal, a falling and a rising line with free coefficients >= 0) the counts and
Nightjar's observed limit and expected ones (-2..+2 sigma). RooStats' AsymptoticCalculator makes its
own fits; the expected CLs comes from its Asimov set at the expected limit. Fails above 2e-3.
limit_check.json beside this script is the record of a run.
"""
import argparse
import json
import sys

import numpy as np

import limit_binned
import model

a = argparse.ArgumentParser(description=__doc__)
a.add_argument("limits")
a.add_argument("--output")
a = a.parse_args()
import ROOT  # noqa: E402

ROOT.gROOT.SetBatch(True)
ROOT.RooMsgService.instance().setGlobalKillBelow(ROOT.RooFit.FATAL)
ROOT.Math.MinimizerOptions.SetDefaultMinimizer("Minuit2")
ROOT.Math.MinimizerOptions.SetDefaultPrintLevel(-1)
ROOT.Math.MinimizerOptions.SetDefaultTolerance(1e-3)
ROOT.RooStats.AsymptoticCalculator.SetPrintLevel(-1)
x = (np.arange(model.LIMIT_BINS) + 0.5) / model.LIMIT_BINS
low, high = (1 - x) / (1 - x).sum(), x / x.sum()


def pvalues(item, mu):
    w, mc, bo, keep = limit_binned.build(ROOT, item)
    w.var("mu").setVal(mu)
    mc.SetSnapshot(ROOT.RooArgSet(w.var("mu")))
    ac = ROOT.RooStats.AsymptoticCalculator(w.data("data"), bo, mc, False)
    ac.SetOneSided(True)
    r = ac.GetHypoTest()
    return r.NullPValue(), r.AlternatePValue()


windows = []
for entry in json.load(open(a.limits)):
    mass, s1 = entry["mass"], entry["width"]
    win = model.Window(0, entry["window"], (mass, s1, model.RATIO * s1, mass - 20 * s1, mass + 20 * s1), None)
    item = (model.signal_bins(win, np.linspace(win.lo, win.hi, model.LIMIT_BINS + 1)), low, high, np.array(entry["counts"]))
    sb, b = pvalues(item, entry["observed"])
    expected = []
    for k, mu in zip(limit_binned.NSIGMA, entry["expected"]):
        p = pvalues(item, mu)
        expected.append(float(ROOT.RooStats.AsymptoticCalculator.GetExpectedPValues(p[0], p[1], k, True)))
    windows.append(dict(window=entry["window"], observed=sb / b, expected=expected))
observed = np.array([w["observed"] for w in windows])
expected = np.array([w["expected"] for w in windows])
worst = [float(np.abs(v - model.ALPHA).max()) for v in (observed, expected)]
record = dict(origin="limit_check.py: RooStats' asymptotic CLs at Nightjar's 90 % limits of the 100 reference windows",
              root=str(ROOT.gROOT.GetVersion()), numpy=np.__version__, windows=len(windows),
              largestDeviationObserved=worst[0], largestDeviationExpected=worst[1],
              medianDeviationObserved=float(np.median(np.abs(observed - model.ALPHA))),
              medianDeviationExpected=float(np.median(np.abs(expected - model.ALPHA))), results=windows)
if a.output:
    json.dump(record, open(a.output, "w"), indent=0)
print(f"RooStats {record['root']} at Nightjar's limits of {len(windows)} windows: |CLs - 0.1| <= {worst[0]:.1e} at the observed, "
      f"<= {worst[1]:.1e} at the expected limits; allowed 2e-3")
sys.exit(0 if max(worst) < 2e-3 else 1)
