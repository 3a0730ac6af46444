// The text of the elementary functions, for one double or for eight lanes; see elementary.h.
// Coefficients: Tests/NumericalMethodsTests/Fixtures/coefficients.py (Chebyshev interpolants).
//
// Method: exact reduction with fused products, one polynomial, selections instead of branches.
// "Two-sum" and "product error" are the error-free transformations of Dekker and Knuth.

#ifndef NJ_TEMPLATE_COMMON
#define NJ_TEMPLATE_COMMON
#define NJ_INLINE static inline __attribute__((always_inline, unused))
#define NJ_FMA(a, b, c) __builtin_elementwise_fma((a), (b), (c))
#define NJ_ABS(x) __builtin_elementwise_abs(x)
#define NJ_COPYSIGN(x, y) __builtin_elementwise_copysign((x), (y))
#define NJ_ROOT(x) __builtin_elementwise_sqrt(x)
#define NJ_RINT(x) __builtin_elementwise_rint(x)
#define NJ_STEP(p, x, c) p = NJ_FMA(p, x, NJ_C(c))
#define NJ_NAN __builtin_nan("")
#define NJ_INF __builtin_inf()
#define NJ_ROUNDER 0x1.8p52 // x + this - this rounds to the nearest integer, ties to even
#define NJ_LN2 0x1.62e42fefa39efp-1
#define NJ_LN2_LOW 0x1.abc9e3b39803fp-56
#define NJ_LN2_SHORT 0x1.62e42fefa3000p-1 // 41 bits: times any exponent is exact
#define NJ_LN2_SHORT_LOW 0x1.3de6af278ece6p-42
#define NJ_LOG2E 0x1.71547652b82fep+0
#define NJ_LOG2E_LOW 0x1.777d0ffda0d24p-56
#define NJ_LOG10E 0x1.bcb7b1526e50ep-2
#define NJ_LOG10E_LOW 0x1.95355baaafad3p-57
#define NJ_TWO_OVER_PI 0x1.45f306dc9c883p-1
#define NJ_HALF_PI 0x1.921fb54442d18p+0
#define NJ_HALF_PI_LOW 0x1.1a62633145c07p-54
#define NJ_HALF_PI_LAST -0x1.f1976b7ed8fbcp-110
#define NJ_QUARTER_PI 0x1.921fb54442d18p-1
#define NJ_QUARTER_PI_LOW 0x1.1a62633145c07p-55
#endif

// The selection is on the argument: the compiler drops one on the result, and the NaN's sign with it.
NJ_INLINE NJ_REAL NJ_FN(sqrt)(NJ_REAL x) {
  return NJ_ROOT(NJ_SELECT(x >= 0.0, x, NJ_C(NJ_NAN)));
}

// e^r for |r| <= ln2/2.
NJ_INLINE NJ_REAL NJ_FN(exp_excess)(NJ_REAL r) {
  NJ_REAL p = NJ_C(0x1.1f730349868cep-29);
  NJ_STEP(p, r, 0x1.af4de97ca4194p-26);
  NJ_STEP(p, r, 0x1.27e4db646b17ep-22);
  NJ_STEP(p, r, 0x1.71de0231960ebp-19);
  NJ_STEP(p, r, 0x1.a01a01a6d889cp-16);
  NJ_STEP(p, r, 0x1.a01a01abe7fe1p-13);
  NJ_STEP(p, r, 0x1.6c16c16c162d4p-10);
  NJ_STEP(p, r, 0x1.11111111100dcp-7);
  NJ_STEP(p, r, 0x1.5555555555556p-5);
  NJ_STEP(p, r, 0x1.5555555555557p-3);
  NJ_STEP(p, r, 0x1.0000000000000p-1);
  return NJ_FMA(r * r, p, r);
}

// 2^k as two factors, for |k| <= 2000: one rounding also where the result is subnormal.
NJ_INLINE NJ_REAL NJ_FN(half_power)(NJ_REAL k, NJ_REAL *rest) {
  NJ_REAL t = NJ_FMA(k, NJ_C(0.5), NJ_C(NJ_ROUNDER));
  NJ_REAL u = (k - (t - NJ_ROUNDER)) + NJ_ROUNDER;
  *rest = NJ_FROM_BITS((NJ_BITS(u) + 1023) << 52);
  return NJ_FROM_BITS((NJ_BITS(t) + 1023) << 52);
}

// e^(high + low), |low| far below 1; low = -0.0 costs nothing.
NJ_INLINE NJ_REAL NJ_FN(exp_sum)(NJ_REAL high, NJ_REAL low) {
  high = NJ_SELECT(high < -746.0, NJ_C(-746.0), high);
  high = NJ_SELECT(high > 710.0, NJ_C(710.0), high);
  NJ_REAL k = NJ_FMA(high, NJ_C(NJ_LOG2E), NJ_C(NJ_ROUNDER)) - NJ_ROUNDER;
  NJ_REAL r = NJ_FMA(-k, NJ_C(NJ_LN2), high);
  r = NJ_FMA(-k, NJ_C(NJ_LN2_LOW), r + low);
  NJ_REAL rest, scale = NJ_FN(half_power)(k, &rest);
  return (1.0 + NJ_FN(exp_excess)(r)) * scale * rest;
}

NJ_INLINE NJ_REAL NJ_FN(exp)(NJ_REAL x) {
  return NJ_SELECT(x == x, NJ_FN(exp_sum)(x, NJ_C(-0.0)), NJ_C(NJ_NAN));
}

