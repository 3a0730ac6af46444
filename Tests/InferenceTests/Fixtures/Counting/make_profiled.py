"""CLs of q-tilde with profiled nuisances for counts, by brute force (numpy, scipy).

Every likelihood is minimised over its nuisances numerically (golden section on a bounded interval,
for two nuisances nested), the sampling distribution is summed over all counts and control counts,
and over a grid of midpoints of normal control measurements. Writes profiled.json: CLs+b and CLb at
a strength, with the accuracy of the grid.
"""
import json
import os

import numpy as np
from scipy.stats import norm, poisson

HERE = os.path.dirname(os.path.abspath(__file__))


def golden(f, low, high, rounds=80):
    """The minimum of a unimodal function of arrays, elementwise."""
    g = 0.6180339887498949
    for _ in range(rounds):
        c, d = high - g * (high - low), low + g * (high - low)
        left = f(c) < f(d)
        high, low = np.where(left, d, high), np.where(left, low, c)
    x = 0.5 * (low + high)
    return x, f(x)


def pois(n, mean):
    with np.errstate(divide="ignore", invalid="ignore"):
        return mean - np.where(n > 0, n * np.log(mean), 0)


class OnOff:
    """n ~ Poisson(s + b), k ~ Poisson(tau b)."""

    def __init__(self, n, k, tau):
        self.n, self.k, self.tau = n, k, tau

    def fit(self, s, n, k):
        return golden(lambda b: pois(n, s + b) + pois(k, self.tau * b), 1e-13 + 0.0 * n, 0.0 * n + 200.0)

    def q(self, s, n, k):
        # free strength >= 0: golden section over the profile
        def profile(x):
            return self.fit(x, n, k)[1]
        top, least = golden(profile, 0.0 * n, 0.0 * n + 100.0, 60)
        least = np.minimum(least, profile(0.0 * n))
        out = 2 * (profile(s + 0.0 * n) - least)
        return np.where(top >= s, 0, np.maximum(out, 0))

    def confidences(self, s):
        n, k = [x.astype(float) for x in np.meshgrid(np.arange(60), np.arange(90))]
        q = self.q(s, n, k)
        here = self.q(s, np.array([float(self.n)]), np.array([float(self.k)]))[0]
        inside = q >= here - 1e-6
        out = []
        for truth in (s, 0.0):
            b = self.fit(truth, np.array([float(self.n)]), np.array([float(self.k)]))[0][0]
            p = poisson.pmf(n, truth + b) * poisson.pmf(k, self.tau * b)
            out.append(float(p[inside].sum()))
        return out


class Normal:
    """n ~ Poisson(s e + b), m ~ Normal(b, width), f ~ Normal(e, size); size 0: e = 1."""

    def __init__(self, n, mean, width, size):
        self.n, self.mean, self.width, self.size = n, mean, width, size

    def inner(self, s, e, n, m):
        return golden(
            lambda b: pois(n, s * e + b) + 0.5 * ((b - m) / self.width) ** 2,
            1e-13 + 0.0 * n, 0.0 * n + 60.0, 60)

    def fit(self, s, n, m, f):
        if self.size == 0:
            b, v = self.inner(s, 1.0, n, m)
            return 1.0 + 0 * n, b, v
        e, v = golden(
            lambda e: self.inner(s, e, n, m)[1] + 0.5 * ((e - f) / self.size) ** 2,
            1e-9 + 0.0 * n, 0.0 * n + 3.0, 45)
        return e, self.inner(s, e, n, m)[0], v

    def q(self, s, n, m, f):
        # The best fit in closed form: a free strength fits the count where it exceeds b = max(m, 0).
        b = np.maximum(m, 0)
        free = pois(n, np.maximum(n, 1e-300)) + 0.5 * ((b - m) / self.width) ** 2
        top = np.where(n > b, (n - b) / f, 0)
        least = np.where(n > b, free, self.fit(0.0, n, m, f)[2])
        out = 2 * (self.fit(s, n, m, f)[2] - least)
        return np.where(top >= s, 0, np.maximum(out, 0))

    def confidences(self, s, points):
        one = np.array([1.0])
        here = self.q(s, self.n * one, self.mean * one, one)[0]
        out = []
        for truth in (s, 0.0):
            e, b, _ = [x[0] for x in self.fit(truth, self.n * one, self.mean * one, one)]
            z = (np.arange(points) + 0.5) / points * 12 - 6
            w = norm.pdf(z) * 12 / points
            y = z if self.size else np.array([0.0])
            wy = w if self.size else np.array([1.0])
            total = 0.0
            for n in range(0, 40):
                p = poisson.pmf(n, truth * e + b)
                if p < 1e-9:
                    continue
                mm, ff = np.meshgrid(b + self.width * z, e + self.size * y)
                q = self.q(s, np.full(mm.shape, float(n)), mm, ff)
                total += p * (np.outer(wy, w) * (q >= here - 1e-6)).sum()
            out.append(float(total))
        return out


def main():
    rows = []
    for n, k, tau, s in ((1, 3, 2, 4.0), (3, 10, 5, 6.0), (5, 10, 5, 8.0), (0, 0, 10, 2.5), (2, 0, 3, 5.0), (4, 15, 3, 3.0)):
        a, b = OnOff(n, k, tau).confidences(s)
        rows.append(dict(kind="on/off", n=n, k=k, tau=tau, s=s, clsb=a, clb=b, accuracy=1e-8))
        print(rows[-1])
    for n, m, w, d, s, points in ((3, 2.0, 0.5, 0.0, 5.0, 4000), (1, 1.0, 0.5, 0.0, 3.0, 4000), (6, 3.0, 1.0, 0.0, 9.0, 4000), (3, 2.0, 0.5, 0.1, 5.5, 160), (2, 0.5, 0.2, 0.2, 6.0, 160)):
        a, b = Normal(n, m, w, d).confidences(s, points)
        rows.append(dict(kind="normal", n=n, b=m, width=w, size=d, s=s, clsb=a, clb=b, accuracy=3e-4 if d == 0 else 3e-3))
        print(rows[-1])
    with open(os.path.join(HERE, "profiled.json"), "w") as f:
        f.write("[\n" + ",\n".join(json.dumps(r) for r in rows) + "\n]\n")


if __name__ == "__main__":
    main()
