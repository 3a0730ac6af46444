#include "include/amplitudes.h"

#include "levels.h"

// Lanes never meet, so their number may follow the level (as in expression.c).
#define NJ_LANES 2
#define NJ(name) name##_baseline
#include "amplitudes.inc"
#undef NJ
#undef NJ_LANES
#if NJ_X86
#define NJ_LANES 4
NJ_BEGIN_V3
#define NJ(name) name##_v3
#include "amplitudes.inc"
#undef NJ
NJ_END
#undef NJ_LANES
#define NJ_LANES 8
NJ_BEGIN_V4
#define NJ(name) name##_v4
#include "amplitudes.inc"
#undef NJ
NJ_END
#undef NJ_LANES
#endif

NJ_DISPATCH(
    void, nj_four_muons, (const double *p, const double *s, double m, double *out, long n),
    (p, s, m, out, n))
NJ_DISPATCH(
    void, nj_muons_and_resonance,
    (const double *p, const double *s, double m, int scalar, double *out, long n),
    (p, s, m, scalar, out, n))