NJ_INLINE NJ_REAL NJ_FN(exp_normal)(NJ_REAL x) {
  x = NJ_SELECT(x < -708.0, NJ_C(-708.0), x);
  NJ_REAL t = NJ_FMA(x, NJ_C(NJ_LOG2E), NJ_C(NJ_ROUNDER));
  NJ_REAL k = t - NJ_ROUNDER;
  NJ_REAL r = NJ_FMA(-k, NJ_C(NJ_LN2), x);
  r = NJ_FMA(-k, NJ_C(NJ_LN2_LOW), r);
  return (1.0 + NJ_FN(exp_excess)(r)) * NJ_FROM_BITS((NJ_BITS(t) + 1023) << 52);
}

// Splits a positive normal x into 2^k m with m in [sqrt(1/2), sqrt(2)); returns m.
NJ_INLINE NJ_REAL NJ_FN(split)(NJ_REAL x, NJ_REAL *k) {
  NJ_WORD w = NJ_BITS(x) + (UINT64_C(0x3ff0000000000000) - UINT64_C(0x3fe6a09e667f3bcd));
  *k = NJ_FROM_BITS((w >> 52) | UINT64_C(0x4330000000000000)) - (0x1p52 + 1023.0);
  return NJ_FROM_BITS((w & UINT64_C(0x000fffffffffffff)) + UINT64_C(0x3fe6a09e667f3bcd));
}

// k ln2 + log(1 + f) + correction; log(1+f) = f - f^2/2 + s (f^2/2 + R), s = f/(2+f) (fdlibm).
NJ_INLINE NJ_REAL NJ_FN(log_parts)(NJ_REAL k, NJ_REAL f, NJ_REAL correction) {
  NJ_REAL s = f / (2.0 + f);
  NJ_REAL z = s * s;
  NJ_REAL p = NJ_C(0x1.2b5900de53b32p-3);
  NJ_STEP(p, z, 0x1.39fe51a7c18f9p-3);
  NJ_STEP(p, z, 0x1.7462b51cb66b1p-3);
  NJ_STEP(p, z, 0x1.c71c62e3f11e6p-3);
  NJ_STEP(p, z, 0x1.2492492df281ap-2);
  NJ_STEP(p, z, 0x1.99999999952d7p-2);
  NJ_STEP(p, z, 0x1.5555555555558p-1);
  NJ_REAL half = 0.5 * f * f;
  NJ_REAL small = NJ_FMA(s, NJ_FMA(z, p, half), NJ_FMA(k, NJ_C(NJ_LN2_SHORT_LOW), correction));
  return NJ_FMA(k, NJ_C(NJ_LN2_SHORT), f - (half - small));
}

NJ_INLINE NJ_REAL NJ_FN(log_normal)(NJ_REAL x) {
  NJ_REAL k, m = NJ_FN(split)(x, &k);
  return NJ_FN(log_parts)(k, m - 1.0, NJ_C(-0.0));
}

// The values of a logarithm at 0, infinity, negative numbers and NaN.
NJ_INLINE NJ_REAL NJ_FN(log_edges)(NJ_REAL x, NJ_REAL y) {
  y = NJ_SELECT(x == NJ_INF, NJ_C(NJ_INF), y);
  y = NJ_SELECT(x == 0.0, NJ_C(-NJ_INF), y);
  return NJ_SELECT(x >= 0.0, y, NJ_C(NJ_NAN));
}

NJ_INLINE NJ_REAL NJ_FN(log)(NJ_REAL x) {
  NJ_BOOL tiny = x < 0x1p-1022;
  NJ_REAL k, m = NJ_FN(split)(NJ_SELECT(tiny, x * 0x1p54, x), &k);
  k = NJ_SELECT(tiny, k - 54.0, k);
  return NJ_FN(log_edges)(x, NJ_FN(log_parts)(k, m - 1.0, NJ_C(-0.0)));
}

// log x as high + low to about 2^-66, for x > 0 (0 and infinity give rubbish in low).
// log m = 2 s + (2/3) s^3 + s^5 P(s^2), the first two terms in two doubles each.
NJ_INLINE NJ_REAL NJ_FN(log_two)(NJ_REAL x, NJ_REAL *low) {
  NJ_BOOL tiny = x < 0x1p-1022;
  NJ_REAL k, m = NJ_FN(split)(NJ_SELECT(tiny, x * 0x1p54, x), &k);
  k = NJ_SELECT(tiny, k - 54.0, k);
  NJ_REAL f = m - 1.0;
  NJ_REAL d = m + 1.0;
  NJ_REAL dLow = m - (d - 1.0);
  NJ_REAL inverse = 1.0 / d;
  NJ_REAL s = f * inverse;
  NJ_REAL sLow = NJ_FMA(-s, dLow, NJ_FMA(-s, d, f)) * inverse;
  NJ_REAL z = s * s;
  NJ_REAL zLow = NJ_FMA(s, s, -z) + 2.0 * s * sLow;
  NJ_REAL c = s * z;
  NJ_REAL cLow = NJ_FMA(s, z, -c) + NJ_FMA(s, zLow, sLow * z);
  NJ_REAL p = NJ_C(0x1.b8d433113b7fap-4);
  NJ_STEP(p, z, 0x1.ac4a89c964b82p-4);
  NJ_STEP(p, z, 0x1.e1f7fa7547177p-4);
  NJ_STEP(p, z, 0x1.1110dfad0f8eap-3);
  NJ_STEP(p, z, 0x1.3b13b1bc75cd4p-3);
  NJ_STEP(p, z, 0x1.745d174513593p-3);
  NJ_STEP(p, z, 0x1.c71c71c71cfd9p-3);
  NJ_STEP(p, z, 0x1.2492492492491p-2);
  NJ_STEP(p, z, 0x1.999999999999ap-2);
  const double third = 0x1.5555555555555p-1, thirdLow = 0x1.5555555555555p-55;
  NJ_REAL t = c * third;
  NJ_REAL tLow = NJ_FMA(c, NJ_C(third), -t) + NJ_FMA(cLow, NJ_C(third), c * thirdLow);
  NJ_REAL a = k * NJ_LN2_SHORT;
  NJ_REAL u = a + 2.0 * s;
  NJ_REAL uLow = 2.0 * s - (u - a);
  NJ_REAL v = u + t;
  NJ_REAL vLow = t - (v - u);
  NJ_REAL small = NJ_FMA(k, NJ_C(NJ_LN2_SHORT_LOW), NJ_FMA(NJ_C(2.0), sLow, tLow));
  NJ_REAL rest = NJ_FMA(c * z, p, (uLow + vLow) + small);
  NJ_REAL high = v + rest;
  *low = rest - (high - v);
  return high;
}

