#!/usr/bin/env python3
"""Closure of the four-muon search: scans of simulated data with and without signals.

  scans     simulates data of each seed, scans them and keeps every scan in --store
  injected  the same with signals of --expected sigma at --masses added to the data
  report    what the kept scans say: largest excesses with global p-values, normality of the
            signed root, injected signals found and measured, couplings recovered

Every run uses --pipeline with its own data file and the simulated samples of --inputs (a folder
that holds inputs/zprime-*.h5 and so on). Runs share --work/output, so that only what depends on
the data is done again; a copy of a finished run's folder there saves the first run, too.
For many scans a pipeline with one signal, stated cuts, no background and no figures is quicker and
scans alike. `injected` needs kept scans without signal: the expected limits say what is found at 5 sigma.

A scan that is kept is not made again. Report prints one JSON object a line.
"""
import argparse
import json
import pathlib
import subprocess

import h5py
import numpy as np
from scipy.optimize import brentq
from scipy.stats import binomtest, norm

COLUMNS = ("mass", "observable", "resolution", "signedRoot", "parameter", "parameterError", "signalYieldError", "acceptance",
           "backgroundUnderPeak", "events", "entriesPerEvent", "observedLimit", "expectedLimits", "status", "limitStatus")


# Runs.

class Runner:
    """Simulates and scans one data file after the other."""

    def __init__(self, options):
        self.nightjar, self.pipeline, self.models = options.nightjar, options.pipeline, options.models.split(",")
        self.store = pathlib.Path(options.store)
        self.inputs, self.output = pathlib.Path(options.work) / "run", pathlib.Path(options.work) / "output"
        self.set = ["--set=scan.lookElsewhere.toys=2"] + [f"--set={s}" for s in options.set]
        self.store.mkdir(parents=True, exist_ok=True)
        here = self.inputs / "inputs"
        here.mkdir(parents=True, exist_ok=True)
        for path in sorted((pathlib.Path(options.inputs) / "inputs").resolve().glob("*.h5")):
            link = here / path.name
            if not path.name.startswith("data-") and not link.exists():
                link.symlink_to(path)

    def call(self, *arguments):
        """Runs the program; what it says about a failure ends this one."""
        done = subprocess.run([self.nightjar, *arguments, "--quiet", "--threads", "1"], capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"nightjar {arguments[0]}: exit status {done.returncode}\n{done.stderr}")

    def scan(self, name, seed, inject=()):
        """Keeps the scan of one data file as NAME.npz; does nothing where that exists."""
        kept = self.store / f"{name}.npz"
        if kept.exists():
            return
        self.call("simulate", "fourmuon", "--background", "0", "--signal-events", "0", "--seed", str(seed), "--output", str(self.inputs / "inputs"),
                  *(f"--inject={i}" for i in inject))
        self.call("run", self.pipeline, "--inputs", str(self.inputs), "--output", str(self.output), *self.set)
        with h5py.File(self.output / "summary.h5") as file:
            alone = self.models[0] if "mass" in file["scan"] else None     # a pipeline with one signal has no groups of signals
            arrays = {f"{m}/{c}": file["scan" if alone else f"scan/{m}"][c][:] for m in self.models for c in COLUMNS}
            for group in file["interpret"].values():
                signal = alone or group.attrs["signal"]
                if signal in self.models:
                    arrays.update({f"{signal}/{c}": group[c][:] for c in ("crossSection", "branchingFraction", "radiationFactor")})
        part = kept.with_name(kept.name + ".part")
        with open(part, "wb") as out:
            np.savez_compressed(out, inject=list(inject), seed=seed, **arrays)
        part.rename(kept)


def seeds(text):
    """1,2,5-8 as a list."""
    out = []
    for piece in text.split(","):
        first, _, last = piece.partition("-")
        out += range(int(first), int(last or first) + 1)
    return out


