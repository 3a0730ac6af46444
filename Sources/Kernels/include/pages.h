// Decoding of RNTuple pages and of the offsets of its collections.
#ifndef NIGHTJAR_PAGES_H
#define NIGHTJAR_PAGES_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What the bits of a page's elements mean.
typedef enum nj_page_kind {
  NJ_PAGE_PLAIN = 0,     // elements as they are, 1, 2, 4 or 8 bytes
  NJ_PAGE_ZIGZAG = 1,    // signed numbers, 2x or -(2x + 1)
  NJ_PAGE_INDEX = 2,     // unsigned numbers of 4 or 8 bytes, to 8 bytes
  NJ_PAGE_BIT = 3,       // one bit an element, lowest first, to one byte
  NJ_PAGE_REAL = 4,      // IEEE numbers of 2, 4 or 8 bytes, to 4 or 8 bytes
  NJ_PAGE_TRUNCATED = 5, // the upper bits of a 32-bit IEEE number, packed
  NJ_PAGE_QUANTIZED = 6  // packed whole numbers between two bounds
} nj_page_kind;

/// How one column is stored, and how wide it is in memory.
typedef struct nj_page_form {
  nj_page_kind kind;
  int bits;        // of a stored element
  int width;       // bytes of an element in memory
  int split;       // 1: all first bytes, then all second bytes, ...; an index is in differences then
  double smallest; // of quantized numbers
  double step;     // between quantized numbers
} nj_page_form;

/// Decodes `count` elements from `first` on of a page of `total` elements to `out`.
///
/// `in` is (total * bits + 7) / 8 bytes, behind which 8 bytes more may be read. Of an index in
/// differences only the whole page can be decoded.
void nj_page_decode(
    const nj_page_form *form, const uint8_t *in, long total, void *out, long first, long count);

/// Copies every `stride`-th element of a width of 1, 2, 4 or 8 bytes.
void nj_page_pick(const void *in, void *out, long stride, long count, int width);

/// Makes offsets of the ends of collections: offsets[i] = base + ends[i] - start.
///
/// Returns 1 if the ends ascend from `start` on and are at most `limit`, else 0.
int nj_page_offsets(
    const int64_t *ends, int64_t *offsets, long count, int64_t start, int64_t limit, int64_t base);

/// Makes lengths of the ends of collections, in 4 or 8 bytes; returns as `nj_page_offsets`.
int nj_page_lengths(
    const int64_t *ends, void *lengths, long count, int64_t start, int64_t limit, int width);

#ifdef __cplusplus
}
#endif
#endif