// x^y as e^(y log|x|), log in two doubles; the edges as in C99 annex F.
NJ_INLINE NJ_REAL NJ_FN(pow)(NJ_REAL x, NJ_REAL y) {
  NJ_REAL ax = NJ_ABS(x), ay = NJ_ABS(y);
  NJ_REAL low, high = NJ_FN(log_two)(ax, &low);
  high = NJ_SELECT(ax == 0.0, NJ_C(-NJ_INF), high);
  high = NJ_SELECT(ax == NJ_INF, NJ_C(NJ_INF), high);
  NJ_REAL product = y * high;
  NJ_REAL error = NJ_FMA(y, low, NJ_FMA(y, high, -product));
  NJ_REAL result = NJ_FN(exp_sum)(product, NJ_SELECT(NJ_ABS(product) < 800.0, error, NJ_C(0.0)));
  result = NJ_SELECT(ax == 1.0, NJ_C(1.0), result);
  NJ_REAL half = 0.5 * ay;
  NJ_BOOL broken = (ay < 0x1p52) & ((ay + 0x1p52) - 0x1p52 != ay);
  NJ_BOOL odd = (ay < 0x1p53) & ((half + 0x1p52) - 0x1p52 != half) & (broken == 0);
  result = NJ_SELECT(odd, NJ_COPYSIGN(result, x), result);
  result = NJ_SELECT((x < 0.0) & (x > -NJ_INF) & broken, NJ_C(NJ_NAN), result);
  result = NJ_SELECT((x == x) & (y == y), result, NJ_C(NJ_NAN));
  return NJ_SELECT((x == 1.0) | (y == 0.0), NJ_C(1.0), result);
}

// a + b rounded; with error it is exact.
NJ_INLINE NJ_REAL NJ_FN(two_sum)(NJ_REAL a, NJ_REAL b, NJ_REAL *error) {
  NJ_REAL s = a + b;
  NJ_REAL back = s - a;
  *error = (a - (s - back)) + (b - back);
  return s;
}

// x - k pi/2 as high + low for |x| <= 2^30 (the first step is exact), and k modulo 2^51 in *turn.
NJ_INLINE NJ_REAL NJ_FN(quarter_turns)(NJ_REAL x, NJ_REAL *low, NJ_WORD *turn) {
  NJ_REAL t = NJ_FMA(x, NJ_C(NJ_TWO_OVER_PI), NJ_C(NJ_ROUNDER));
  NJ_REAL k = t - NJ_ROUNDER;
  *turn = NJ_BITS(t);
  NJ_REAL a = NJ_FMA(-k, NJ_C(NJ_HALF_PI), x);
  NJ_REAL b = k * NJ_HALF_PI_LOW;
  NJ_REAL bLow = NJ_FMA(k, NJ_C(NJ_HALF_PI_LAST), NJ_FMA(k, NJ_C(NJ_HALF_PI_LOW), -b));
  NJ_REAL error, high = NJ_FN(two_sum)(a, -b, &error);
  *low = error - bLow;
  return high;
}

// The same for any finite x (Payne and Hanek): x 2^(-16 g) times a row of 2/pi modulo 4, where the
// whole multiples of 4 are dropped from the exact partial products.
NJ_INLINE NJ_REAL NJ_FN(many_quarter_turns)(NJ_REAL x, NJ_REAL *low, NJ_WORD *turn) {
  NJ_WORD e = (NJ_BITS(x) >> 52) & 0x7ff;
  NJ_WORD g = NJ_SELECT_WORD(e < 1053, e - e, (e - 1053) >> 4);
  NJ_REAL y = x * NJ_FROM_BITS((1023 - 16 * g) << 52);
  NJ_REAL f1 = NJ_LOOK_UP(nj_turn_table, 4 * g), f2 = NJ_LOOK_UP(nj_turn_table, 4 * g + 1);
  NJ_REAL f3 = NJ_LOOK_UP(nj_turn_table, 4 * g + 2), f4 = NJ_LOOK_UP(nj_turn_table, 4 * g + 3);
  NJ_REAL p1 = y * f1, e1 = NJ_FMA(y, f1, -p1);
  NJ_REAL p2 = y * f2, e2 = NJ_FMA(y, f2, -p2);
  NJ_REAL p3 = y * f3, e3 = NJ_FMA(y, f3, -p3);
  p1 -= 4.0 * NJ_RINT(0.25 * p1);
  e1 -= 4.0 * NJ_RINT(0.25 * e1);
  p2 -= 4.0 * NJ_RINT(0.25 * p2);
  NJ_REAL r1, r2, u1, u2, u3, l;
  NJ_REAL s = NJ_FN(two_sum)(NJ_FN(two_sum)(p1, e1, &r1), p2, &r2);
  NJ_REAL k = NJ_RINT(s);
  *turn = NJ_BITS(k + NJ_ROUNDER);
  NJ_REAL t = NJ_FN(two_sum)(e2, p3, &u1);
  t = NJ_FN(two_sum)(NJ_FN(two_sum)(t, r1, &u2), r2, &u3);
  NJ_REAL h = NJ_FN(two_sum)(s - k, t, &l);
  l += u1 + u2 + u3 + NJ_FMA(y, f4, e3);
  NJ_REAL high = h * NJ_HALF_PI;
  *low = NJ_FMA(h, NJ_C(NJ_HALF_PI), -high) + NJ_FMA(h, NJ_C(NJ_HALF_PI_LOW), l * NJ_HALF_PI);
  return high;
}

