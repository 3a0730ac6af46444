// Compiles NJ_FAMILY, a file that names its functions by NJ(name), once for each level.
//
// No include guard: a family includes it after levels.h. (expression.c writes the same out, since
// its lane counts differ by level.)
#define NJ(name) name##_baseline
#include NJ_FAMILY
#undef NJ
#if NJ_X86
NJ_BEGIN_V3
#define NJ(name) name##_v3
#include NJ_FAMILY
#undef NJ
NJ_END
NJ_BEGIN_V4
#define NJ(name) name##_v4
#include NJ_FAMILY
#undef NJ
NJ_END
#endif
#undef NJ_FAMILY
