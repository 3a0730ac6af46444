#!/usr/bin/env python3
"""Limits of a finished run beside pyhf, on histograms of the selected candidates.

In --windows hypotheses of each signal, equally spaced in ln(mass): the candidates of the window in
bins of sigma / --bins, the signal shape of the hypothesis rebuilt from the measurements of its
samples, a polynomial background with free coefficients (Bernstein), one log-normal nuisance for
the yield (the quadrature sum of ln(1 + size): exact for a profile likelihood) and the Gaussian one
of the width as templates at -1 and +1. Asymptotic CLs with q-tilde, as the run.

Only the numbers below come from the run: candidates, measurements of the samples, and of the
summary the window, cut, efficiency and acceptance, of which the last two are computed again and
compared. Prints one JSON object a window and the largest differences.
"""
import argparse
import json
import pathlib

import h5py
import numpy as np
import pyhf
import yaml
from scipy.interpolate import PchipInterpolator
from scipy.optimize import brentq
from scipy.special import comb
from scipy.stats import norm

import model as peers


class Measured:
    """Measurements of one signal with one set of cuts, joined as Nightjar documents it."""

    def __init__(self, content):
        self.coordinate = content["interpolation"]["coordinate"]
        self.half_window = content["settings"]["halfWindow"]
        rows = sorted(content["measurements"], key=lambda m: m[self.coordinate])
        self.rows, self.x = rows, [m[self.coordinate] for m in rows]
        shaped = [m for m in rows if m.get("fit") and m["fit"]["parameters"] and m["fit"]["status"] in ("converged", "atLimit", 0, 1)]
        values = [{p["name"]: p["value"] for p in m["fit"]["parameters"]} for m in shaped]
        at = [m[self.coordinate] for m in shaped]
        columns = {"mean": [(v["mean"] - m["mean"]) / m["resolution"] for v, m in zip(values, shaped)],
                   "width": [np.log(v["width"] / m["resolution"]) for v, m in zip(values, shaped)],
                   "width2": [np.log(v["width2"] / v["width"]) for v in values]}
        columns |= {k: [v[k] for v in values] for k in ("alpha", "n", "alpha2", "n2", "fraction")}
        self.shape_curves = {k: PchipInterpolator(at, v) for k, v in columns.items()}
        self.log_resolution = self.curve(lambda m: np.log(m["resolution"]))
        self.efficiency_curve = self.curve(lambda m: m["efficiency"])
        self.window_curve = self.curve(lambda m: m["windowFraction"])

    def curve(self, value):
        return PchipInterpolator(self.x, [value(m) for m in self.rows])

    def shape(self, x, mean):
        """mean, width, alpha, n, width2, alpha2, n2, fraction for a hypothesis."""
        s, c = np.exp(self.log_resolution(x)), {k: float(v(x)) for k, v in self.shape_curves.items()}
        width = s * np.exp(c["width"])
        return c | {"mean": mean + c["mean"] * s, "width": width, "width2": width * np.exp(c["width2"])}

    def line_efficiency(self, x, mean):
        """Efficiency that, times A_w of the shape on the full line, counts the candidates in a window."""
        half = self.half_window * np.exp(self.log_resolution(x))
        inside = float(shape_bins(self.shape(x, mean), np.array([max(0, mean - half), mean + half])).sum())
        return float(self.efficiency_curve(x) * self.window_curve(x)) / inside

    def efficiency_error(self, x):
        """Relative error: that of the straight line between the neighbours and the cubic against that line."""
        k = int(np.clip(np.searchsorted(self.x, x, "right") - 1, 0, len(self.x) - 2))
        t = (x - self.x[k]) / (self.x[k + 1] - self.x[k])
        a, b = self.rows[k], self.rows[k + 1]
        line = (1 - t) * a["efficiency"] + t * b["efficiency"]
        cubic = float(self.efficiency_curve(x))
        statistical = np.hypot((1 - t) * a["efficiencyError"], t * b["efficiencyError"])
        return float(np.hypot(statistical, cubic - line) / cubic)

    def shift(self, name, x):
        """Relative change of the efficiency by the tables of a systematic."""
        shifts = [next((s["relative"] for s in m["shifts"] if s["systematic"] == name), 0.0) for m in self.rows]
        return float(np.interp(x, self.x, shifts))


