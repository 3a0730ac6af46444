// The functions of elementary.h for callers outside the kernels: nj_exp_scalar(x),
// nj_exp_array(x, y, n), and so on, at the level in use; nj_pow, nj_hypot and nj_atan2(y, x)
// take two arguments. Input and output arrays must not overlap.
#ifndef NIGHTJAR_VECTOR_FUNCTIONS_H
#define NIGHTJAR_VECTOR_FUNCTIONS_H

#include "simd.h"

#ifdef __cplusplus
extern "C" {
#endif

#define NJ_FUNCTIONS_1(DO)                                                                         \
  DO(sqrt) DO(exp) DO(expm1) DO(log) DO(log1p) DO(log2) DO(log10) DO(asin) DO(acos) DO(atan)       \
  DO(sinh) DO(cosh) DO(tanh) DO(erf) DO(erfc) DO(erfcx) DO(normal_upper_tail)
#define NJ_FUNCTIONS_TURNS(DO) DO(sin) DO(cos) DO(tan)
#define NJ_FUNCTIONS_2(DO) DO(pow) DO(hypot) DO(atan2)

#define NJ_DECLARE_1(name)                                                                         \
  double nj_##name##_scalar(double x);                                                             \
  void nj_##name##_array(const double *x, double *y, long n);
#define NJ_DECLARE_2(name)                                                                         \
  double nj_##name##_scalar(double x, double y);                                                   \
  void nj_##name##_array(const double *x, const double *y, double *z, long n);

NJ_FUNCTIONS_1(NJ_DECLARE_1)
NJ_FUNCTIONS_TURNS(NJ_DECLARE_1)
NJ_FUNCTIONS_2(NJ_DECLARE_2)

#undef NJ_DECLARE_1
#undef NJ_DECLARE_2

/// Runs the array form of a function by its name ("exp", or "v8_exp" for the eight-lane form) at a
/// level, for tests; returns 0 for an unknown name or a level above the one in use.
int nj_apply_at_level(nj_simd_level level, const char *which, const double *x, const double *y,
                      double *out, long n);

#ifdef __cplusplus
}
#endif
#endif
