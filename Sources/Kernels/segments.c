#include "levels.h"

#include "include/segments.h"

#include <string.h>

#include "expression_functions.h"

// One body for all levels: rows hold few elements, and sums keep their order.

#define ROWS for (long r = 0; r < rows; r++)
#define FIRST (offsets[r] - offsets[0])
#define BEHIND (offsets[r + 1] - offsets[0])
#define ELEMENTS for (int64_t i = FIRST, end = BEHIND; i < end; i++)

long nj_segments_mismatch(const int64_t *first, const int64_t *second, long rows) {
  if (first == second) return -1;
  const int64_t shift = second[0] - first[0];
  ROWS if (second[r + 1] - first[r + 1] != shift) return r;
  return -1;
}

// Most rows have few elements and their number is hard to foresee: up to FEW are done at once,
// without a branch, and what lies behind the row is left out or overwritten by the next.
#define FEW 8

#define SPREAD(name, type)                                                                         \
  void name(const type *values, const int64_t *offsets, long rows, type *out) {                    \
    ROWS {                                                                                         \
      const type value = values[r];                                                                \
      const int64_t first = FIRST, end = BEHIND;                                                   \
      for (int k = 0; k < FEW; k++) out[first + k] = value;                                        \
      for (int64_t i = first + FEW; i < end; i++) out[i] = value;                                  \
    }                                                                                              \
  }
SPREAD(nj_segments_spread, double)
SPREAD(nj_segments_spread_bytes, uint8_t)

void nj_segments_count(const uint8_t *mask, const int64_t *offsets, long rows, double *out) {
  if (!mask) {
    ROWS out[r] = (double)(BEHIND - FIRST);
    return;
  }
  ROWS {
    const int64_t first = FIRST, length = BEHIND - first;
    int64_t count = 0;
    if (length <= FEW) {
      uint64_t bytes;
      memcpy(&bytes, mask + first, FEW);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
      bytes = __builtin_bswap64(bytes);
#endif
      bytes = length == FEW ? bytes : bytes & ~(~UINT64_C(0) << 8 * length);
      count = (int64_t)(bytes * UINT64_C(0x0101010101010101) >> 56);
    } else {
      ELEMENTS count += mask[i];
    }
    out[r] = (double)count;
  }
}

// All bits for elements of a row of `length`, from bits + FEW - length on. A comparison of numbers
// would do, but compilers make a branch of it.
static const uint64_t bits[2 * FEW] = {~0ULL, ~0ULL, ~0ULL, ~0ULL, ~0ULL, ~0ULL, ~0ULL, ~0ULL};

// a where all bits of `keep` are set, b where none is.
NJ_INLINE double chosen(uint64_t keep, double a, double b) {
  uint64_t x, y;
  memcpy(&x, &a, 8);
  memcpy(&y, &b, 8);
  x = (x & keep) | (y & ~keep);
  memcpy(&a, &x, 8);
  return a;
}

// Folds the elements of a row from `start` on, which also stands for elements left out.
#define FOLD(result, start, function)                                                              \
  double result = start;                                                                           \
  const int64_t first = FIRST, length = BEHIND - first;                                            \
  uint64_t any = 0;                                                                                \
  if (length <= FEW) {                                                                             \
    const uint64_t *inside = bits + FEW - length;                                                  \
    for (int k = 0; k < FEW; k++) {                                                                \
      uint64_t keep = inside[k] & (mask ? -(uint64_t)mask[first + k] : ~UINT64_C(0));              \
      result = function(result, chosen(keep, values[first + k], start));                           \
      any |= keep;                                                                                 \
    }                                                                                              \
  } else {                                                                                         \
    ELEMENTS {                                                                                     \
      uint64_t keep = mask ? -(uint64_t)mask[i] : ~UINT64_C(0);                                    \
      result = function(result, chosen(keep, values[i], start));                                   \
      any |= keep;                                                                                 \
    }                                                                                              \
  }

// The sum is never -0, so that adding 0 changes nothing.
NJ_INLINE double sum_of_two(double x, double y) { return x + y; }

void nj_segments_sum(
    const double *values, const uint8_t *mask, const int64_t *offsets, long rows, double *out) {
  ROWS {
    FOLD(sum, 0, sum_of_two)
    (void)any;
    out[r] = sum;
  }
}

void nj_segments_minimum(
    const double *values, const uint8_t *mask, const int64_t *offsets, long rows, double *out) {
  ROWS {
    FOLD(least, __builtin_inf(), nj_expression_minimum)
    out[r] = any ? least : __builtin_nan("");
  }
}

void nj_segments_maximum(
    const double *values, const uint8_t *mask, const int64_t *offsets, long rows, double *out) {
  ROWS {
    FOLD(most, -__builtin_inf(), nj_expression_maximum)
    out[r] = any ? most : __builtin_nan("");
  }
}

// Where element `index` of a row lies; -1: outside.
NJ_INLINE int64_t place(const uint8_t *mask, long index, int64_t first, int64_t end) {
  if (!mask) {
    int64_t count = end - first;
    if (index >= count || index < -count) return -1;
    return index < 0 ? end + index : first + index;
  }
  if (index >= 0) {
    for (int64_t i = first, left = index; i < end; i++) {
      if (mask[i] && left-- == 0) return i;
    }
  } else {
    for (int64_t i = end - 1, left = -(index + 1); i >= first; i--) {
      if (mask[i] && left-- == 0) return i;
    }
  }
  return -1;
}

void nj_segments_pick(
    const double *values, const uint8_t *mask, long index, const int64_t *offsets, long rows,
    double *out) {
  ROWS {
    int64_t i = place(mask, index, FIRST, BEHIND);
    out[r] = i < 0 ? __builtin_nan("") : values[i];
  }
}

void nj_segments_pick_bytes(
    const uint8_t *values, const uint8_t *mask, long index, const int64_t *offsets, long rows,
    uint8_t *out) {
  ROWS {
    int64_t i = place(mask, index, FIRST, BEHIND);
    out[r] = i < 0 ? 0 : values[i];
  }
}
