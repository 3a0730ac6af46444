#include "include/pages.h"

#include <string.h>

#include "include/codec.h"
#include "levels.h"

// Elements that are decoded at once: 8 KiB at most, so the second step finds them in the L1 cache.
#define NJ_PAGE_BLOCK 1024

#define NJ_FAMILY "pages.inc"
#include "each_level.h"

NJ_DISPATCH(
    void, nj_page_decode,
    (const nj_page_form *form, const uint8_t *in, long total, void *out, long first, long count),
    (form, in, total, out, first, count))
NJ_DISPATCH(
    int, nj_page_offsets,
    (const int64_t *ends, int64_t *offsets, long count, int64_t start, int64_t limit, int64_t base),
    (ends, offsets, count, start, limit, base))
NJ_DISPATCH(
    int, nj_page_lengths,
    (const int64_t *ends, void *lengths, long count, int64_t start, int64_t limit, int width),
    (ends, lengths, count, start, limit, width))

void nj_page_pick(const void *in, void *out, long stride, long count, int width) {
  nj_gather(in, out, stride * width, count, width, 0);
}
