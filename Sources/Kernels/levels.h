// How a kernel family is compiled once a level. In FAMILY.c:
//
//   #include "levels.h"
//   #define NJ_FAMILY "FAMILY.inc"
//   #include "each_level.h"
//   NJ_DISPATCH(double, nj_sum, (const double *x, long n), (x, n))
//
// The dispatching function tests a global set before main: one predictable branch a block.
#ifndef NIGHTJAR_LEVELS_H
#define NIGHTJAR_LEVELS_H

#include "include/simd.h"

#pragma clang fp contract(off)

extern nj_simd_level nj_level;

#if defined(__x86_64__)
#define NJ_X86 1
#define NJ_BEGIN_V3                                                                                \
  _Pragma("clang attribute push(__attribute__((target(\"avx2,fma,bmi,bmi2,lzcnt,f16c\"))), apply_to = function)")
#define NJ_BEGIN_V4                                                                                \
  _Pragma("clang attribute push(__attribute__((target(\"avx512f,avx512dq,avx512bw,avx512vl,avx512cd,avx2,fma,bmi,bmi2,lzcnt,f16c\"))), apply_to = function)")
#define NJ_END _Pragma("clang attribute pop")
#define NJ_DISPATCH(type, name, parameters, arguments)                                             \
  type name parameters {                                                                           \
    switch (nj_level) {                                                                            \
    case NJ_SIMD_V4: return name##_v4 arguments;                                                   \
    case NJ_SIMD_V3: return name##_v3 arguments;                                                   \
    default: return name##_baseline arguments;                                                     \
    }                                                                                              \
  }
#else
#define NJ_X86 0
#define NJ_DISPATCH(type, name, parameters, arguments)                                             \
  type name parameters { return name##_baseline arguments; }
#endif

#endif
