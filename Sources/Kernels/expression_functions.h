// What each operation computes, said once for blocks and for single numbers: x and y in, value out.
#ifndef NIGHTJAR_EXPRESSION_FUNCTIONS_H
#define NIGHTJAR_EXPRESSION_FUNCTIONS_H

#include "include/elementary.h"

typedef float nj_f8 __attribute__((vector_size(32)));
typedef float nj_f8u __attribute__((vector_size(32), aligned(4)));
typedef int32_t nj_i8 __attribute__((vector_size(32)));
typedef int32_t nj_i8u __attribute__((vector_size(32), aligned(4)));
typedef double nj_d4 __attribute__((vector_size(32)));
typedef double nj_d4u __attribute__((vector_size(32), aligned(8)));
typedef long long nj_l4 __attribute__((vector_size(32)));
typedef uint8_t nj_b8 __attribute__((vector_size(8)));
typedef uint8_t nj_b8u __attribute__((vector_size(8), aligned(1)));
typedef uint8_t nj_b4 __attribute__((vector_size(4)));
typedef uint8_t nj_b4u __attribute__((vector_size(4), aligned(1)));

// To the nearest integer, ties to even: adding 2^52 leaves no fraction bits. Exact at all levels
// without roundpd; |x| >= 2^52 has no fraction.
NJ_INLINE double nj_expression_nearest(double x) {
  const double big = 0x1p52;
  double magnitude = __builtin_fabs(x);
  double whole = (magnitude + big) - big;
  return __builtin_copysign(magnitude < big ? whole : magnitude, x);
}
NJ_INLINE double nj_expression_floor(double x) {
  double r = nj_expression_nearest(x);
  return __builtin_copysign(r > x ? r - 1 : r, x);
}
NJ_INLINE double nj_expression_ceiling(double x) { return -nj_expression_floor(-x); }
// To the nearest integer, ties away from zero.
NJ_INLINE double nj_expression_round(double x) {
  double magnitude = __builtin_fabs(x);
  double low = nj_expression_floor(magnitude);
  double whole = magnitude - low >= 0.5 ? low + 1 : low;
  return __builtin_copysign(magnitude < 0x1p52 ? whole : magnitude, x);
}
NJ_INLINE double nj_expression_sign(double x) {
  double one = __builtin_copysign(1.0, x);
  return x > 0 || x < 0 ? one : x;
}
// NaN if either is; the first of equal values (of +0 and -0, too).
NJ_INLINE double nj_expression_minimum(double x, double y) {
  double least = y < x ? y : x;
  return y == y ? least : y;
}
NJ_INLINE double nj_expression_maximum(double x, double y) {
  double most = y > x ? y : x;
  return y == y ? most : y;
}

// log(a + sqrt(a^2 + 1)) without cancellation near zero: log1p(a + a^2 / (1 + sqrt(1 + a^2))).
NJ_INLINE double nj_expression_asinh(double x) {
  double a = __builtin_fabs(x), square = a * a;
  double near = nj_log1p(a + square / (1 + nj_sqrt(1 + square)));
  double far = nj_log(a) + 0x1.62e42fefa39efp-1;
  return __builtin_copysign(a > 0x1p30 ? far : near, x);
}

#define NJ_UNARY_OPERATIONS(X)                                                                     \
  X(NJ_NEGATE, -x)                                                                                 \
  X(NJ_ABSOLUTE, __builtin_fabs(x))                                                                \
  X(NJ_SIGN, nj_expression_sign(x))                                                                \
  X(NJ_FLOOR, nj_expression_floor(x))                                                              \
  X(NJ_CEILING, nj_expression_ceiling(x))                                                          \
  X(NJ_ROUND, nj_expression_round(x))                                                              \
  X(NJ_EXPONENTIAL, nj_exp(x))                                                                     \
  X(NJ_LOGARITHM, nj_log(x))                                                                       \
  X(NJ_LOGARITHM10, nj_log10(x))                                                                   \
  X(NJ_SINE, nj_sin(x))                                                                            \
  X(NJ_COSINE, nj_cos(x))                                                                          \
  X(NJ_TANGENT, nj_tan(x))                                                                         \
  X(NJ_ARC_SINE, nj_asin(x))                                                                       \
  X(NJ_ARC_COSINE, nj_acos(x))                                                                     \
  X(NJ_ARC_TANGENT, nj_atan(x))                                                                    \
  X(NJ_HYPERBOLIC_SINE, nj_sinh(x))                                                                \
  X(NJ_HYPERBOLIC_COSINE, nj_cosh(x))                                                              \
  X(NJ_HYPERBOLIC_TANGENT, nj_tanh(x))                                                             \
  X(NJ_INVERSE_HYPERBOLIC_SINE, nj_expression_asinh(x))

#define NJ_ROOT_OPERATIONS(X) X(NJ_SQUARE_ROOT, nj_sqrt(x))

#define NJ_BINARY_OPERATIONS(X)                                                                    \
  X(NJ_MINIMUM, nj_expression_minimum(x, y))                                                       \
  X(NJ_MAXIMUM, nj_expression_maximum(x, y))                                                       \
  X(NJ_POWER, nj_pow(x, y))                                                                        \
  X(NJ_ARC_TANGENT2, nj_atan2(x, y))                                                               \
  X(NJ_HYPOTENUSE, nj_hypot(x, y))

#define NJ_ARITHMETIC_OPERATIONS(X)                                                                \
  X(NJ_ADD, x + y)                                                                                 \
  X(NJ_SUBTRACT, x - y)                                                                            \
  X(NJ_MULTIPLY, x * y)                                                                            \
  X(NJ_DIVIDE, x / y)

#define NJ_CONVERSIONS(X)                                                                          \
  X(NJ_FROM_INT8, int8_t)                                                                          \
  X(NJ_FROM_INT16, int16_t)                                                                        \
  X(NJ_FROM_INT32, int32_t)                                                                        \
  X(NJ_FROM_INT64, int64_t)                                                                        \
  X(NJ_FROM_UINT8, uint8_t)                                                                        \
  X(NJ_FROM_UINT16, uint16_t)                                                                      \
  X(NJ_FROM_UINT32, uint32_t)                                                                      \
  X(NJ_FROM_UINT64, uint64_t)                                                                      \
  X(NJ_FROM_FLOAT32, float)

#define NJ_BYTE_OPERATIONS(X)                                                                      \
  X(NJ_MASK_NOT, (x ^ 1) | (y & 0))                                                                \
  X(NJ_MASK_AND, x & y)                                                                            \
  X(NJ_MASK_OR, x | y)                                                                             \
  X(NJ_MASK_EQUAL, x ^ y ^ 1)                                                                      \
  X(NJ_MASK_DIFFER, x ^ y)                                                                         \
  X(NJ_BYTE_ADD, x + y)

#endif
