#include "include/codec.h"

#include <string.h>

#include "levels.h"

#define NJ_FAMILY "codec.inc"
#include "each_level.h"

NJ_DISPATCH(
    void, nj_unshuffle,
    (const uint8_t *in, uint8_t *out, long stride, long first, long count, int width, int swap),
    (in, out, stride, first, count, width, swap))
NJ_DISPATCH(
    void, nj_gather,
    (const uint8_t *in, uint8_t *out, long stride, long count, int width, int swap),
    (in, out, stride, count, width, swap))
NJ_DISPATCH(void, nj_swap, (uint8_t *values, long count, int width), (values, count, width))
NJ_DISPATCH(int, nj_are_bools, (const uint8_t *values, long count), (values, count))

// Sums of 16-bit big-endian words; 360 of them cannot overflow 32 bits between the foldings.
uint32_t nj_fletcher32(const uint8_t *bytes, long count) {
  uint32_t first = 0, second = 0;
  long words = count / 2;
  while (words > 0) {
    long block = words > 360 ? 360 : words;
    words -= block;
    for (; block > 0; block--) {
      first += (uint32_t)bytes[0] << 8 | bytes[1];
      second += first;
      bytes += 2;
    }
    first = (first & 0xffff) + (first >> 16);
    second = (second & 0xffff) + (second >> 16);
  }
  if (count % 2) {
    first += (uint32_t)bytes[0] << 8;
    second += first;
    first = (first & 0xffff) + (first >> 16);
    second = (second & 0xffff) + (second >> 16);
  }
  first = (first & 0xffff) + (first >> 16);
  second = (second & 0xffff) + (second >> 16);
  return second << 16 | first;
}
