#include "levels.h"

#include "include/expression.h"

#include <string.h>

#if NJ_X86
#include <immintrin.h>
#endif

#include "expression_functions.h"

// The baseline has no fused product: loops over elementary functions stay scalar there.
#pragma clang diagnostic ignored "-Wpass-failed"

#define NJ_WIDE 0
#define NJ_LANES 4 // sixteen registers of 16 bytes: eight hold the tile
#define NJ(name) name##_expression_baseline
#include "expression.inc"
#undef NJ
#undef NJ_LANES
#if NJ_X86
#define NJ_LANES 8
NJ_BEGIN_V3
#define NJ(name) name##_expression_v3
#include "expression.inc"
#undef NJ
NJ_END
#undef NJ_WIDE
#define NJ_WIDE 1
NJ_BEGIN_V4
#define NJ(name) name##_expression_v4
#include "expression.inc"
#undef NJ
NJ_END
#endif

void nj_expression_run_at(
    int level, const nj_instruction *code, long code_count, const nj_term *terms, char **slots,
    const long *strides, long slot_count, long rows, long block) {
#if NJ_X86
  if ((nj_simd_level)level > nj_level) level = (int)nj_level;
  if (level == NJ_SIMD_V4) {
    run_expression_v4(code, code_count, terms, slots, strides, slot_count, rows, block);
    return;
  }
  if (level == NJ_SIMD_V3) {
    run_expression_v3(code, code_count, terms, slots, strides, slot_count, rows, block);
    return;
  }
#endif
  run_expression_baseline(code, code_count, terms, slots, strides, slot_count, rows, block);
}

void nj_expression_run(
    const nj_instruction *code, long code_count, const nj_term *terms, char **slots,
    const long *strides, long slot_count, long rows, long block) {
  nj_expression_run_at(
      (int)nj_level, code, code_count, terms, slots, strides, slot_count, rows, block);
}

double nj_expression_apply(int operation, double a, double b) {
  double value = apply_expression_baseline(operation, a, b);
  return value == value ? value : __builtin_nan("");
}
