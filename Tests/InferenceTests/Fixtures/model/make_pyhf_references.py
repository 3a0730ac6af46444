#!/usr/bin/env python3
"""Makes workspaces.json: small pyhf workspaces with the results of pyhf 0.7.6 and of their origin.

  make_pyhf_references.py STATS

STATS holds pyhf/ (validation inputs of scikit-hep/pyhf b3dc4bb, Apache-2.0; expected_cls.json are
the values of its tests/test_validation.py) and combine/ (tutorial data cards of
cms-analysis/HiggsAnalysis-CombinedLimit da0a2f4, Apache-2.0; their printed limits are quoted).
HistFactory XML and ROOT files are converted by pyhf's readxml (uproot). A log-normal factor is a
normsys of code 1 with lo = 1 / hi; a gmN N with rate r is a shapesys with error r / sqrt(N).

Each case has codes ("piecewise": normsys 1, histosys 0; "polynomial": 4 and 4p), the statistic
("q" or "qtilde" at mu, or "q0" with the strength of its Asimov set), twice the negative logarithm
of the probability at the initial parameters, CLs observed and at +2...-2 deviations down, and 95 %
limits where asked. Minuit, strategy 2, tolerance 1e-8; limits to 1e-8 relative.
"""
import json
import os
import sys

import numpy as np
import pyhf
import pyhf.readxml

stats = sys.argv[1]
here = os.path.dirname(os.path.abspath(__file__))
pyhf.set_backend("numpy", pyhf.optimize.minuit_optimizer(strategy=2, tolerance=1e-8, verbose=0))
CODES = {
    "piecewise": {"normsys": {"interpcode": "code1"}, "histosys": {"interpcode": "code0"}},
    "polynomial": {"normsys": {"interpcode": "code4"}, "histosys": {"interpcode": "code4p"}},
}


def workspace(channels, observations, poi="mu", parameters=()):
    return {"version": "1.0.0", "channels": channels,
            "observations": [{"name": n, "data": d} for n, d in observations.items()],
            "measurements": [{"name": "m", "config": {"poi": poi, "parameters": list(parameters)}}]}


def sample(name, data, *modifiers):
    return {"name": name, "data": data, "modifiers": [{"name": n, "type": t, "data": d} for n, t, d in modifiers]}


MU = ("mu", "normfactor", None)


def source(name):
    return json.load(open(f"{stats}/pyhf/data/{name}.json"))["bindata"]


cases = []


def add(name, spec, codes="piecewise", statistic="q", mu=1.0, origin=None, limit=False, note=""):
    ws = pyhf.Workspace(spec)
    model = ws.model(modifier_settings=CODES[codes], measurement_name=spec["measurements"][0]["name"])
    data = ws.data(model)
    init = model.config.suggested_init()
    entry = dict(name=name, codes=codes, statistic=statistic, mu=mu, workspace=spec, note=note)
    entry["twiceNLL"] = float(-2 * model.logpdf(init, data)[0])
    fit = pyhf.infer.mle.fit(data, model, return_fitted_val=True)
    entry["twiceMinimum"] = float(np.asarray(fit[1]))
    entry["fitted"] = float(np.asarray(fit[0])[model.config.poi_index])
    obs, exp = pyhf.infer.hypotest(0.0 if statistic == "q0" else mu, data, model, test_stat=statistic,
                                   return_expected_set=True)
    entry["observed"], entry["expected"] = float(obs), [float(x) for x in exp]
    if limit:
        bounds = model.config.suggested_bounds()
        o, e = pyhf.infer.intervals.upper_limits.upper_limit(
            data, model, level=0.05, rtol=1e-8, test_stat="qtilde", par_bounds=bounds)
        entry["limit"] = dict(observed=float(o), expected=[float(x) for x in e])
    if origin:
        entry["origin"] = origin
    cases.append(entry)
    print(name, codes, statistic, entry["observed"], entry["expected"], entry.get("limit"))


expected = json.load(open(f"{stats}/pyhf/expected_cls.json"))

for name, q in (("1bin_example1", "q"), ("1bin_example1_q0", "q0")):
    d = source(name)
    key = "1bin_shapesys" + ("_q0" if q == "q0" else "")
    add(key, workspace([{"name": "c", "samples": [
        sample("signal", d["sig"], MU), sample("background", d["bkg"], ("u", "shapesys", d["bkgerr"]))]}],
        {"c": d["data"]}), statistic=q, origin=expected[key])
d = source("2bin_example1")
add("2bin_shapesys", workspace([{"name": "c", "samples": [
    sample("signal", d["sig"], MU), sample("background", d["bkg"], ("u", "shapesys", d["bkgerr"]))]}],
    {"c": d["data"]}), limit=True)
d = source("1bin_lumi")
add("1bin_lumi", workspace([{"name": "c", "samples": [
    sample("signal", d["sig"], MU), sample("background1", d["bkg1"], ("lumi", "lumi", None)),
    sample("background2", d["bkg2"])]}],
    {"c": d["data"]}, parameters=[{"name": "lumi", "auxdata": [1.0], "sigmas": [0.1], "inits": [1.0], "bounds": [[0.5, 1.5]]}]),
    origin=expected["1bin_lumi"])
d = source("1bin_normsys")
for codes in CODES:
    add("1bin_normsys", workspace([{"name": "c", "samples": [
        sample("signal", d["sig"], MU), sample("background", d["bkg"], ("k", "normsys", {"lo": 0.9, "hi": 1.1}))]}],
        {"c": d["data"]}), codes, origin=expected["1bin_normsys"] if codes == "piecewise" else None)