class Scan:
    """One kept scan of one model; hypotheses whose fit is valid."""

    def __init__(self, path, model):
        with np.load(path) as kept:
            self.inject, self.seed = [str(i) for i in kept["inject"]], int(kept["seed"])
            values = {k.partition("/")[2]: kept[k] for k in kept if k.startswith(model + "/")}
        self.failed = int(np.sum((values["status"] >= 10) & (values["status"] < 20)))
        self.valid = values["status"] < 10
        self.all = values
        for name, value in values.items():
            setattr(self, name, value[self.valid])

    def nearest(self, mass):
        return int(np.argmin(abs(self.mass - mass)))


def load(store, pattern, model):
    scans = [Scan(p, model) for p in sorted(pathlib.Path(store).glob(pattern))]
    return sorted(scans, key=lambda s: s.seed)


# Signals of a stated significance.

def background_of(limit, z):
    """Background b whose median expected limit is `limit` events: 2 (s - b ln(1 + s/b)) = z^2 for a count."""
    return brentq(lambda b: 2 * (limit - b * np.log1p(limit / b)) - z * z, 1e-9 * limit, 1e4 * (1 + limit) ** 2)


def signal_of(background, z):
    """Signal events whose median discovery significance is z: 2 ((s + b) ln(1 + s/b) - s) = z^2."""
    b = background
    return brentq(lambda s: 2 * ((s + b) * np.log1p(s / b) - s) - z * z, 1e-6, 100 * z * (1 + b**0.5))


