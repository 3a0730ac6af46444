#!/usr/bin/env python3
"""Compares fits of HS3 files by Nightjar, RooFit and pyhs3.

    hs3_roofit.py --nightjar .build/release/nightjar Tests/SearchTests/Fixtures/hs3/*.hs3.json

RooFit reads each file with RooJSONFactoryWSTool and minimises with Minuit2 (strategy 2, MINOS);
pyhs3, where it is installed, evaluates ln L at the start values and at Nightjar's minimum. Compared:
the rise of -ln L from the minimum to the start values, the fitted values in units of their errors, the
errors, and MINOS errors. Writes hs3_roofit.md and hs3_roofit.json beside this script with --record.
"""
import argparse
import json
import logging
import math
import os
import subprocess
import sys
import warnings

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)


def nightjar(program, path):
    out = subprocess.run([program, "fit", path, "--minos", "--json"], capture_output=True, text=True)
    if out.returncode != 0:
        sys.exit(f"{path}: nightjar fit: {out.stderr}")
    return json.loads(out.stdout)


def names(document):
    """Names in the file by the original ones."""
    notes = document["misc"]["nightjar"]["parameters"]
    return {p["name"]: p.get("file_name", p["name"]) for p in notes}


class RooFit:
    def __init__(self):
        import ROOT
        self.ROOT = ROOT
        ROOT.gROOT.SetBatch(True)
        ROOT.RooMsgService.instance().setGlobalKillBelow(ROOT.RooFit.FATAL)
        self.version = ROOT.gROOT.GetVersion()

    def fit(self, path, document, free):
        ROOT = self.ROOT
        workspace = ROOT.RooWorkspace("workspace")
        ROOT.RooJSONFactoryWSTool(workspace).importJSON(path)
        likelihood = document["likelihoods"][0]
        constraints = ROOT.RooArgSet()
        for name in likelihood.get("aux_distributions", []):
            constraints.add(workspace.pdf(name))
        terms, kept = ROOT.RooArgList(), []
        for i, (name, data) in enumerate(zip(likelihood["distributions"], likelihood["data"])):
            pdf = workspace.pdf(name)
            options = []
            if i == 0 and len(constraints):
                options.append(ROOT.RooFit.ExternalConstraints(constraints))
            if pdf.canBeExtended():
                options.append(ROOT.RooFit.Extended(True))
            kept.append(pdf.createNLL(workspace.data(data), *options))
            terms.add(kept[-1])
        nll = ROOT.RooAddition("nll", "nll", terms)
        start = nll.getVal()
        minimizer = ROOT.RooMinimizer(nll)
        minimizer.setPrintLevel(-1)
        minimizer.setPrintEvalErrors(-1)
        minimizer.setErrorLevel(0.5)
        minimizer.setStrategy(2)
        minimizer.setEps(1e-6)
        status = minimizer.minimize("Minuit2", "migrad")
        minimizer.hesse()
        least = nll.getVal()
        result = {"status": status, "rise": start - least, "values": {}, "errors": {}, "minos": {}}
        for name in free:
            v = workspace.var(name)
            result["values"][name], result["errors"][name] = v.getVal(), v.getError()
        minimizer.minos()
        for name in free:
            v = workspace.var(name)
            result["minos"][name] = [-v.getErrorLo(), v.getErrorHi()]
        return result


class Pyhs3:
    def __init__(self):
        import numpy
        import pyhs3
        import pytensor
        from importlib.metadata import version
        from pytensor.graph.traversal import explicit_graph_inputs
        self.numpy, self.pyhs3, self.pytensor = numpy, pyhs3, pytensor
        self.inputs = explicit_graph_inputs
        self.version = version("pyhs3")
        # Its 64 nodes do not resolve a narrow peak with kinks; 4,000 do to about 1e-5.
        from pyhs3 import normalization
        nodes, weights = numpy.polynomial.legendre.leggauss(4000)
        normalization._GL_NODES_T = pytensor.tensor.constant(nodes)
        normalization._GL_WEIGHTS_T = pytensor.tensor.constant(weights)

    def rise(self, path, best):
        workspace = self.pyhs3.Workspace.load(path)
        model = workspace.model(workspace.analyses[0])
        expression = model.log_prob
        inputs = [v for v in self.inputs([expression]) if v.name is not None]
        f = self.pytensor.function(inputs, expression, on_unused_input="ignore", mode="FAST_COMPILE")
        array = self.numpy.asarray
        base = {**{k: array(v) for k, v in model.nominal_params.items()}, **model.data}

        def at(point):
            values = {**base, **{k: array(float(v)) for k, v in point.items()}}
            return float(self.numpy.sum(f(*[array(values[v.name]) for v in inputs])))

        return at(best) - at({})


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("files", nargs="+")
parser.add_argument("--nightjar", default="nightjar")
parser.add_argument("--record", action="store_true")
options = parser.parse_args()

