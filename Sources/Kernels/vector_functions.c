#include "levels.h"

#include "include/elementary.h"
#include "include/vector_functions.h"

#define NJ_FAMILY "vector_functions.inc"
#include "each_level.h"

#define NJ_DEFINE_1(name)                                                                          \
  NJ_DISPATCH(double, nj_##name##_scalar, (double x), (x))                                         \
  NJ_DISPATCH(void, nj_##name##_array, (const double *x, double *y, long n), (x, y, n))
#define NJ_DEFINE_2(name)                                                                          \
  NJ_DISPATCH(double, nj_##name##_scalar, (double x, double y), (x, y))                            \
  NJ_DISPATCH(void, nj_##name##_array, (const double *x, const double *y, double *z, long n),      \
              (x, y, z, n))

NJ_FUNCTIONS_1(NJ_DEFINE_1)
NJ_FUNCTIONS_TURNS(NJ_DEFINE_1)
NJ_FUNCTIONS_2(NJ_DEFINE_2)

int nj_apply_at_level(nj_simd_level level, const char *which, const double *x, const double *y,
                      double *out, long n) {
  if (level > nj_level) return 0;
#if NJ_X86
  if (level == NJ_SIMD_V4) return nj_apply_v4(which, x, y, out, n);
  if (level == NJ_SIMD_V3) return nj_apply_v3(which, x, y, out, n);
#endif
  return nj_apply_baseline(which, x, y, out, n);
}
