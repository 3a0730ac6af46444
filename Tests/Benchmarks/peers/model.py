"""What all peers share: the files nightjar-bench writes, the models, timing, result lines.

Every peer prints one JSON object a line: task, peer, variant, threads, items, seconds (best of
the repeats) and, where there is one, the answer itself (`values`, `errors`), which nightjar-bench
compares with Nightjar's.

Signal: 0.6 x Crystal Ball with a low tail + 0.4 x Crystal Ball with a high tail, one mean, each
normalised in the window.  Background: 1 + s x [+ s2 (2x^2 - 1)], x = (m - centre) / half-width.
Extended NLL = n_sig + n_bkg - sum log(n_sig S + n_bkg B), densities in 1/GeV.
"""
import json
import multiprocessing
import time

import numpy as np

FRACTION, ALPHA_L, N_L, ALPHA_R, N_R, RATIO = 0.6, 1.4, 3.0, 1.8, 5.0, 1.6
YIELD_SIZES, WIDTH_SIZE = (0.01, 0.036), 0.03      # all nuisances on: log-normal, log-normal, Gaussian
LIMIT_BINS, LIMIT_SIZE, ALPHA = 60, 0.05, 0.10
MUON_MASS = 0.1056583755


class Window:
    """One window of fits.bin: mass, sigma1, sigma2, lo, hi and the events."""

    def __init__(self, n, k, head, m):
        self.n, self.k, self.m = n, k, m
        self.mass, self.s1, self.s2, self.lo, self.hi = head


def fit_arguments(parser):
    parser.add_argument("data")
    parser.add_argument("--model", choices=["linear", "quadratic", "nuisances"], default="linear")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--windows", type=int, default=100)
    parser.add_argument("--repeats", type=int, default=2)
    return parser.parse_args()


def read_fits(path, kind="linear", most=None):
    """{n: windows}; slow models run fewer of the large ones."""
    out, raw, at = {}, open(path, "rb").read(), 0
    while at < len(raw):
        n, k = np.frombuffer(raw, "<i4", 2, at)
        head = np.frombuffer(raw, "<f8", 5, at + 8)
        out.setdefault(int(n), []).append(
            Window(int(n), int(k), [float(v) for v in head], np.frombuffer(raw, "<f8", n, at + 48).copy()))
        at += 48 + 8 * int(n)
    if most is None:
        return out
    return {n: w[:most if n < 30000 or kind != "nuisances" else max(2, most // 5)] for n, w in out.items()}


def read_limits(path):
    """[(signal template, low, high, counts)] of the 60-bin model."""
    a = np.fromfile(path, "<f8").reshape(-1, 2, LIMIT_BINS)
    x = (np.arange(LIMIT_BINS) + 0.5) / LIMIT_BINS
    low, high = 1 - x, x
    return [(s, low / low.sum(), high / high.sum(), n) for s, n in a]


def cb(t, alpha, n):
    b = n / alpha - alpha
    tail = (n / alpha) ** n * np.exp(-0.5 * alpha * alpha) * np.maximum(b - t, n / alpha) ** -n
    return np.where(t > -alpha, np.exp(-0.5 * t * t), tail)


def cb_integral(t0, t1, alpha, n):
    from scipy.special import erf
    a, b = (n / alpha) ** n * np.exp(-0.5 * alpha * alpha), n / alpha - alpha

    def primitive(t):
        core = np.sqrt(np.pi / 2) * (erf(t / np.sqrt(2)) + erf(alpha / np.sqrt(2)))
        return np.where(t > -alpha, core, a / (n - 1) * ((b - np.minimum(t, -alpha)) ** (1 - n) - (b + alpha) ** (1 - n)))
    return primitive(t1) - primitive(t0)


def signal_pdf(w, m, s1=None, s2=None):
    s1, s2 = s1 or w.s1, s2 or w.s2
    t, lo, hi = m - w.mass, w.lo - w.mass, w.hi - w.mass
    left = cb(t / s1, ALPHA_L, N_L) / (s1 * cb_integral(lo / s1, hi / s1, ALPHA_L, N_L))
    right = cb(-t / s2, ALPHA_R, N_R) / (s2 * cb_integral(-hi / s2, -lo / s2, ALPHA_R, N_R))
    return FRACTION * left + (1 - FRACTION) * right


def signal_bins(w, edges):
    """Fraction of the signal in each bin, one in the window."""
    e, lo, hi = edges - w.mass, w.lo - w.mass, w.hi - w.mass
    left = cb_integral(e[:-1] / w.s1, e[1:] / w.s1, ALPHA_L, N_L) / cb_integral(lo / w.s1, hi / w.s1, ALPHA_L, N_L)
    right = cb_integral(-e[1:] / w.s2, -e[:-1] / w.s2, ALPHA_R, N_R) / cb_integral(-hi / w.s2, -lo / w.s2, ALPHA_R, N_R)
    return FRACTION * left + (1 - FRACTION) * right


def emit(**line):
    print(json.dumps(line), flush=True)


def best(work, repeats):
    """(result, seconds of the fastest repeat)."""
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - start)
    return result, min(seconds)


def _share(make, items, repeats, index, count, barrier, queue):
    solve = make()
    mine = items[index::count]
    solve(mine[0])
    seconds = []
    for _ in range(repeats):
        barrier.wait()
        start = time.perf_counter()
        result = [solve(i) for i in mine]
        barrier.wait()
        seconds.append(time.perf_counter() - start)
    queue.put((index, result, min(seconds)))


def spread(make, items, processes, repeats):
    """Solves items with make()(item) in one process or several; (results, best seconds)."""
    if processes == 1:
        solve = make()
        solve(items[0])
        return best(lambda: [solve(i) for i in items], repeats)
    context = multiprocessing.get_context("fork")
    barrier, queue = context.Barrier(processes), context.Queue()
    jobs = [context.Process(target=_share, args=(make, items, repeats, i, processes, barrier, queue)) for i in range(processes)]
    for j in jobs:
        j.start()
    parts = [queue.get(timeout=3600) for _ in jobs]
    for j in jobs:
        j.join()
    out = [None] * len(items)
    for index, result, _ in parts:
        out[index::processes] = result
    return out, max(s for _, _, s in parts)