roofit = RooFit()
try:
    pyhs3 = Pyhs3()
except ImportError:
    pyhs3 = None
rows, results = [], {}
for path in options.files:
    name = os.path.basename(path).removesuffix(".hs3.json")
    with open(path) as file:
        document = json.load(file)
    own = nightjar(options.nightjar, path)
    known = names(document)
    free = {p["name"]: p for p in own["parameters"] if not p["fixed"]}
    other = roofit.fit(path, document, [known[p] for p in free])
    rise = own["nllAtStart"] - own["nll"]
    worst = {"value": 0.0, "error": 0.0, "minos": 0.0}
    for original, p in free.items():
        key, error = known[original], p["error"]
        worst["value"] = max(worst["value"], abs(p["value"] - other["values"][key]) / error)
        worst["error"] = max(worst["error"], abs(error - other["errors"][key]) / error)
        for mine, theirs in zip((p["errorBelow"], p["errorAbove"]), other["minos"][key]):
            if theirs > 0:  # MINOS of Minuit gives 0 where it failed
                worst["minos"] = max(worst["minos"], abs(mine - theirs) / error)
    second = None
    if pyhs3:
        try:
            second = pyhs3.rise(path, {known[o]: p["value"] for o, p in free.items()})
        except Exception as fault:  # what pyhs3 lacks is part of the result
            second = f"{type(fault).__name__}: {str(fault).splitlines()[0][:120]}"
    results[name] = {
        "nightjar": {"status": own["status"], "rise": rise,
                     "parameters": {known[o]: [p["value"], p["error"], p["errorBelow"], p["errorAbove"]]
                                    for o, p in free.items()}},
        "roofit": other, "pyhs3": second, "worst": worst,
    }
    text = "" if second is None else (
        second if isinstance(second, str) else "not a number" if math.isnan(second) else f"{second:.6f}")
    rows.append((name, len(free), f"{rise:.7f}", f"{other['rise'] - rise:.1e}", f"{worst['value']:.1e}",
                 f"{worst['error']:.1e}", f"{worst['minos']:.1e}", text))
    print(*rows[-1], sep="  ", flush=True)

head = ("file", "free parameters", "rise of -ln L, Nightjar", "RooFit - Nightjar",
        "values, difference / error", "errors, relative", "MINOS, difference / error", "rise, pyhs3")
lines = ["# HS3 files of Nightjar, read by RooFit and pyhs3", "",
         f"Written by `hs3_roofit.py`; ROOT {roofit.version}, pyhs3 {pyhs3.version if pyhs3 else 'not installed'}. "
         "The largest difference over the parameters of each file; the rise is from the minimum to the start "
         "values. Minuit's own errors come from differences: across the kink of a piecewise factor (templates) they "
         "are 1e-3 off, MINOS is not. pyhs3 normalises by Gauss-Legendre quadrature, here with 4,000 nodes: its own 64 "
         "do not resolve the peaks.", "", "| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
lines += ["| " + " | ".join(str(c) for c in row) + " |" for row in rows]
text = "\n".join(lines) + "\n"
print("\n" + text)
if options.record:
    here = os.path.dirname(os.path.abspath(__file__))
    versions = {"ROOT": str(roofit.version), "pyhs3": pyhs3.version if pyhs3 else None}
    with open(os.path.join(here, "hs3_roofit.json"), "w") as file:
        json.dump({"versions": versions, "files": results}, file, indent=1, default=float)
        file.write("\n")
    with open(os.path.join(here, "hs3_roofit.md"), "w") as file:
        file.write(text)