// sin(high + low) on |high| <= pi/4.
NJ_INLINE NJ_REAL NJ_FN(sin_kernel)(NJ_REAL high, NJ_REAL low) {
  NJ_REAL z = high * high;
  NJ_REAL p = NJ_C(-0x1.ab17a79237a19p-41);
  NJ_STEP(p, z, 0x1.61217ec01749dp-33);
  NJ_STEP(p, z, -0x1.ae64541266378p-26);
  NJ_STEP(p, z, 0x1.71de3a54605eep-19);
  NJ_STEP(p, z, -0x1.a01a01a019936p-13);
  NJ_STEP(p, z, 0x1.1111111111110p-7);
  NJ_STEP(p, z, -0x1.5555555555555p-3);
  return high + NJ_FMA(z * high, p, NJ_FMA(-0.5 * z, low, low));
}

// cos(high + low) on |high| <= pi/4: 1 - z/2 with its rounding error, then the rest.
NJ_INLINE NJ_REAL NJ_FN(cos_kernel)(NJ_REAL high, NJ_REAL low) {
  NJ_REAL z = high * high;
  NJ_REAL p = NJ_C(0x1.ab783376962cfp-45);
  NJ_STEP(p, z, -0x1.9394b9c9c20a4p-37);
  NJ_STEP(p, z, 0x1.1eed8deb6d561p-29);
  NJ_STEP(p, z, -0x1.27e4fb7712bdfp-22);
  NJ_STEP(p, z, 0x1.a01a01a019d0ap-16);
  NJ_STEP(p, z, -0x1.6c16c16c16c16p-10);
  NJ_STEP(p, z, 0x1.5555555555555p-5);
  NJ_REAL half = 0.5 * z;
  NJ_REAL w = 1.0 - half;
  return w + (((1.0 - w) - half) + NJ_FMA(z * z, p, -high * low));
}

// The sine of the reduced angle; one turn more gives the cosine.
NJ_INLINE NJ_REAL NJ_FN(sine_of)(NJ_REAL high, NJ_REAL low, NJ_WORD turn) {
  NJ_REAL y = NJ_SELECT((turn & 1) != 0, NJ_FN(cos_kernel)(high, low),
                        NJ_FN(sin_kernel)(high, low));
  return NJ_FROM_BITS(NJ_BITS(y) ^ ((turn & 2) << 62));
}

NJ_INLINE NJ_REAL NJ_FN(sin_limited)(NJ_REAL x) {
  NJ_WORD turn;
  NJ_REAL low, high = NJ_FN(quarter_turns)(x, &low, &turn);
  return NJ_SELECT(x == 0.0, x, NJ_FN(sine_of)(high, low, turn));
}

NJ_INLINE NJ_REAL NJ_FN(cos_limited)(NJ_REAL x) {
  NJ_WORD turn;
  NJ_REAL low, high = NJ_FN(quarter_turns)(x, &low, &turn);
  return NJ_FN(sine_of)(high, low, turn + 1);
}

NJ_INLINE NJ_REAL NJ_FN(tangent_of)(NJ_REAL high, NJ_REAL low, NJ_WORD turn) {
  NJ_REAL s = NJ_FN(sin_kernel)(high, low), c = NJ_FN(cos_kernel)(high, low);
  NJ_BOOL odd = (turn & 1) != 0;
  return NJ_SELECT(odd, -c, s) / NJ_SELECT(odd, s, c);
}

NJ_INLINE NJ_REAL NJ_FN(tan_limited)(NJ_REAL x) {
  NJ_WORD turn;
  NJ_REAL low, high = NJ_FN(quarter_turns)(x, &low, &turn);
  return NJ_SELECT(x == 0.0, x, NJ_FN(tangent_of)(high, low, turn));
}

// The reduction for any x; NaN for infinity and NaN.
NJ_INLINE NJ_REAL NJ_FN(any_quarter_turns)(NJ_REAL x, NJ_REAL *low, NJ_WORD *turn) {
  NJ_WORD turn1, turn2;
  NJ_REAL low1, high1 = NJ_FN(quarter_turns)(x, &low1, &turn1);
  if (NJ_NONE(NJ_ABS(x) > 0x1p30)) {
    *low = low1;
    *turn = turn1;
    return high1;
  }
  NJ_REAL low2, high2 = NJ_FN(many_quarter_turns)(x, &low2, &turn2);
  NJ_BOOL near = NJ_ABS(x) <= 0x1p30;
  *low = NJ_SELECT(near, low1, low2);
  *turn = NJ_SELECT_WORD(near, turn1, turn2);
  return NJ_SELECT(near, high1, high2);
}

