"""Checks the five networks on simulated pairs that trained none of them; exits 1 if a bound is broken.

    environment/bin/python check.py --inputs ntuples --work work

Prints, for each network: the ROC area on the optimisation part (both classes planed in mass as in training) beside the
training part; the one cut that maximises the geometric mean of Punzi's figures over the masses of the range, and what
it does at each generated mass; and how flat the background's efficiency is in the pair's mass at that cut.

Flatness has two measures, both on all pairs outside the training part:
 - range: the background's efficiency in `BINS` bins of equal content over the range, widened as the windows reach
   beyond it, against a polynomial of order `ORDER`: chi2 over degrees of freedom;
 - peaks: at each generated mass, the efficiency within 2 resolutions against the straight line through the rest of the
   60 resolutions around it, in standard deviations: a network that knows the mass would peak there. Sum of squares over
   their number.
Each chi2 must stay below ndf + 5 sqrt(2 ndf), and each area above 0.70.
"""
import argparse
import sys

import numpy
import onnxruntime

import samples
import train

SIGNIFICANCE = 1.64                                         # a of Punzi's figure
WINDOW = 2                                                  # half width in resolutions in which background counts
REACH = 30                                                  # half width of a fit window in resolutions
BINS = 40
ORDER = 3
TOLERANCE = 5                                               # standard deviations of chi2, sqrt(2 ndf), above ndf
SMALLEST_AREA = 0.70


