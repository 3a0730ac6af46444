// Elementary functions with the same bits on every processor: a few ulp, IEEE edge cases (quiet
// positive NaN out for NaN in or a domain error), no branch, so that plain loops vectorise.
//
//   nj_sqrt nj_exp nj_expm1 nj_log nj_log1p nj_log2 nj_log10 nj_pow nj_hypot
//   nj_sin nj_cos nj_tan nj_asin nj_acos nj_atan nj_atan2 nj_sinh nj_cosh nj_tanh
//   nj_erf nj_erfc nj_erfcx nj_normal_upper_tail
//
// Faster where the range is known (nothing is checked):
//   nj_exp_normal(x)   x <= 709; below -708 gives e^-708; NaN stays NaN
//   nj_log_normal(x)   positive normal finite x only
//   nj_sin_limited, nj_cos_limited, nj_tan_limited   |x| <= 2^30
//
// For C code only: Swift calls vector_functions.h, or fused products would go through libm.
#ifndef NIGHTJAR_ELEMENTARY_H
#define NIGHTJAR_ELEMENTARY_H

#include <stdint.h>
#include <string.h>

#include "turn_table.h"

#pragma clang fp contract(off)

static inline __attribute__((always_inline)) uint64_t nj_bits(double x) {
  uint64_t w;
  memcpy(&w, &x, sizeof w);
  return w;
}

static inline __attribute__((always_inline)) double nj_from_bits(uint64_t w) {
  double x;
  memcpy(&x, &w, sizeof x);
  return x;
}

#define NJ_REAL double
#define NJ_WORD uint64_t
#define NJ_BOOL int
#define NJ_FN(name) nj_##name
#define NJ_C(x) (x)
#define NJ_BITS(x) nj_bits(x)
#define NJ_FROM_BITS(w) nj_from_bits(w)
#define NJ_SELECT(condition, yes, no) ((condition) ? (yes) : (no))
#define NJ_SELECT_WORD(condition, yes, no) ((condition) ? (yes) : (no))
#define NJ_LOOK_UP(table, index) ((table)[index])
#define NJ_NONE(condition) 0 // no branch here: loops are to vectorise
#include "elementary_template.h"
#undef NJ_REAL
#undef NJ_WORD
#undef NJ_BOOL
#undef NJ_FN
#undef NJ_C
#undef NJ_BITS
#undef NJ_FROM_BITS
#undef NJ_SELECT
#undef NJ_SELECT_WORD
#undef NJ_LOOK_UP
#undef NJ_NONE

#endif