NJ_INLINE NJ_REAL NJ_FN(sin)(NJ_REAL x) {
  NJ_WORD turn;
  NJ_REAL low, high = NJ_FN(any_quarter_turns)(x, &low, &turn);
  NJ_REAL y = NJ_SELECT(x == 0.0, x, NJ_FN(sine_of)(high, low, turn));
  return NJ_SELECT(NJ_ABS(x) < NJ_INF, y, NJ_C(NJ_NAN));
}

NJ_INLINE NJ_REAL NJ_FN(cos)(NJ_REAL x) {
  NJ_WORD turn;
  NJ_REAL low, high = NJ_FN(any_quarter_turns)(x, &low, &turn);
  return NJ_SELECT(NJ_ABS(x) < NJ_INF, NJ_FN(sine_of)(high, low, turn + 1), NJ_C(NJ_NAN));
}

NJ_INLINE NJ_REAL NJ_FN(tan)(NJ_REAL x) {
  NJ_WORD turn;
  NJ_REAL low, high = NJ_FN(any_quarter_turns)(x, &low, &turn);
  NJ_REAL y = NJ_SELECT(x == 0.0, x, NJ_FN(tangent_of)(high, low, turn));
  return NJ_SELECT(NJ_ABS(x) < NJ_INF, y, NJ_C(NJ_NAN));
}

// atan t on |t| <= tan(pi/8).
NJ_INLINE NJ_REAL NJ_FN(atan_kernel)(NJ_REAL t) {
  NJ_REAL z = t * t;
  NJ_REAL p = NJ_C(-0x1.3a2b7a07caea9p-6);
  NJ_STEP(p, z, 0x1.41603647c7a7cp-5);
  NJ_STEP(p, z, -0x1.a098bb6ba4941p-5);
  NJ_STEP(p, z, 0x1.dfe61e80903d2p-5);
  NJ_STEP(p, z, -0x1.10fa75382537fp-4);
  NJ_STEP(p, z, 0x1.3b1262d95579ep-4);
  NJ_STEP(p, z, -0x1.745d0b26b83e7p-4);
  NJ_STEP(p, z, 0x1.c71c7185314cbp-4);
  NJ_STEP(p, z, -0x1.24924924360cbp-3);
  NJ_STEP(p, z, 0x1.999999999934ap-3);
  NJ_STEP(p, z, -0x1.5555555555555p-2);
  return NJ_FMA(t * z, p, t);
}

// eighths pi/4 + t, rounded once.
NJ_INLINE NJ_REAL NJ_FN(eighth_turns)(NJ_REAL eighths, NJ_REAL t) {
  return NJ_FMA(eighths, NJ_C(NJ_QUARTER_PI), NJ_FMA(eighths, NJ_C(NJ_QUARTER_PI_LOW), t));
}

NJ_INLINE NJ_REAL NJ_FN(atan)(NJ_REAL x) {
  NJ_REAL a = NJ_ABS(x);
  NJ_BOOL near = a <= 0x1.a827999fcef32p-2, far = a > 0x1.3504f333f9de6p+1;
  NJ_REAL n = NJ_SELECT(near, a, NJ_SELECT(far, NJ_C(-1.0), a - 1.0));
  NJ_REAL d = NJ_SELECT(near, NJ_C(1.0), NJ_SELECT(far, a, a + 1.0));
  NJ_REAL eighths = NJ_SELECT(near, NJ_C(0.0), NJ_SELECT(far, NJ_C(2.0), NJ_C(1.0)));
  NJ_REAL y = NJ_FN(eighth_turns)(eighths, NJ_FN(atan_kernel)(n / d));
  return NJ_SELECT(x == x, NJ_COPYSIGN(y, x), NJ_C(NJ_NAN));
}

// The angle of (x, y): the smaller over the larger side, then octants counted in eighths of pi/4.
NJ_INLINE NJ_REAL NJ_FN(atan2)(NJ_REAL y, NJ_REAL x) {
  NJ_REAL ax = NJ_ABS(x), ay = NJ_ABS(y);
  NJ_BOOL unbounded = (ax == NJ_INF) | (ay == NJ_INF);
  ax = NJ_SELECT(unbounded, NJ_SELECT(ax == NJ_INF, NJ_C(1.0), NJ_C(0.0)), ax);
  ay = NJ_SELECT(unbounded, NJ_SELECT(ay == NJ_INF, NJ_C(1.0), NJ_C(0.0)), ay);
  NJ_BOOL steep = ay > ax;
  NJ_REAL large = NJ_SELECT(steep, ay, ax), small = NJ_SELECT(steep, ax, ay);
  NJ_REAL scale = NJ_SELECT(large > 0x1p1000, NJ_C(0x1p-60), NJ_C(1.0));
  scale = NJ_SELECT(large < 0x1p-900, NJ_C(0x1p200), scale);
  large *= scale;
  small *= scale;
  NJ_BOOL near = small <= 0x1.a827999fcef32p-2 * large;
  NJ_REAL n = NJ_SELECT(near, small, small - large);
  NJ_REAL d = NJ_SELECT(near, large, small + large);
  NJ_REAL t = NJ_FN(atan_kernel)(n / NJ_SELECT(large == 0.0, NJ_C(1.0), d));
  NJ_REAL eighths = NJ_SELECT(near, NJ_C(0.0), NJ_C(1.0));
  NJ_BOOL back = NJ_COPYSIGN(NJ_C(1.0), x) < 0.0;
  eighths = NJ_SELECT(steep, 2.0 - eighths, eighths);
  t = NJ_SELECT(steep, -t, t);
  eighths = NJ_SELECT(back, 4.0 - eighths, eighths);
  t = NJ_SELECT(back, -t, t);
  NJ_REAL angle = NJ_COPYSIGN(NJ_FN(eighth_turns)(eighths, t), y);
  return NJ_SELECT((x == x) & (y == y), angle, NJ_C(NJ_NAN));
}

