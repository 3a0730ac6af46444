#include "levels.h"

#include "include/segments.h"

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

void nj_segments_spread(const double *values, const int64_t *offsets, long rows, double *out) {
  ROWS {
    const double value = values[r];
    ELEMENTS out[i] = value;
  }
}

void nj_segments_spread_bytes(
    const uint8_t *values, const int64_t *offsets, long rows, uint8_t *out) {
  ROWS {
    const uint8_t value = values[r];
    ELEMENTS out[i] = value;
  }
}

void nj_segments_count(const uint8_t *mask, const int64_t *offsets, long rows, double *out) {
  if (!mask) {
    ROWS out[r] = (double)(BEHIND - FIRST);
    return;
  }
  ROWS {
    int64_t count = 0;
    ELEMENTS count += mask[i];
    out[r] = (double)count;
  }
}

// The sum is never -0, so that adding 0 for an element left out changes nothing.
void nj_segments_sum(
    const double *values, const uint8_t *mask, const int64_t *offsets, long rows, double *out) {
  ROWS {
    double sum = 0;
    if (mask) {
      ELEMENTS sum += mask[i] ? values[i] : 0.0;
    } else {
      ELEMENTS sum += values[i];
    }
    out[r] = sum;
  }
}

#define EXTREME(name, function)                                                                    \
  void name(                                                                                       \
      const double *values, const uint8_t *mask, const int64_t *offsets, long rows,                \
      double *out) {                                                                               \
    ROWS {                                                                                         \
      double extreme = __builtin_nan("");                                                          \
      int is_first = 1;                                                                            \
      ELEMENTS {                                                                                   \
        if (mask && !mask[i]) continue;                                                            \
        extreme = is_first ? values[i] : function(extreme, values[i]);                             \
        is_first = 0;                                                                              \
      }                                                                                            \
      out[r] = extreme;                                                                            \
    }                                                                                              \
  }
EXTREME(nj_segments_minimum, nj_expression_minimum)
EXTREME(nj_segments_maximum, nj_expression_maximum)

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