for name in ("2bin_histosys", "1bin_histosys"):
    d = source(name)
    for codes in CODES:
        add(name, workspace([{"name": "c", "samples": [
            sample("signal", d["sig"], MU),
            sample("background", d["bkg"], ("h", "histosys", {"lo_data": d["bkgsys_dn"], "hi_data": d["bkgsys_up"]}))]}],
            {"c": d["data"]}), codes, origin=None)

# The printed values of 2bin_histosys belong to these shifts, not to those of 2bin_histosys.json.
for codes in CODES:
    add("2bin_histosys (98, 100; 102, 190)", workspace([{"name": "c", "samples": [
        sample("signal", [30.0, 95.0], MU),
        sample("background", [100.0, 150.0], ("h", "histosys", {"lo_data": [98.0, 100.0], "hi_data": [102.0, 190.0]}))]}],
        {"c": [120.0, 180.0]}), codes, origin=expected["2bin_histosys"] if codes == "piecewise" else None)

# HistFactory XML + ROOT.
for folder, config in (("multibin_histfactory", "config/example.xml"), ("multichannel_histfactory", "config/example.xml"),
                       ("overallsys_histfactory", "config/example.xml"), ("xmlimport_input", "config/example.xml"),
                       ("xmlimport_input", "config/examples/example_ShapeSys.xml"),
                       ("xmlimport_input", "config/examples/example_DataDriven.xml"),
                       ("xmlimport_input", "config/examples/example_ShapeSys2D.xml"),
                       ("xmlimport_input3", "config/examples/example_ShapeSys.xml")):
    title = f"{folder}/{os.path.basename(config)}"
    try:
        spec = pyhf.readxml.parse(f"{stats}/pyhf/{folder}/{config}", f"{stats}/pyhf/{folder}", validation_as_error=False)
        for parameter in spec["measurements"][0]["config"]["parameters"]:
            # A start outside of the range (XML without Val) is taken to the middle.
            for i, (low, high) in enumerate(parameter.get("bounds", [])):
                if not low <= parameter["inits"][i] <= high:
                    print("moved the start of", parameter)
                    parameter["inits"][i] = 0.5 * (low + high)
        for codes in CODES:
            add(title, spec, codes, statistic="qtilde", limit=codes == "piecewise")
    except Exception as e:
        print("NOT CONVERTED", title, type(e).__name__, e)
spec = json.load(open(f"{stats}/pyhf/xmlimport_input_bkg.json"))
try:
    add("xmlimport_input_bkg.json", spec, statistic="qtilde", limit=True)
except Exception as e:
    print("NOT CONVERTED", "xmlimport_input_bkg.json", type(e).__name__, e)

# Combine counting cards.
def ln(name, kappa):
    return (name, "normsys", {"hi": kappa, "lo": 1 / kappa})


POI = [{"name": "mu", "bounds": [[0.0, 50.0]], "inits": [1.0]}]
printed = json.load(open(f"{stats}/combine/expected_limits.json"))
p = printed["realistic-counting-experiment.txt"]["AsymptoticLimits_CLs95"]
add("realistic-counting-experiment.txt", workspace([{"name": "bin1", "samples": [
    sample("ggH", [1.47], MU, ln("lumi", 1.11), ln("xs_ggH", 1.16)),
    sample("qqWW", [0.64], ("WW_norm", "shapesys", [0.64 / 2])),
    sample("ggWW", [0.06], ln("lumi", 1.11), ln("xs_ggWW", 1.5)), sample("others", [0.22], ln("bg_others", 1.3))]}],
    {"bin1": [0.0]}, parameters=POI), statistic="qtilde", limit=True,
    origin={"limit": dict(observed=p["observed"], expected=[p["expected"][k] for k in ("0.025", "0.16", "0.5", "0.84", "0.975")])})
add("simple-counting-experiment.txt", workspace([{"name": "bin1", "samples": [
    sample("ggh4G", [4.76], MU, ln("deltaS", 1.2)), sample("Bckg", [1.47], ln("deltaB", 1.5))]}],
    {"bin1": [0.0]}, parameters=POI), statistic="qtilde", limit=True)
add("stat_routines_datacard.txt", workspace([{"name": "bin1", "samples": [
    sample("ggH", [2.3], MU, ln("lumi", 1.01), ln("xs_ggH", 1.1)),
    sample("WW", [5.4], ln("lumi", 1.01), ln("xs_WW", 1.16))]}],
    {"bin1": [6.0]}, parameters=POI), statistic="qtilde", limit=True)
b, t, h = ln("CMS_eff_b", 1.02), ln("CMS_eff_t", 1.12), ln("CMS_eff_t_highpt", 1.1)
add("datacard_part1.txt", workspace([{"name": "signal_region", "samples": [
    sample("ttbar", [4.43803], b, t, h, ln("acceptance_ttbar", 1.005)),
    sample("diboson", [3.18309], b, t, h, ln("xsec_diboson", 1.05)),
    sample("Ztautau", [3.7804], b, t, h, ln("acceptance_Ztautau", 1.08)),
    sample("jetFakes", [1.63396], ln("norm_jetFakes", 1.2)),
    sample("bbHtautau", [0.711064], MU, b, t, h, ln("acceptance_bbH", 1.05))]}],
    {"signal_region": [10.0]}, parameters=POI), statistic="qtilde", limit=True)

json.dump(dict(origin=__doc__.strip(), pyhf=pyhf.__version__, cases=cases),
          open(f"{here}/workspaces.json", "w"), indent=0)