def shape_bins(p, edges, widths=1.0):
    """Probability of two Crystal Balls with a shared mean in bins, each normalised on the full line."""
    out = 0
    for width, alpha, n, share, sign in ((p["width"], p["alpha"], p["n"], p["fraction"], 1), (p["width2"], p["alpha2"], p["n2"], 1 - p["fraction"], -1)):
        t = sign * (edges - p["mean"]) / (width * widths)
        low, high = (t[:-1], t[1:]) if sign > 0 else (t[1:], t[:-1])
        line = peers.cb_integral(-1e9, 1e9, alpha, n)
        out = out + share * peers.cb_integral(low, high, alpha, n) / line
    return out


def read_signals(run):
    """Parts with their mass ranges of every measured signal, by name."""
    out = {}
    for path in sorted((run / "checkpoints" / "signal").rglob("*.h5")):
        with h5py.File(path) as file:
            if "parts" in file:
                parts = json.loads(file["parts"][0])
                out.setdefault(parts[0]["signal"]["name"], []).append([(p["low"], p["high"], Measured(p["signal"])) for p in parts])
    return out


def part_at(parts, mass):
    return next((s for _, high, s in parts if mass <= high), parts[-1][2])


def read_data(run, summary, settings):
    """The merged data of the run: unweighted candidates that give the numbers of events of the summary."""
    for path in sorted((run / "checkpoints" / "merge").rglob("*.h5")):
        with h5py.File(path) as file:
            if "weights" in file or "generated" in file:
                continue
            data = {k: v[:] for k, v in file["columns"].items()}
        if all(events_agree(summary, s, data, settings) for s in summary["scan"]):
            return data
    raise SystemExit(f"{run}: no merged data give the events of the summary; the checkpoints are of another run")