def cross_section(scans, mass, significance, level):
    """sigma x B in fb whose median significance is as stated.

    From the median expected limits of scans without signal, which unlike the errors of the fits do not follow the fluctuation
    under the peak.
    """
    z, values = norm.isf((1 - level) / 2), []
    for scan in scans:
        i = scan.nearest(mass)
        per_unit = scan.signalYieldError[i] / scan.parameterError[i]
        b = background_of(scan.expectedLimits[i, scan.expectedLimits.shape[1] // 2] * per_unit, z)
        values.append(signal_of(b, significance) / per_unit)
    return float(np.mean(values))


def injected(options):
    runner = Runner(options)
    masses = [float(m) for m in options.masses.split(",")]
    for model in options.models.split(","):
        without = load(options.store, "background-*.npz", model)
        amounts = [cross_section(without, m, options.expected, options.level) for m in masses]
        for seed in seeds(options.seeds):
            runner.scan(f"injected-{model}-{seed:06d}", seed, [f"{model}:{m:g}:{a:.6g}fb" for m, a in zip(masses, amounts)])


def scans(options):
    runner = Runner(options)
    for seed in seeds(options.seeds):
        runner.scan(f"background-{seed:06d}", seed)


# Report.

def emit(**line):
    print(json.dumps(line), flush=True)


def rounded(value, digits=4):
    return float(f"{value:.{digits}g}")


def upcrossings(root, level):
    """Neighbouring hypotheses between which the signed root rises through a level."""
    return int(np.sum((root[:-1] <= level) & (root[1:] > level)))


def gross_vitells(significance, crossings, level):
    """Bound of the global p-value, arXiv:1005.1891: p <= Phi(-Z) + <N(c)> exp(-(Z^2 - c^2) / 2)."""
    return float(min(1, norm.sf(significance) + crossings * np.exp(-(significance**2 - level**2) / 2)))


def peaks(scan, count, apart=5):
    """Indices of the largest excesses, each `apart` resolutions from the larger ones."""
    found = []
    for i in np.argsort(-scan.signedRoot):
        if all(abs(scan.observable[i] - scan.observable[j]) > apart * scan.resolution[i] for j in found):
            found.append(int(i))
            if len(found) == count:
                break
    return found


def report_background(model, tested, others):
    largest = np.array([s.signedRoot.max() for s in others])
    level = 0.5
    crossings = np.mean([upcrossings(s.signedRoot, level) for s in others])
    emit(what="largest signed root without signal", model=model, scans=len(others), median=rounded(np.median(largest)),
         quantiles={q: rounded(np.quantile(largest, q)) for q in (0.05, 0.5, 0.95, 0.99)}, crossings=rounded(crossings), level=level,
         crossingsError=rounded(np.std([upcrossings(s.signedRoot, level) for s in others], ddof=1) / len(others)**0.5))
    for z in (3, 3.5, 4):
        emit(what="fraction of scans above, beside the bound", model=model, significance=z, fraction=rounded(np.mean(largest >= z)),
             error=rounded((np.mean(largest >= z) * np.mean(largest < z) / len(largest))**0.5), bound=rounded(gross_vitells(z, crossings, level)))
    for s in tested:
        i = int(np.argmax(s.signedRoot))
        above = int(np.sum(largest >= s.signedRoot[i]))
        low, high = binomtest(above, len(largest)).proportion_ci(0.6827, method="exact")
        emit(what="largest excess without signal", model=model, seed=s.seed, mass=rounded(s.mass[i]), significance=rounded(s.signedRoot[i]),
             globalP=rounded(above / len(largest)), interval=[rounded(low), rounded(high)], bound=rounded(gross_vitells(s.signedRoot[i], crossings, level)),
             failed=s.failed, passes=above / len(largest) > 0.01)


RANGES = (0.2, 0.5, 1.0, 3.75, 6.25, 8.25, 9.0)


def report_normality(model, others):
    """The signed root over scans, at hypotheses 12 resolutions apart: nearly independent fits.

    Few events under the peak make it skew: the mean goes below zero by about 0.17 / sqrt(events) and the lower tail
    grows. What counts for a discovery is the upper tail.
    """
    if len({len(s.all["mass"]) for s in others}) != 1:
        raise SystemExit("scans: different hypotheses; use one pipeline for all scans of a store")
    root, first = np.array([s.all["signedRoot"] for s in others]), others[0].all
    chosen, last = [], -np.inf
    for i in np.flatnonzero(np.all([s.valid for s in others], axis=0)):
        if first["observable"][i] - last > 12 * first["resolution"][i]:
            chosen.append(i)
            last = first["observable"][i]
    chosen = np.array(chosen)
    for low, high in [(RANGES[0], RANGES[-1])] + list(zip(RANGES, RANGES[1:])):
        part = chosen[(first["mass"][chosen] >= low) & (first["mass"][chosen] < high)]
        if not len(part):
            continue
        r, count = root[:, part], len(others)
        size = r.size

        def above(z):
            fraction = np.mean(r > z)
            return [rounded(fraction), rounded(max(fraction, 1 / size) ** 0.5 / size**0.5, 2), rounded(norm.sf(z))]
        emit(what="signed root without signal", model=model, low=low, high=high, scans=count, masses=len(part),
             mean=[rounded(r.mean()), rounded(size**-0.5, 2)], deviation=[rounded(r.std()), rounded((2 * size) ** -0.5, 2)],
             chi2OfMeans=rounded(count * np.sum((r.mean(axis=0) - r.mean()) ** 2)), above2=above(2), above3=above(3),
             backgroundUnderPeak=rounded(np.median([s.all["backgroundUnderPeak"][part] for s in others]), 3),
             entriesPerEvent=rounded(np.mean([s.all["entriesPerEvent"][part] for s in others])))


def report_injected(model, scan):
    top = peaks(scan, 8)
    for text in scan.inject:
        name, mass, amount = text.split(":")
        mass, true = float(mass), float(amount.removesuffix("fb"))
        at = scan.nearest(mass)
        where = scan.observable[at] + (mass - scan.mass[at]) * np.gradient(scan.observable, scan.mass)[at]
        near = np.flatnonzero(abs(scan.observable - where) < 20 * scan.resolution[at])
        best = near[np.argmax(scan.signedRoot[near])]
        pull = (scan.parameter[at] - true) / scan.parameterError[at]
        unit = (scan.crossSection * scan.branchingFraction * scan.radiationFactor)[at]
        coupling, injectedCoupling = (max(scan.parameter[at], 0) / unit)**0.5, (true / unit)**0.5
        error = scan.parameterError[at] / (2 * unit * injectedCoupling)
        distance = (scan.observable[best] - where) / scan.resolution[at]
        ranks = [k + 1 for k, i in enumerate(top) if abs(scan.observable[i] - where) <= 2 * scan.resolution[at]]
        emit(what="injected signal", model=name, seed=scan.seed, mass=mass, injected=rounded(true), fitted=rounded(scan.parameter[at]),
             error=rounded(scan.parameterError[at]), pull=rounded(pull, 3), significance=rounded(scan.signedRoot[at]),
             largestNearby=rounded(scan.signedRoot[best]), distance=rounded(distance, 3), rank=ranks[0] if ranks else None,
             coupling=rounded(coupling), couplingError=rounded(error), injectedCoupling=rounded(injectedCoupling),
             passes=bool(abs(distance) <= 2 and abs(pull) <= 3))
    i = top[0]
    emit(what="largest excess with signals", model=model, seed=scan.seed, mass=rounded(scan.mass[i]), significance=rounded(scan.signedRoot[i]))


def report_pulls(model, scans):
    """Mean and deviation of the pulls, and what was measured over what was injected."""
    for text in sorted({i for s in scans for i in s.inject}):
        _, mass, amount = text.split(":")
        own, true = [s for s in scans if text in s.inject], float(amount.removesuffix("fb"))
        at = [s.nearest(float(mass)) for s in own]
        fitted, error = np.array([s.parameter[i] for s, i in zip(own, at)]), np.array([s.parameterError[i] for s, i in zip(own, at)])
        pull, count = (fitted - true) / error, len(own)
        if count > 1:
            emit(what="injected signals", model=model, mass=float(mass), scans=count, pull=[rounded(pull.mean(), 3), rounded(count**-0.5, 2)],
                 deviation=[rounded(pull.std(ddof=1), 3), rounded((2 * count) ** -0.5, 2)], largest=rounded(np.max(abs(pull)), 3),
                 ratio=[rounded(fitted.mean() / true), rounded(fitted.std(ddof=1) / true / count**0.5, 2)],
                 significance=rounded(np.mean([s.signedRoot[i] for s, i in zip(own, at)]), 3))


def report(options):
    tested = set(seeds(options.seeds))
    for model in options.models.split(","):
        every = load(options.store, "background-*.npz", model)
        own, others = [s for s in every if s.seed in tested], [s for s in every if s.seed not in tested]
        if len(others) > 1:
            report_background(model, own, others)
            report_normality(model, others)
        with_signals = load(options.store, f"injected-{model}-*.npz", model)
        for scan in with_signals:
            report_injected(model, scan)
        report_pulls(model, with_signals)


if __name__ == "__main__":
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("command", choices=["scans", "injected", "report"])
    a.add_argument("--store", required=True, help="folder of the kept scans")
    a.add_argument("--seeds", default="1-3", help="seeds, as 1,2,5-8; report: those tested against all others")
    a.add_argument("--models", default="zprime", help="signals, with a comma")
    a.add_argument("--masses", default="0.5,2.5,6", help="injected masses, GeV")
    a.add_argument("--expected", type=float, default=5, help="median significance of the injected signals")
    a.add_argument("--level", type=float, default=0.9, help="level of the limits of the run")
    a.add_argument("--nightjar", default="nightjar", help="the program")
    a.add_argument("--pipeline", default="Pipelines/fourmuon/fourmuon.yaml")
    a.add_argument("--inputs", help="folder that holds inputs/ with the simulated samples")
    a.add_argument("--work", default="closure", help="folder for data files and checkpoints")
    a.add_argument("--set", action="append", default=[], help="another value for a setting of the pipeline, PATH=VALUE")
    a = a.parse_args()
    if a.command != "report" and not a.inputs:
        raise SystemExit("--inputs: missing; give the folder that holds inputs/ with the simulated samples")
    {"scans": scans, "injected": injected, "report": report}[a.command](a)
