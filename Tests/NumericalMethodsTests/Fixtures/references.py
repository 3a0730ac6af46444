"""Writes references.txt: values of special functions at given doubles, by mpmath with 60 digits and
more, rounded to double; PCHIP by scipy. One line each: function, argument, argument, value (hex).

  python3 references.py > references.txt
"""
import random
import numpy
import scipy
from scipy.interpolate import PchipInterpolator
import mpmath
from mpmath import mp, mpf

mp.dps = 60
random.seed(20261123)
R = random.Random(1)
U = R.uniform


def out(name, x, y, value):
    v = float(value)
    print(name, float(x).hex(), float(y).hex(), v.hex())


def log_uniform(a, b):
    return 2.0 ** U(a, b)


def signed(a, b):
    return log_uniform(a, b) * R.choice((-1, 1))


print(f"# made by references.py: mpmath {mpmath.__version__}, scipy {scipy.__version__}")
points = {
    "exp": (mp.exp, [U(-745, 709) for _ in range(40)] + [signed(-60, 3) for _ in range(20)]),
    "expm1": (mp.expm1, [U(-40, 709) for _ in range(20)] + [signed(-60, 3) for _ in range(40)]),
    "log": (mp.log, [log_uniform(-1074, 1023) for _ in range(30)] + [1 + signed(-52, -2) for _ in range(30)]),
    "log1p": (mp.log1p, [log_uniform(-60, 1023) for _ in range(30)] + [-log_uniform(-60, -.01) for _ in range(30)]),
    "log2": (lambda x: mp.log(x, 2), [log_uniform(-1074, 1023) for _ in range(30)] + [8.0, 0.125, 1 + 2.0**-40]),
    "log10": (mp.log10, [log_uniform(-1074, 1023) for _ in range(30)] + [1e3, 1e22, 1 + 2.0**-40]),
    "sin": (mp.sin, [U(-10, 10) for _ in range(30)] + [U(-1e5, 1e5) for _ in range(30)]
            + [signed(30, 1023) for _ in range(60)] + [float(n * mp.pi) for n in (1, 2, 3, 355, 10**6, 10**15)]
            + [float.fromhex("0x1.6ac5b262ca1ffp+849"), 2.0**30, -2.0**1023, 1e-310]),
    "cos": (mp.cos, [U(-10, 10) for _ in range(30)] + [U(-1e5, 1e5) for _ in range(30)]
            + [signed(30, 1023) for _ in range(60)] + [float((n + mpf(1) / 2) * mp.pi) for n in (1, 2, 3, 355, 10**6, 10**15)]
            + [float.fromhex("0x1.6ac5b262ca1ffp+849"), 2.0**30]),
    "tan": (mp.tan, [U(-10, 10) for _ in range(30)] + [U(-1e5, 1e5) for _ in range(30)]
            + [signed(30, 1023) for _ in range(60)] + [float(n * mp.pi / 2) for n in (1, 2, 3, 355, 10**6)]),
    "asin": (mp.asin, [U(-1, 1) for _ in range(40)] + [signed(-60, -1) for _ in range(10)] + [1.0, -1.0]),
    "acos": (mp.acos, [U(-1, 1) for _ in range(40)] + [1 - log_uniform(-50, -2) for _ in range(10)] + [-1.0]),
    "atan": (mp.atan, [U(-4, 4) for _ in range(40)] + [signed(-60, 60) for _ in range(20)]),
    "sinh": (mp.sinh, [U(-710.4, 710.4) for _ in range(20)] + [signed(-40, 3) for _ in range(30)]),
    "cosh": (mp.cosh, [U(-710.4, 710.4) for _ in range(20)] + [signed(-40, 3) for _ in range(30)]),
    "tanh": (mp.tanh, [U(-20, 20) for _ in range(20)] + [signed(-40, 3) for _ in range(30)]),
    "erf": (mp.erf, [U(-6, 6) for _ in range(40)] + [signed(-40, 0) for _ in range(20)]),
    "erfc": (mp.erfc, [U(-6, 27) for _ in range(60)] + [signed(-40, 0) for _ in range(20)]),
    "erfcx": (lambda x: mp.exp(mpf(x)**2) * mp.erfc(x), [U(-26, 26) for _ in range(40)] + [log_uniform(5, 8) for _ in range(10)]),
    "upperTail": (lambda x: mp.erfc(mpf(x) / mp.sqrt(2)) / 2, [U(-8, 38) for _ in range(60)] + [signed(-30, 0) for _ in range(20)]),
    "logUpperTail": (lambda x: mp.log1p(-mp.erfc(-x / mp.sqrt(2)) / 2) if x < 0 else mp.log(mp.erfc(x / mp.sqrt(2)) / 2), [U(-30, 38) for _ in range(40)] + [log_uniform(5.3, 8) for _ in range(20)]),
    "lgamma": (lambda x: mp.log(abs(mp.gamma(x))), [U(0, 12) for _ in range(60)] + [log_uniform(-60, 40) for _ in range(30)] + [1 + signed(-40, -3) for _ in range(8)] + [2 + signed(-40, -3) for _ in range(8)]),
    "lgammaNegative": (lambda x: mp.log(abs(mp.gamma(x))), [U(-20, 0) for _ in range(40)]),
    "digamma": (lambda x: mp.psi(0, x), [U(-10, 20) for _ in range(60)] + [log_uniform(-20, 60) for _ in range(20)]),
}
for name, (f, xs) in points.items():
    for x in xs:
        out(name, x, 0, f(mpf(x)))