NJ_INLINE NJ_REAL NJ_FN(expm1)(NJ_REAL x) {
  NJ_REAL a = NJ_SELECT(x < -40.0, NJ_C(-40.0), x);
  a = NJ_SELECT(a > 710.0, NJ_C(710.0), a);
  NJ_REAL k = NJ_FMA(a, NJ_C(NJ_LOG2E), NJ_C(NJ_ROUNDER)) - NJ_ROUNDER;
  NJ_REAL r = NJ_FMA(-k, NJ_C(NJ_LN2), a);
  r = NJ_FMA(-k, NJ_C(NJ_LN2_LOW), r);
  NJ_REAL rest, scale = NJ_FN(half_power)(k, &rest);
  NJ_REAL one = 1.0 / rest;
  NJ_REAL y = NJ_FMA(NJ_FN(exp_excess)(r), scale, scale - one) * rest;
  y = NJ_SELECT(x == 0.0, x, y);
  return NJ_SELECT(x == x, y, NJ_C(NJ_NAN));
}

NJ_INLINE NJ_REAL NJ_FN(log1p)(NJ_REAL x) {
  NJ_REAL u = 1.0 + x;
  NJ_REAL back = u - x;
  NJ_REAL lost = (1.0 - back) + (x - (u - back));
  NJ_REAL k, m = NJ_FN(split)(u, &k);
  NJ_REAL correction = NJ_SELECT(NJ_ABS(x) < 0x1p60, lost / u, NJ_C(0.0));
  NJ_REAL y = NJ_FN(log_edges)(u, NJ_FN(log_parts)(k, m - 1.0, correction));
  return NJ_SELECT(NJ_ABS(x) < 0x1p-54, x, y);
}

// log x times high + low.
NJ_INLINE NJ_REAL NJ_FN(log_times)(NJ_REAL x, double high, double low) {
  NJ_REAL l, h = NJ_FN(log_two)(x, &l);
  NJ_REAL p = h * high;
  NJ_REAL rest = NJ_FMA(h, NJ_C(low), NJ_FMA(l, NJ_C(high), NJ_FMA(h, NJ_C(high), -p)));
  return NJ_FN(log_edges)(x, p + rest);
}

NJ_INLINE NJ_REAL NJ_FN(log2)(NJ_REAL x) {
  return NJ_FN(log_times)(x, NJ_LOG2E, NJ_LOG2E_LOW);
}

NJ_INLINE NJ_REAL NJ_FN(log10)(NJ_REAL x) {
  return NJ_FN(log_times)(x, NJ_LOG10E, NJ_LOG10E_LOW);
}

NJ_INLINE NJ_REAL NJ_FN(hypot)(NJ_REAL x, NJ_REAL y) {
  NJ_REAL ax = NJ_ABS(x), ay = NJ_ABS(y);
  NJ_REAL large = NJ_SELECT(ay > ax, ay, ax), small = NJ_SELECT(ay > ax, ax, ay);
  NJ_BOOL huge = large > 0x1p500, tiny = large < 0x1p-500;
  NJ_REAL scale = NJ_SELECT(huge, NJ_C(0x1p-600), NJ_SELECT(tiny, NJ_C(0x1p600), NJ_C(1.0)));
  NJ_REAL back = NJ_SELECT(huge, NJ_C(0x1p600), NJ_SELECT(tiny, NJ_C(0x1p-600), NJ_C(1.0)));
  NJ_REAL a = large * scale, b = small * scale;
  NJ_REAL result = NJ_ROOT(NJ_FMA(a, a, b * b)) * back;
  result = NJ_SELECT((x == x) & (y == y), result, NJ_C(NJ_NAN));
  return NJ_SELECT((ax == NJ_INF) | (ay == NJ_INF), NJ_C(NJ_INF), result);
}

// (asin s - s) / s for z = s^2 <= 1/4.
NJ_INLINE NJ_REAL NJ_FN(asin_excess)(NJ_REAL z) {
  NJ_REAL p = NJ_C(0x1.d78189767524ep-6);
  NJ_STEP(p, z, -0x1.e7a24f548c99fp-7);
  NJ_STEP(p, z, 0x1.1d661531b222ep-6);
  NJ_STEP(p, z, 0x1.653a8f8cfd43cp-8);
  NJ_STEP(p, z, 0x1.524ea8b3aad31p-7);
  NJ_STEP(p, z, 0x1.78246f32d075cp-7);
  NJ_STEP(p, z, 0x1.c9cf3759fd8ffp-7);
  NJ_STEP(p, z, 0x1.1c4d343fa57f6p-6);
  NJ_STEP(p, z, 0x1.6e8bb1d89492bp-6);
  NJ_STEP(p, z, 0x1.f1c71c1d4aa0dp-6);
  NJ_STEP(p, z, 0x1.6db6db6e3292ep-5);
  NJ_STEP(p, z, 0x1.3333333332ec4p-4);
  NJ_STEP(p, z, 0x1.5555555555556p-3);
  return z * p;
}

