// The functions of elementary.h on eight lanes: NJ(nj_v8_exp)(x), and so on. Included inside a
// FAMILY.inc, once a level and without a guard, so that they are compiled for that level.
// Each lane has the bits of the scalar function.
#include "elementary.h"

#ifndef NIGHTJAR_V8
#define NIGHTJAR_V8
// Every function here is inlined, so how eight lanes are passed does not matter.
#pragma clang diagnostic ignored "-Wpsabi"
typedef double nj_v8 __attribute__((vector_size(64)));
typedef uint64_t nj_v8_word __attribute__((vector_size(64)));
typedef int64_t nj_v8_mask __attribute__((vector_size(64)));
#endif

#define NJ_REAL nj_v8
#define NJ_WORD nj_v8_word
#define NJ_BOOL nj_v8_mask
#define NJ_FN(name) NJ(nj_v8_##name)
#define NJ_C(x) ((nj_v8){(x), (x), (x), (x), (x), (x), (x), (x)})
#define NJ_BITS(x) ((nj_v8_word)(x))
#define NJ_FROM_BITS(w) ((nj_v8)(w))
#define NJ_SELECT(condition, yes, no)                                                              \
  ((nj_v8)(((nj_v8_mask)(condition) & (nj_v8_mask)(yes))                                           \
           | (~(nj_v8_mask)(condition) & (nj_v8_mask)(no))))
#define NJ_SELECT_WORD(condition, yes, no)                                                         \
  ((nj_v8_word)NJ_SELECT(condition, yes, no))
#define NJ_LOOK_UP(table, index)                                                                   \
  ((nj_v8){(table)[(index)[0]], (table)[(index)[1]], (table)[(index)[2]], (table)[(index)[3]],     \
           (table)[(index)[4]], (table)[(index)[5]], (table)[(index)[6]], (table)[(index)[7]]})
#define NJ_NONE(condition) (!__builtin_reduce_or((nj_v8_mask)(condition)))
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
