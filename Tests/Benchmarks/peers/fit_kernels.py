"""iminuit fits of a window, likelihood in numba: fixed shape (values cached), or all nuisances on."""
import math

import numba
import numpy as np
from iminuit import Minuit

import model


@numba.njit(fastmath=True)
def fixed_kernel(s, x, w, ns, nb, a, c, grad):
    """Background 1 + a x + c (2x^2 - 1), normalised: its integral over x is 2 - 2c/3."""
    norm = w / (1 - c / 3)
    f = g0 = g1 = g2 = g3 = 0.0
    for i in range(s.size):
        q = 2 * x[i] * x[i] - 1
        b = (1 + a * x[i] + c * q) * norm
        p = ns * s[i] + nb * b
        ok = p > 1e-300
        p = p if ok else 1e-300
        if grad:
            r = 1 / p if ok else 0.0
            g0 += s[i] * r
            g1 += b * r
            g2 += nb * x[i] * norm * r
            g3 += nb * (q * norm + b / (3 - c)) * r
        else:
            f += np.log(p)
    return f, g0, g1, g2, g3


@numba.njit(fastmath=True)
def cb_integral(t0, t1, al, n):
    a, b = (n / al) ** n * math.exp(-0.5 * al * al), n / al - al
    c = math.sqrt(math.pi / 2)
    core = c * (math.erf(t1 / math.sqrt(2.0)) + math.erf(al / math.sqrt(2.0)))      # t1 > -al here
    if t0 > -al:
        return core - c * (math.erf(t0 / math.sqrt(2.0)) + math.erf(al / math.sqrt(2.0)))
    return core - a / (n - 1) * ((b - t0) ** (1 - n) - (b + al) ** (1 - n))


@numba.njit(fastmath=True)
def full_kernel(m, mass, s1, s2, lo, hi, w, half, ns, nb, a, fr, al, nl, ar, nr):
    il = fr / (s1 * cb_integral((lo - mass) / s1, (hi - mass) / s1, al, nl))
    ir = (1 - fr) / (s2 * cb_integral((mass - hi) / s2, (mass - lo) / s2, ar, nr))
    ta, tb = (nl / al) ** nl * math.exp(-0.5 * al * al), nl / al - al
    ua, ub = (nr / ar) ** nr * math.exp(-0.5 * ar * ar), nr / ar - ar
    f = 0.0
    for i in range(m.size):
        d = m[i] - mass
        t, u = d / s1, -d / s2
        left = math.exp(-0.5 * t * t) if t > -al else ta * (tb - t) ** -nl
        right = math.exp(-0.5 * u * u) if u > -ar else ua * (ub - u) ** -nr
        p = ns * (il * left + ir * right) + nb * (1 + a * d / half) * w
        f += math.log(p if p > 1e-300 else 1e-300)
    return f


def fixed_fit(win, background_only=False, order=1):
    half = 0.5 * (win.hi - win.lo)
    x, w, s = (win.m - win.mass) / half, 0.5 / half, model.signal_pdf(win, win.m)

    def fcn(p):
        return p[0] + p[1] - fixed_kernel(s, x, w, p[0], p[1], p[2], p[3] if order > 1 else 0.0, False)[0]

    def grad(p):
        _, a, b, c, d = fixed_kernel(s, x, w, p[0], p[1], p[2], p[3] if order > 1 else 0.0, True)
        return np.array([1 - a, 1 - b, -c, -d][:order + 2])
    mi = Minuit(fcn, (0.01 * win.n, 0.99 * win.n) + (0.0,) * order, grad=grad)
    if background_only:
        mi.values[0], mi.fixed[0], mi.values[1] = 0.0, True, win.n
    return finish(mi)


def nuisance_fit(win):
    half = 0.5 * (win.hi - win.lo)
    w = 0.5 / half
    a, b = (math.log1p(v) for v in model.YIELD_SIZES)

    def fcn(p):
        ns = p[0] * math.exp(a * p[3] + b * p[4])
        k = 1 + model.WIDTH_SIZE * p[5]
        f = full_kernel(win.m, win.mass, k * win.s1, k * win.s2, win.lo, win.hi, w, half, ns, p[1], p[2], model.FRACTION,
                        model.ALPHA_L, model.N_L, model.ALPHA_R, model.N_R)
        return ns + p[1] - f + 0.5 * (p[3] ** 2 + p[4] ** 2 + p[5] ** 2)
    mi = Minuit(fcn, (0.01 * win.n, 0.99 * win.n, 0.0, 0.0, 0.0, 0.0))
    for k in (3, 4, 5):
        mi.limits[k] = (-5, 5)
    return finish(mi)


def finish(mi):
    mi.errordef = 0.5
    mi.migrad()
    mi.hesse()
    return mi.values[0], mi.errors[0]


def solver(name):
    """The fit of a model of nightjar-bench: linear, quadratic or nuisances."""
    if name == "nuisances":
        return nuisance_fit
    order = 2 if name == "quadratic" else 1
    return lambda win: fixed_fit(win, order=order)