// Beyond 1/2: asin x = pi/2 - 2 asin sqrt((1 - x)/2).
NJ_INLINE NJ_REAL NJ_FN(asin)(NJ_REAL x) {
  NJ_REAL a = NJ_ABS(x);
  NJ_BOOL far = a > 0.5;
  NJ_REAL z = NJ_SELECT(far, 0.5 - 0.5 * a, a * a);
  z = NJ_SELECT(z < 0.0, NJ_C(0.0), z);
  NJ_REAL s = NJ_SELECT(far, NJ_ROOT(z), a);
  NJ_REAL e = NJ_FN(asin_excess)(z);
  NJ_REAL t = NJ_FMA(s, e, s);
  NJ_REAL y = NJ_SELECT(far, NJ_HALF_PI - (2.0 * t - NJ_HALF_PI_LOW), t);
  return NJ_SELECT(a <= 1.0, NJ_COPYSIGN(y, x), NJ_C(NJ_NAN));
}

NJ_INLINE NJ_REAL NJ_FN(acos)(NJ_REAL x) {
  NJ_REAL a = NJ_ABS(x);
  NJ_BOOL far = a > 0.5;
  NJ_REAL z = NJ_SELECT(far, 0.5 - 0.5 * a, a * a);
  z = NJ_SELECT(z < 0.0, NJ_C(0.0), z);
  NJ_REAL s = NJ_SELECT(far, NJ_ROOT(z), x);
  NJ_REAL e = NJ_FN(asin_excess)(z);
  NJ_REAL t = NJ_FMA(s, e, s);
  NJ_REAL behind = 2.0 * NJ_HALF_PI - (2.0 * t - 2.0 * NJ_HALF_PI_LOW);
  NJ_REAL y = NJ_SELECT(far, NJ_SELECT(x > 0.0, 2.0 * t, behind), NJ_HALF_PI - (t - NJ_HALF_PI_LOW));
  return NJ_SELECT(a <= 1.0, y, NJ_C(NJ_NAN));
}

// e^a / 2 for a >= 0: finite up to 710.47.
NJ_INLINE NJ_REAL NJ_FN(half_exp)(NJ_REAL a) {
  a = NJ_SELECT(a > 711.0, NJ_C(711.0), a);
  NJ_REAL k = NJ_FMA(a, NJ_C(NJ_LOG2E), NJ_C(NJ_ROUNDER)) - NJ_ROUNDER;
  NJ_REAL r = NJ_FMA(-k, NJ_C(NJ_LN2), a);
  r = NJ_FMA(-k, NJ_C(NJ_LN2_LOW), r);
  NJ_REAL rest, scale = NJ_FN(half_power)(k - 1.0, &rest);
  return (1.0 + NJ_FN(exp_excess)(r)) * scale * rest;
}

NJ_INLINE NJ_REAL NJ_FN(sinh)(NJ_REAL x) {
  NJ_REAL a = NJ_ABS(x);
  NJ_REAL h = NJ_FN(half_exp)(a);
  NJ_REAL t = NJ_FN(expm1)(NJ_SELECT(a < 1.0, a, NJ_C(1.0)));
  NJ_REAL y = NJ_SELECT(a < 1.0, 0.5 * (t + t / (t + 1.0)), h - 0.25 / h);
  return NJ_SELECT(x == x, NJ_COPYSIGN(NJ_SELECT(a < 0x1p-28, a, y), x), NJ_C(NJ_NAN));
}

NJ_INLINE NJ_REAL NJ_FN(cosh)(NJ_REAL x) {
  NJ_REAL h = NJ_FN(half_exp)(NJ_ABS(x));
  return NJ_SELECT(x == x, h + 0.25 / h, NJ_C(NJ_NAN));
}

NJ_INLINE NJ_REAL NJ_FN(tanh)(NJ_REAL x) {
  NJ_REAL a = NJ_ABS(x);
  NJ_REAL t = NJ_FN(expm1)(2.0 * NJ_SELECT(a > 22.0, NJ_C(22.0), a));
  NJ_REAL y = NJ_SELECT(a < 0.5, t / (t + 2.0), 1.0 - 2.0 / (t + 2.0));
  return NJ_SELECT(x == x, NJ_COPYSIGN(NJ_SELECT(a < 0x1p-28, a, y), x), NJ_C(NJ_NAN));
}

// e^(x^2) erfc(x) for x >= 0: a polynomial in (x - 3.5)/(x + 3.5) over 1 + 2 x
// (Shepherd and Laframboise, Math. Comp. 36 (1981) 249).
NJ_INLINE NJ_REAL NJ_FN(erfcx_positive)(NJ_REAL x) {
  x = NJ_SELECT(x > 0x1p1000, NJ_C(0x1p1000), x);
  NJ_REAL d = x + 3.5;
  NJ_REAL t = (x - 3.5) / d;
  NJ_REAL p = NJ_C(-0x1.b57a0e0998323p-34);
  NJ_STEP(p, t, -0x1.3fda60162feabp-30);
  NJ_STEP(p, t, 0x1.696982d2bd1dap-31);
  NJ_STEP(p, t, 0x1.d3ba01fb96b59p-27);
  NJ_STEP(p, t, -0x1.f020700a9b331p-31);
  NJ_STEP(p, t, -0x1.9de8e08a85465p-24);
  NJ_STEP(p, t, -0x1.ad4732d1978c4p-28);
  NJ_STEP(p, t, 0x1.42e54eb3bd370p-21);
  NJ_STEP(p, t, -0x1.8597c4fef5600p-25);
  NJ_STEP(p, t, -0x1.ffe72c888e146p-19);
  NJ_STEP(p, t, 0x1.388f98b79f615p-19);
  NJ_STEP(p, t, 0x1.97051ab107230p-16);
  NJ_STEP(p, t, -0x1.66e26180b3a1ep-15);
  NJ_STEP(p, t, -0x1.fda8a3226c211p-14);
  NJ_STEP(p, t, 0x1.27e6657e2d358p-11);
  NJ_STEP(p, t, -0x1.3cf36fbcd327dp-12);
  NJ_STEP(p, t, -0x1.143c4ca9737bbp-8);
  NJ_STEP(p, t, 0x1.38ec66748d692p-6);
  NJ_STEP(p, t, -0x1.8ff5ef76ccba8p-5);
  NJ_STEP(p, t, 0x1.686106045e769p-4);
  NJ_STEP(p, t, -0x1.d76830c353379p-4);
  NJ_STEP(p, t, 0x1.8f702ec6b3c02p-4);
  NJ_STEP(p, t, -0x1.59e2c284b11b4p-7);
  NJ_STEP(p, t, -0x1.1ebd220ea5946p-3);
  NJ_STEP(p, t, 0x1.3e0a99a0ee914p+0);
  return p / NJ_FMA(NJ_C(2.0), x, NJ_C(1.0));
}

