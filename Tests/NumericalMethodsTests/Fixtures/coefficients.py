"""Prints the polynomial coefficients of Sources/Kernels/include/elementary_template.h.

Each is the Chebyshev interpolant of the stated function, computed with 60 digits and rounded to
double; the printed error is the largest over the interval after the rounding, relative to the
weight of that polynomial in the final result. Needs mpmath.
"""
from mpmath import (mp, mpf, matrix, lu_solve, cos, pi, exp, log, sin, atan, asin, sqrt, erf, erfc,
                    expm1, sinh, cosh)

mp.dps = 60


def fit(name, f, lo, hi, n, scale):
    """Degree n-1 through n Chebyshev nodes; scale(z) turns an error of f into a relative one."""
    lo, hi = mpf(lo), mpf(hi)
    nodes = [(lo + hi) / 2 + (hi - lo) / 2 * cos(pi * (2 * i + 1) / (2 * n)) for i in range(n)]
    a = matrix(n, n)
    b = matrix(n, 1)
    for i, z in enumerate(nodes):
        w = mpf(1)
        for j in range(n):
            a[i, j] = w
            w *= z
        b[i] = f(z)
    c = [float(v) for v in lu_solve(a, b)]
    worst = mpf(0)
    for i in range(1, 400):
        z = lo + (hi - lo) * i / 400
        p = mpf(0)
        for v in reversed(c):
            p = p * z + mpf(v)
        worst = max(worst, abs((p - f(z)) * scale(z)))
    print(f"// {name} on [{mp.nstr(lo, 6)}, {mp.nstr(hi, 6)}], error {mp.nstr(worst * mpf(2)**53, 3)} ulp")
    for v in c:
        print(f"  {v.hex()},  // {v!r}")


def safe(f, at_zero):
    return lambda z: mpf(at_zero) if abs(z) < mpf(10) ** -30 else f(z)


ln2 = log(mpf(2))
h = ln2 / 2 * mpf("1.0001")
fit("exp: (e^r - 1 - r) / r^2", safe(lambda r: (exp(r) - 1 - r) / r**2, 0.5), -h, h, 11,
    lambda r: r**2)
# log: s = (m-1)/(m+1); log m = 2 s + s^3 L(s^2)
s2 = ((sqrt(mpf(2)) - 1) / (sqrt(mpf(2)) + 1)) ** 2 * mpf("1.0001")
atanh2 = lambda s: log((1 + s) / (1 - s))
fit("log: (2 atanh s - 2 s) / s^3 in z = s^2", safe(
    lambda z: (atanh2(sqrt(z)) - 2 * sqrt(z)) / sqrt(z)**3, mpf(2) / 3), 0, s2, 7,
    lambda z: z / 2)
fit("log tail: (2 atanh s - 2 s - 2/3 s^3) / s^5 in z = s^2", safe(
    lambda z: (atanh2(sqrt(z)) - 2 * sqrt(z) - mpf(2) / 3 * sqrt(z)**3) / sqrt(z)**5,
    mpf(2) / 5), 0, s2, 9, lambda z: z**2 / 2)
q = (pi / 4 * mpf("1.0001")) ** 2
fit("sin: (sin r - r) / r^3 in z", safe(lambda z: (sin(sqrt(z)) - sqrt(z)) / sqrt(z)**3,
    -mpf(1) / 6), 0, q, 7, lambda z: z)
fit("cos: (cos r - 1 + z/2) / z^2 in z", safe(lambda z: (cos(sqrt(z)) - 1 + z / 2) / z**2,
    mpf(1) / 24), 0, q, 7, lambda z: z**2 / cos(sqrt(z)))
t = (sqrt(mpf(2)) - 1) ** 2 * mpf("1.0001")
fit("atan: (atan t - t) / t^3 in z", safe(lambda z: (atan(sqrt(z)) - sqrt(z)) / sqrt(z)**3,
    -mpf(1) / 3), 0, t, 11, lambda z: z)
fit("asin: (asin s - s) / s^3 in z", safe(lambda z: (asin(sqrt(z)) - sqrt(z)) / sqrt(z)**3,
    mpf(1) / 6), 0, mpf("0.2501"), 13, lambda z: z)
e = mpf(1)
fit("erf: erf(x) / x - 1 in z = x^2", safe(lambda z: erf(sqrt(z)) / sqrt(z) - 1,
    2 / sqrt(pi) - 1), 0, e, 13, lambda z: 1)
# erfcx: t = (x - 3.5) / (x + 3.5); (1 + 2 x) e^(x^2) erfc(x) as a polynomial in t on [-1, 1)
def erfcx(x):
    if x > 50:
        z = 1 / (x * x)
        s, term, k = mpf(1), mpf(1), 1
        while k < 60:
            term *= -(2 * k - 1) * z / 2
            if abs(term) < mpf(10) ** -50:
                break
            s += term
            k += 1
        return s / (x * sqrt(pi))
    mp.dps = 60 + int(x * x)
    v = exp(x * x) * erfc(x)
    mp.dps = 60
    return +v
A = mpf("3.5")
def erfcx_t(u):
    if u > 1 - mpf(10) ** -12:
        return 2 / sqrt(pi)
    x = A * (1 + u) / (1 - u)
    return (1 + 2 * x) * erfcx(x)
fit("erfcx: (1 + 2 x) erfcx(x) in t = (x - 3.5)/(x + 3.5)", erfcx_t, -1, 1, 25, lambda u: 1)

def parts(name, v, n, bits):
    out = []
    for i in range(n):
        if bits[i]:
            m, ex = mp.frexp(v)
            p = mp.ldexp(mp.floor(mp.ldexp(m, bits[i])), ex - bits[i])
        else:
            p = mpf(float(v))
        out.append(float(p).hex())
        v -= p
    print("//", name, " ".join(out))
mp.dps = 120
parts("ln2", log(mpf(2)), 3, [41, 0, 0])
parts("2/3", mpf(2) / 3, 2, [0, 0])
parts("pi/2", pi / 2, 3, [0, 0, 0])
parts("pi/4", pi / 4, 2, [0, 0])
parts("1/ln10", 1 / log(mpf(10)), 2, [0, 0])
parts("1/ln2", 1 / log(mpf(2)), 2, [0, 0])
parts("2/pi", 2 / pi, 2, [0, 0])

# Rows of turn_table.h: 2^(16 g) 2/pi modulo 2^24 in four doubles, g = 0 ... 62.
mp.dps = 500
with open("/tmp/turn_table.h", "w") as out:
    out.write("// 2^(16 g) 2/pi modulo 2^24 in four doubles, g = 0 ... 62: made by coefficients.py.\n"
              "#ifndef NIGHTJAR_TURN_TABLE_H\n#define NIGHTJAR_TURN_TABLE_H\n\n"
              "static const double nj_turn_table[63 * 4] = {\n")
    for g in range(63):
        v = mp.ldexp(2 / pi, 16 * g)
        v -= mp.ldexp(mp.floor(mp.ldexp(v, -24)), 24)
        row = []
        for _ in range(4):
            p = float(v)
            row.append(p.hex())
            v -= mpf(p)
        out.write("  " + ", ".join(row) + ",\n")
    out.write("};\n\n#endif\n")

# SpecialFunctions.lgamma, highest first.
mp.dps = 60
fit("log gamma(2 + t) / t", safe(lambda t: mp.loggamma(2 + t) / t, mp.psi(0, 2)), -0.5, 0.5, 19,
    lambda t: mpf(1) / mp.psi(0, 2))
