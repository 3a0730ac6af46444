// The instruction-set level that every kernel family dispatches on.
//
// Each family is written once in FAMILY.inc and compiled once a level; all levels give the same
// bits: fixed lane count (8 doubles, 16 floats), fixed reduction tree ((0+4)+(2+6))+((1+5)+(3+7)),
// explicit fma where a fused product is wanted, no contraction, no fast-math.
#ifndef NIGHTJAR_SIMD_H
#define NIGHTJAR_SIMD_H

#ifdef __cplusplus
extern "C" {
#endif

typedef enum nj_simd_level {
  NJ_SIMD_BASELINE = 0, // any x86-64, or arm64 with NEON
  NJ_SIMD_V3 = 1,       // x86-64-v3: AVX2 and FMA
  NJ_SIMD_V4 = 2        // x86-64-v4: AVX-512 F, DQ, BW, VL
} nj_simd_level;

/// The level in use: the best the processor has, or NIGHTJAR_SIMD=baseline|v3|v4 if that is lower.
/// Chosen once, before main.
nj_simd_level nj_simd_level_in_use(void);

/// Sets the level for tests that compare levels, at most the processor's best; returns the old one.
nj_simd_level nj_simd_level_force(nj_simd_level level);

/// "baseline", "v3" or "v4".
const char *nj_simd_level_name(nj_simd_level level);

#ifdef __cplusplus
}
#endif
#endif