// e^(-scale x^2), scale a power of two, with the rounding error of the square put back.
NJ_INLINE NJ_REAL NJ_FN(exp_square)(NJ_REAL x, double scale) {
  x = NJ_SELECT(x > 60.0, NJ_C(60.0), x);
  NJ_REAL square = x * x;
  return NJ_FN(exp_sum)(-scale * square, -scale * NJ_FMA(x, x, -square));
}

// erf x on |x| <= 1.
NJ_INLINE NJ_REAL NJ_FN(erf_near)(NJ_REAL x) {
  NJ_REAL z = x * x;
  NJ_REAL p = NJ_C(0x1.05ffd737fb32ep-34);
  NJ_STEP(p, z, -0x1.389d4f2641625p-30);
  NJ_STEP(p, z, 0x1.f7b4bf3b13964p-27);
  NJ_STEP(p, z, -0x1.5f1ecb6f0764cp-23);
  NJ_STEP(p, z, 0x1.b9df224ca4b97p-20);
  NJ_STEP(p, z, -0x1.f4d1e3183f7aep-17);
  NJ_STEP(p, z, 0x1.f9a321d5b8e1ep-14);
  NJ_STEP(p, z, -0x1.c02db3dac435fp-11);
  NJ_STEP(p, z, 0x1.565bcd0dbaa38p-8);
  NJ_STEP(p, z, -0x1.b82ce31284e00p-6);
  NJ_STEP(p, z, 0x1.ce2f21a042b30p-4);
  NJ_STEP(p, z, -0x1.812746b0379e6p-2);
  NJ_STEP(p, z, 0x1.06eba8214db69p-3);
  return NJ_FMA(x, p, x);
}

NJ_INLINE NJ_REAL NJ_FN(erf)(NJ_REAL x) {
  NJ_REAL a = NJ_ABS(x);
  NJ_REAL far = 1.0 - NJ_FN(exp_square)(a, 1.0) * NJ_FN(erfcx_positive)(a);
  NJ_REAL y = NJ_SELECT(a < 0.75, NJ_FN(erf_near)(a), far);
  return NJ_SELECT(x == x, NJ_COPYSIGN(y, x), NJ_C(NJ_NAN));
}

NJ_INLINE NJ_REAL NJ_FN(erfc)(NJ_REAL x) {
  NJ_REAL a = NJ_ABS(x);
  NJ_REAL tail = NJ_FN(exp_square)(a, 1.0) * NJ_FN(erfcx_positive)(a);
  NJ_REAL y = NJ_SELECT(x < 0.0, 2.0 - tail, tail);
  y = NJ_SELECT(a < 0.25, 1.0 - NJ_FN(erf_near)(x), y);
  return NJ_SELECT(x == x, y, NJ_C(NJ_NAN));
}

// e^(x^2) erfc(x); infinite below -26.6.
NJ_INLINE NJ_REAL NJ_FN(erfcx)(NJ_REAL x) {
  NJ_REAL a = NJ_ABS(x);
  NJ_REAL y = NJ_FN(erfcx_positive)(a);
  NJ_REAL b = NJ_SELECT(a > 60.0, NJ_C(60.0), a);
  NJ_REAL square = b * b;
  NJ_REAL grown = NJ_FN(exp_sum)(square, NJ_FMA(b, b, -square));
  y = NJ_SELECT(x < 0.0, 2.0 * grown - y, y);
  y = NJ_SELECT(x == NJ_INF, NJ_C(0.0), y);
  return NJ_SELECT(x == x, y, NJ_C(NJ_NAN));
}

// The standard normal probability above x: e^(-x^2/2) erfcx(x / sqrt 2) / 2, exact far out.
NJ_INLINE NJ_REAL NJ_FN(normal_upper_tail)(NJ_REAL x) {
  NJ_REAL a = NJ_ABS(x);
  NJ_REAL u = a * 0x1.6a09e667f3bcdp-1;
  NJ_REAL tail = NJ_FN(exp_square)(a, 0.5) * (0.5 * NJ_FN(erfcx_positive)(u));
  tail = NJ_SELECT(a < 0.5, 0.5 - 0.5 * NJ_FN(erf_near)(u), tail);
  NJ_REAL y = NJ_SELECT(x < 0.0, 1.0 - tail, tail);
  return NJ_SELECT(x == x, y, NJ_C(NJ_NAN));
}
