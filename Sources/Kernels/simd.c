#include "levels.h"

#include <stdlib.h>
#include <string.h>

nj_simd_level nj_level = NJ_SIMD_BASELINE;

static nj_simd_level best_of_processor(void) {
#if NJ_X86
  __builtin_cpu_init();
  int v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")
           && __builtin_cpu_supports("bmi2");
  int v4 = v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")
           && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
  return v4 ? NJ_SIMD_V4 : v3 ? NJ_SIMD_V3 : NJ_SIMD_BASELINE;
#else
  return NJ_SIMD_BASELINE;
#endif
}

__attribute__((constructor)) static void choose_level(void) {
  nj_simd_level level = best_of_processor();
  const char *wish = getenv("NIGHTJAR_SIMD");
  if (wish && strcmp(wish, "baseline") == 0) level = NJ_SIMD_BASELINE;
  if (wish && strcmp(wish, "v3") == 0 && level > NJ_SIMD_V3) level = NJ_SIMD_V3;
  nj_level = level;
}

nj_simd_level nj_simd_level_in_use(void) { return nj_level; }

nj_simd_level nj_simd_level_force(nj_simd_level level) {
  nj_simd_level old = nj_level, best = best_of_processor();
  nj_level = level < best ? level : best;
  return old;
}

const char *nj_simd_level_name(nj_simd_level level) {
  return level == NJ_SIMD_V4 ? "v4" : level == NJ_SIMD_V3 ? "v3" : "baseline";
}