mp.dps = 60
for _ in range(60):
    x, y = U(0, 10), U(-300, 300)
    out("pow", x, y, mpf(x) ** mpf(y)) if -1020 < y * mp.log(x, 2) < 1020 else None
for _ in range(40):
    x, y = 1 + signed(-30, -2), signed(0, 12)
    out("pow", x, y, mpf(x) ** mpf(y))
for _ in range(20):
    x, y = -U(0, 10), float(R.randint(-50, 50))
    out("pow", x, y, mpf(x) ** int(y))
out("pow", 1 + 2.0**-52, 3e18, (mpf(1) + mpf(2)**-52) ** mpf(3e18))
for _ in range(40):
    x, y = U(-3, 3), U(-3, 3)
    out("hypot", x, y, mp.sqrt(mpf(x)**2 + mpf(y)**2))
    out("atan2", x, y, mp.atan2(mpf(x), mpf(y)))
for _ in range(30):
    x, y = signed(-1000, 1000), signed(-1000, 1000)
    out("hypot", x, y, mp.sqrt(mpf(x)**2 + mpf(y)**2))
    out("atan2", x, y, mp.atan2(mpf(x), mpf(y)))
mp.dps = 60
for _ in range(60):
    a = log_uniform(-6, 10)
    x = a * log_uniform(-2, 2)
    out("gammaP", a, x, mp.gammainc(a, 0, x, regularized=True))
    out("gammaQ", a, x, mp.gammainc(a, x, mp.inf, regularized=True))
for a, x in [(100, 1000), (0.5, 600), (3, 700), (1e5, 1.02e5), (1e5, 0.98e5), (1e5, 1e5), (1e-5, 1e-3)]:
    out("gammaP", a, x, mp.gammainc(a, 0, x, regularized=True))
    out("gammaQ", a, x, mp.gammainc(a, x, mp.inf, regularized=True))
for a, x in [(0.5, 1000), (2, 5000), (50, 1e4), (0.5, 1e-3), (10, 5)]:
    mp.dps = 60
    out("logGammaQ", a, x, mp.log(mp.gammainc(a, x, mp.inf, regularized=True)))
for _ in range(60):
    a, b, x = log_uniform(-4, 8), log_uniform(-4, 8), U(0, 1)
    value = mp.betainc(mpf(a), mpf(b), 0, mpf(x), regularized=True)
    if value > mpf(10) ** -300:
        print("incompleteBeta", a.hex(), b.hex(), x.hex(), float(value).hex())
for n, mean in [(0, 2.5), (3, 2.5), (10, 100.0), (1000, 1000.0), (1200, 1000.0), (10**6, 1.001e6), (5, 1e-8)]:
    out("logPoisson", n, mean, n * mp.log(mpf(mean)) - mpf(mean) - mp.loggamma(n + 1))
for k in (0.1, 0.3, 0.5, 0.8, 1.0, 1.17, 1.19, 1.5, 2.0, 3.0, 5.0):
    out("kolmogorov", k, 0, 2 * mp.nsum(lambda j: (-1) ** (int(j) - 1) * mp.exp(-2 * j * j * mpf(k)**2), [1, 200]))
x = numpy.array([0.2, 0.5, 0.9, 2.0, 2.5, 4.0, 4.2, 7.0])
y = numpy.array([0.1, 0.4, 0.45, 0.3, 0.3, 0.8, 1.5, 1.4])
curve = PchipInterpolator(x, y)
for a in numpy.linspace(0.2, 7.0, 60):
    out("pchip", a, 0, curve(a))
for a in numpy.linspace(0.2, 7.0, 20):
    out("linear", a, 0, numpy.interp(a, x, y))
