#include "levels.h"

#include "include/dense.h"

#include <string.h>

// Vectors are passed to always-inlined functions only: no call has their ABI.
#pragma clang diagnostic ignored "-Wpsabi"

#define NJ_BLOCK NJ_NETWORK_BLOCK

long nj_network_arena(const nj_network *network) {
  // The rest of a batch is padded to a block of its own, before and after.
  return (network->features + network->inputs + network->outputs) * NJ_BLOCK;
}

// Written out, not by each_level.h: lanes and tiles differ by level (which changes no bit).
// Tile: NJ_ROWS vectors of rows by NJ_TILE outputs are the accumulators kept in registers.
#define NJ_FUSED !NJ_X86 // SSE2 has no fused product
#define NJ_LANES 4
#define NJ_ROWS 3
#define NJ_TILE 2
#define NJ(name) name##_baseline
#include "dense.inc"
#undef NJ
#if NJ_X86
#undef NJ_FUSED
#undef NJ_LANES
#undef NJ_TILE
#define NJ_FUSED 1
#define NJ_LANES 8 // 12 of 16 registers
#define NJ_TILE 4
NJ_BEGIN_V3
#define NJ(name) name##_v3
#include "dense.inc"
#undef NJ
NJ_END
#undef NJ_LANES
#undef NJ_TILE
#define NJ_LANES 16 // 24 of 32 registers
#define NJ_TILE 8
NJ_BEGIN_V4
#define NJ(name) name##_v4
#include "dense.inc"
#undef NJ
NJ_END
#endif

NJ_DISPATCH(
    void, nj_network_run,
    (const nj_network *network, const float *features, long rows, float *scores, float *arena),
    (network, features, rows, scores, arena))
NJ_DISPATCH(
    void, nj_network_apply,
    (int function, const float *x, float *y, long count, float alpha, float beta),
    (function, x, y, count, alpha, beta))