def events_agree(summary, signal, data, settings):
    group = summary["scan"][signal]
    ok = np.flatnonzero(group["status"][:] < 10)
    return all(len(Window(summary, signal, i, data, settings).values) == group["events"][i] for i in ok[:: max(1, len(ok) // 25)])


class Window:
    """Candidates and settings of one hypothesis."""

    def __init__(self, summary, signal, index, data, settings):
        group = summary["scan"][signal]
        self.index, self.signal = index, signal
        for name in ("mass", "reducedMass", "resolution", "windowLow", "windowHigh", "efficiency", "acceptance", "scoreCut"):
            setattr(self, name, float(group[name][index]))
        holes = sorted(zip(group["excluded/low"][:], group["excluded/high"][:])) if "excluded" in group else []
        self.segments, start = [], self.windowLow
        for low, high in holes:
            if high > start and low < self.windowHigh:
                if low > start:
                    self.segments.append((start, low))
                start = max(start, high)
        if start < self.windowHigh:
            self.segments.append((start, self.windowHigh))
        x = data[settings.observable]
        passes = data[settings.network(self.mass)] >= self.scoreCut
        self.values = np.concatenate([x[passes & (x >= low) & (x <= high)] for low, high in self.segments])

    def bins(self, per_resolution):
        """Edges of bins of each segment; no bin crosses a hole."""
        return [np.linspace(a, b, int(np.ceil((b - a) / self.resolution * per_resolution)) + 1) for a, b in self.segments]


class Settings:
    """What the pipeline file of the run says about cuts, backgrounds and systematics."""

    def __init__(self, text):
        scan = yaml.safe_load(text)["scan"]
        self.observable = scan["observable"]
        self.networks = [(rule["where"]["mass"][1], rule["network"]) for rule in scan["select"]]
        self.orders = [(rule.get("below", np.inf), rule["order"]) for rule in scan["background"]]
        named = scan["systematics"]
        self.width = sum(number(s["size"]) for s in named.values() if s["affects"] == "width")
        yields = {name: s["size"] for name, s in named.items() if s["affects"] == "yield"}
        self.sizes = [number(s) for s in yields.values() if not isinstance(s, dict)]
        self.measured = [s["from"] for s in yields.values() if isinstance(s, dict)]

    def network(self, mass):
        """The network whose range holds a hypothesis."""
        return next(name for high, name in self.networks if mass <= high)

    def order(self, mass):
        """Order of the polynomial background of a hypothesis."""
        return next(order for below, order in self.orders if mass < below)


def number(quantity):
    """3.6 % as 0.036."""
    text = str(quantity)
    return float(text.removesuffix("%")) / 100 if text.endswith("%") else float(text)


def bernstein(edges_list, low, high, order):
    """Integrals of the Bernstein polynomials over the bins, each summing to about one."""
    nodes, weights = np.polynomial.legendre.leggauss(4)
    out = []
    for k in range(order + 1):
        values = []
        for e in edges_list:
            u = (e - low) / (high - low)
            half, middle = np.diff(u) / 2, (u[1:] + u[:-1]) / 2
            z = middle[:, None] + half[:, None] * nodes
            values.append(half * ((comb(order, k) * z**k * (1 - z) ** (order - k)) @ weights))
        values = np.concatenate(values)
        out.append(values / values.sum())
    return out


def workspace(counts, signal, up, down, kappa, background):
    total = float(max(counts.sum(), 1))
    parts = [{"name": f"b{k}", "data": list(b * total / len(background)), "modifiers": [{"name": f"b{k}", "type": "normfactor", "data": None}]}
             for k, b in enumerate(background)]
    bounds = [{"name": "mu", "bounds": [[0, 100]], "inits": [1.0]}]
    # The middle coefficient of a quadratic may be negative where the density is not.
    bounds += [{"name": f"b{k}", "bounds": [[0 if k in (0, len(background) - 1) else -20, 50]], "inits": [1.0]} for k in range(len(background))]
    signal_part = {"name": "signal", "data": list(signal), "modifiers": [
        {"name": "mu", "type": "normfactor", "data": None},
        {"name": "yield", "type": "normsys", "data": {"hi": kappa, "lo": 1 / kappa}},
        {"name": "width", "type": "histosys", "data": {"hi_data": list(up), "lo_data": list(down)}}]}
    return pyhf.Workspace({
        "channels": [{"name": "w", "samples": [signal_part] + parts}], "observations": [{"name": "w", "data": [float(c) for c in counts]}],
        "measurements": [{"name": "m", "config": {"poi": "mu", "parameters": bounds}}], "version": "1.0.0"})


def limits(space, scale):
    """Observed and median expected limit; every profile fit starts from the one before."""
    m = space.model(measurement_name="m", modifier_settings={"normsys": {"interpcode": "code1"}, "histosys": {"interpcode": "code4p"}})
    data, c = space.data(m), m.config
    bounds, fixed = c.suggested_bounds(), c.suggested_fixed()
    profiles = {}

    def profile(mu, name, d):
        if (mu, name) not in profiles:
            start = profiles.get(name, c.suggested_init())
            pars, value = pyhf.infer.mle.fixed_poi_fit(mu, d, m, start, bounds, fixed, return_fitted_val=True)
            profiles[name], profiles[mu, name] = list(pars), float(value)
        return profiles[mu, name]
    background = pyhf.infer.mle.fixed_poi_fit(0.0, data, m, c.suggested_init(), bounds, fixed)
    asimov = m.expected_data(background)
    profiles["data"] = profiles["asimov"] = list(background)
    start = list(background)
    start[c.poi_index] = 0.5
    best, free = pyhf.infer.mle.fit(data, m, start, bounds, fixed, return_fitted_val=True)
    muhat = float(best[c.poi_index])
    free, flat = min(float(free), profile(0.0, "data", data)), profile(0.0, "asimov", asimov)

    def expected(mu):
        return 2 * norm.sf(max(profile(mu, "asimov", asimov) - flat, 0) ** 0.5)

    def observed(mu):
        root = max(profile(mu, "data", data) - free, 0) ** 0.5 if mu > muhat else 0.0
        median = max(profile(mu, "asimov", asimov) - flat, 1e-300) ** 0.5
        t = root - median if root <= median else (root**2 - median**2) / (2 * median)
        return norm.sf(t + median) / norm.sf(t)

    def solve(cls):
        top = 2.0
        while cls(top) > peers.ALPHA:
            top *= 1.5
        return scale * brentq(lambda mu: cls(mu) - peers.ALPHA, 0.05, top, xtol=1e-4, rtol=1e-4)
    return solve(observed), solve(expected)


def compare(summary, window, measured, settings, luminosity, per_resolution):
    group = summary["scan"][window.signal]
    x = window.mass if measured.coordinate == "mass" else window.reducedMass
    shape = measured.shape(x, window.reducedMass)     # the position stated in the file; the measured offset is part of the shape
    edges = window.bins(per_resolution)
    counts = np.concatenate([np.histogram(window.values, e)[0] for e in edges])

    def template(widths):
        return np.concatenate([shape_bins(shape, e, widths) for e in edges])
    nominal, efficiency = template(1.0), measured.line_efficiency(x, window.reducedMass)
    sizes = settings.sizes + [measured.efficiency_error(x) if s == "signal" else abs(measured.shift(s, x)) for s in settings.measured]
    kappa = float(np.exp(np.sqrt(np.sum(np.log1p(sizes) ** 2))))
    scale = float(group["parameterError"][window.index])
    factor = luminosity * efficiency * scale
    background = bernstein(edges, window.windowLow, window.windowHigh, settings.order(window.mass))
    found = limits(workspace(counts, factor * nominal, factor * template(1 + settings.width), factor * template(1 - settings.width), kappa, background), scale)
    own = float(group["observedLimit"][window.index]), float(group["expectedLimits"][window.index][list(group["expectedSigma"][:]).index(0)])
    return dict(signal=window.signal, mass=round(window.mass, 4), events=len(window.values), bins=len(counts),
                efficiency=digits(efficiency / window.efficiency - 1, 2), acceptance=digits(nominal.sum() / window.acceptance - 1, 2),
                observed=[digits(own[0], 4), digits(found[0], 4)], expected=[digits(own[1], 4), digits(found[1], 4)],
                difference=[digits(a / b - 1, 2) for a, b in zip(own, found)])


def digits(value, count):
    return float(f"{value:.{count}g}")


def chosen(summary, signal, count, offset):
    """Hypotheses with limits, equally spaced in ln(mass)."""
    group = summary["scan"][signal]
    mass = group["mass"][:]
    ok = np.flatnonzero((group["limitStatus"][:] == 0) & (group["status"][:] < 10))
    steps = (np.arange(count) + offset) / count
    targets = np.exp(np.log(mass[ok[0]]) + steps * np.log(mass[ok[-1]] / mass[ok[0]]))
    return [int(ok[np.argmin(abs(mass[ok] - t))]) for t in targets]


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("run", type=pathlib.Path, help="folder of a finished run: summary.h5 and checkpoints")
    a.add_argument("--windows", type=int, default=10, help="windows of each signal")
    a.add_argument("--bins", type=float, default=40, help="bins a resolution")
    a = a.parse_args()
    pyhf.set_backend("numpy", pyhf.optimize.minuit_optimizer(tolerance=1e-3))
    with h5py.File(a.run / "summary.h5") as summary:
        roles = [r.decode() for r in summary["samples/role"][:]]
        luminosity = float(summary["samples/luminosity"][roles.index("data")])
        settings = Settings(summary["provenance/pipeline"][()].decode())
        signals, data = read_signals(a.run), read_data(a.run, summary, settings)
        lines = []
        for number, name in enumerate(sorted(summary["scan"], reverse=True)):
            curve = summary[f"signal/{name}/curve"]
            parts = next(p for p in signals[name] if agrees(p, curve))
            for index in chosen(summary, name, a.windows, 0.2 + 0.5 * number):
                window = Window(summary, name, index, data, settings)
                lines.append(compare(summary, window, part_at(parts, window.mass), settings, luminosity, a.bins))
                print(json.dumps(lines[-1]), flush=True)
    difference = abs(np.array([line["difference"] for line in lines]))
    print(json.dumps(dict(windows=len(lines), bins=a.bins, largestObserved=float(difference[:, 0].max()), largestMedian=float(difference[:, 1].max()))))


def agrees(parts, curve):
    """Whether measurements are those of the summary: the same resolution at a few hypotheses."""
    mass, resolution = curve["mass"][:], curve["resolution"][:]
    some = np.linspace(0, len(mass) - 1, 20).astype(int)
    try:
        return all(abs(np.exp(part_at(parts, mass[i]).log_resolution(mass[i])) / resolution[i] - 1) < 1e-6 for i in some)
    except KeyError:
        return False


if __name__ == "__main__":
    main()