def evaluate(path, rows):
    """Scores by ONNX Runtime, one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return session.run(["score"], {"inputs": rows.astype(numpy.float32)})[0][:, 0].astype(numpy.float64)


def area(scores, targets, weights):
    """The area under the ROC curve, ties counted half."""
    order = numpy.argsort(scores, kind="stable")
    values, signal, background = scores[order], (weights * targets)[order], (weights * (1 - targets))[order]
    start = numpy.flatnonzero(numpy.concatenate([[True], values[1:] != values[:-1]]))
    signal, background = numpy.add.reduceat(signal, start), numpy.add.reduceat(background, start)
    below = numpy.cumsum(background) - background / 2
    return float((signal * below).sum() / (signal.sum() * background.sum()))


class Point:
    """One generated mass: what passes a cut there."""

    def __init__(self, mass, definitions, loaded, scores):
        signal, background = loaded["zprime"], loaded["background"]
        self.mass, self.reduced = mass, definitions.reduced(mass)
        of = signal.matched & (signal.generated == mass)
        low, high = numpy.quantile(signal.reduced[of], [0.15865, 0.84135])
        self.resolution = (high - low) / 2
        part = definitions.parts["optimisation"]
        inside = of & signal.within(part) & (abs(signal.reduced - self.reduced) < WINDOW * self.resolution)
        generated = signal.counts[numpy.argmin(abs(signal.masses - mass))] * (part[1] - part[0])
        self.signal, self.signal_weight = scores["zprime"][inside], signal.weight[inside] / generated
        near = background.within(part) & (abs(background.reduced - self.reduced) < REACH * self.resolution)
        # The density of the wide window, cut at threshold, gives the content of the narrow one.
        width, narrow = self.width(REACH, definitions), self.width(WINDOW, definitions)
        scale = definitions.luminosity("data") / definitions.luminosity("background") / (part[1] - part[0])
        self.background, self.background_weight = scores["background"][near], background.weight[near] * scale * narrow / width

    def width(self, half, definitions):
        """The width in reduced mass that the windows of the veto leave within some resolutions of the mass."""
        low, high = max(self.reduced - half * self.resolution, 0), self.reduced + half * self.resolution
        lost = 0
        for veto in definitions.text["skim"]["veto"].values():
            for window in veto["windows"]:
                a, b = definitions.reduced(window)
                lost += max(min(high, b) - max(low, a), 0)
        return high - low - lost

    def at(self, cut):
        """Efficiency and background that pass a cut."""
        return self.signal_weight[self.signal >= cut].sum(), self.background_weight[self.background >= cut].sum()

    def figure(self, cut):
        efficiency, background = self.at(cut)
        return efficiency / (SIGNIFICANCE / 2 + numpy.sqrt(background))


def working_point(points):
    """The cut that maximises the geometric mean of the figures."""
    cuts = numpy.concatenate([[0], numpy.linspace(0.02, 0.98, 97)])
    figures = [sum(numpy.log(max(point.figure(cut), 1e-12)) for point in points) for cut in cuts]
    return float(cuts[int(numpy.argmax(figures))])


def polynomial_chi2(x, passed, total, order):
    """Fits an efficiency by a polynomial; chi2, degrees of freedom and the fitted efficiencies."""
    x = (x - x.mean()) / (numpy.ptp(x) / 2)
    basis = numpy.vander(x, order + 1)
    value = passed / total
    fitted = numpy.full(len(x), passed.sum() / total.sum())
    for _ in range(5):                                      # errors from the fit, not from the fluctuating counts
        error = numpy.sqrt(numpy.clip(fitted * (1 - fitted), 1e-4, None) / total)
        fitted = basis @ numpy.linalg.lstsq(basis / error[:, None], value / error, rcond=None)[0]
    return float((((value - fitted) / error) ** 2).sum()), len(x) - order - 1, fitted


def bend(x, fitted, half):
    """How far the fitted efficiency leaves a straight line within a window of this half width, relative, at most."""
    curve = numpy.polynomial.Polynomial.fit(x, fitted, ORDER)
    return float((abs(curve.deriv(2)(x)) * half**2 / 4 / fitted).max())


def flat_over_range(background, scores, cut, low, high, used):
    """chi2 and degrees of freedom of the efficiency over a range, its masses and fitted values."""
    of = used & (background.mass > low) & (background.mass < high)
    order = numpy.argsort(background.mass[of])
    masses = numpy.array_split(background.mass[of][order], BINS)
    passed = numpy.array_split((scores[of] >= cut)[order], BINS)
    x = numpy.array([part.mean() for part in masses])
    chi2, freedom, fitted = polynomial_chi2(x, numpy.array([p.sum() for p in passed]), numpy.array([len(p) for p in passed]), ORDER)
    return chi2, freedom, x, fitted


def peak(background, scores, cut, point, used):
    """Excess of efficiency at a mass over the straight line through its surroundings, in standard deviations."""
    distance = (background.reduced - point.reduced) / point.resolution
    of = used & (abs(distance) < REACH)
    x, passed = distance[of], (scores[of] >= cut).astype(float)
    core = abs(x) < 2
    if core.sum() < 20 or (~core).sum() < 100:
        return None
    basis = numpy.vander(x, 2)
    coefficients, *_ = numpy.linalg.lstsq(basis[~core], passed[~core], rcond=None)
    expected = numpy.clip(basis[core] @ coefficients, 1e-3, 1 - 1e-3)
    variance = (expected * (1 - expected)).sum()
    covariance = numpy.linalg.inv(basis[~core].T @ basis[~core]) * (expected * (1 - expected)).mean()
    total = basis[core].sum(axis=0)
    return float((passed[core].sum() - expected.sum()) / numpy.sqrt(variance + total @ covariance @ total))


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--inputs", required=True, help="folder of the ntuples, as for 'nightjar run'")
    arguments.add_argument("--work", required=True, help="folder for the skimmed samples")
    arguments.add_argument("--nightjar", default="nightjar", help="the program")
    arguments.add_argument("--background", type=float, help="luminosity of the background in /fb, if it is not that of the pipeline file")
    chosen = arguments.parse_args()
    definitions = samples.Definitions()
    if chosen.background:
        definitions.text["samples"]["background"]["luminosity"] = f"{chosen.background} /fb"
    loaded = samples.load(definitions, chosen.inputs, chosen.work, nightjar=chosen.nightjar)
    background = loaded["background"]
    used = ~background.within(definitions.parts["training"])
    broken = []
    for name, path, low, high in definitions.networks:
        scores = {sample: evaluate(path, pairs.inputs) for sample, pairs in loaded.items()}
        below, above = train.MARGIN[name]
        areas = {}
        for part in ("training", "optimisation"):
            rows, targets, weights = train.plane(definitions, loaded, low - below, high + above, part)
            areas[part] = area(evaluate(path, rows), targets, weights)
        points = [Point(mass, definitions, loaded, scores) for mass in loaded["zprime"].masses if low <= mass < high]
        points = [point for point in points if len(point.signal)]      # none for a mass inside a veto
        cut = working_point(points)
        widest = REACH * max(point.resolution for point in points)
        chi2, freedom, x, fitted = flat_over_range(background, scores["background"], cut, low - widest, min(high, points[-1].mass) + widest, used)
        pulls = [pull for pull in (peak(background, scores["background"], cut, point, used) for point in points) if pull is not None]
        peaks = sum(pull**2 for pull in pulls) / len(pulls)
        print(f"\n{name}: ROC area {areas['optimisation']:.4f} (training part {areas['training']:.4f}), cut {cut:.2f}; "
              f"background efficiency {fitted.min():.3f} to {fitted.max():.3f}, within a window straight to "
              f"{100 * bend(x, fitted, widest):.2f} %, range chi2/ndf {chi2:.1f}/{freedom}, "
              f"peaks {peaks:.2f} of {len(pulls)} (largest {max(pulls, key=abs):+.1f})")
        print("  mass    MeV   eff before after  B before  after  suppressed  Punzi gain")
        for point in points:
            before, after = point.at(0), point.at(cut)
            print(f"{point.mass:7.4f} {1e3 * point.resolution:5.2f} {before[0]:9.3f} {after[0]:6.3f} {before[1]:9.2f} {after[1]:6.2f} "
                  f"{before[1] / max(after[1], 1e-9):9.1f} {point.figure(cut) / point.figure(0):10.2f}")
        for what, value, number in (("range", chi2, freedom), ("peaks", sum(pull**2 for pull in pulls), len(pulls))):
            bound = number + TOLERANCE * numpy.sqrt(2 * number)
            if value > bound:
                broken.append(f"{name}: {what}: chi2 {value:.1f} of {number} is above {bound:.1f}")
        if areas["optimisation"] < SMALLEST_AREA:
            broken.append(f"{name}: ROC area: {areas['optimisation']:.3f} is below {SMALLEST_AREA}")
    print("\n" + ("\n".join(broken) if broken else "all bounds hold"))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
