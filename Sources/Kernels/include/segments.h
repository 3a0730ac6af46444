// Lists of values a row: elements of all rows behind one another, cut into rows by offsets.
//
// Row r holds the elements offsets[r] - offsets[0] up to, not including, offsets[r + 1] -
// offsets[0]. `mask` has one byte an element, 0 or 1, for the elements that count; NULL: all.
// Arrays of elements have room for eight more behind the last, which are read and written.
// Everything runs in the order of the elements, so that results are the same bits everywhere.
#ifndef NIGHTJAR_SEGMENTS_H
#define NIGHTJAR_SEGMENTS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The first row in which two lists differ in their number of elements; -1: none.
long nj_segments_mismatch(const int64_t *first, const int64_t *second, long rows);

/// Gives each element the value of its row.
void nj_segments_spread(const double *values, const int64_t *offsets, long rows, double *out);
void nj_segments_spread_bytes(
    const uint8_t *values, const int64_t *offsets, long rows, uint8_t *out);

/// Number of elements.
void nj_segments_count(const uint8_t *mask, const int64_t *offsets, long rows, double *out);

/// Sum; 0 without elements.
void nj_segments_sum(
    const double *values, const uint8_t *mask, const int64_t *offsets, long rows, double *out);

/// Smallest and largest element; NaN if any is, or without elements; the first of +0 and -0.
void nj_segments_minimum(
    const double *values, const uint8_t *mask, const int64_t *offsets, long rows, double *out);
void nj_segments_maximum(
    const double *values, const uint8_t *mask, const int64_t *offsets, long rows, double *out);

/// Element `index` from the first, or from the last (-1) if negative; NaN or 0 outside.
void nj_segments_pick(
    const double *values, const uint8_t *mask, long index, const int64_t *offsets, long rows,
    double *out);
void nj_segments_pick_bytes(
    const uint8_t *values, const uint8_t *mask, long index, const int64_t *offsets, long rows,
    uint8_t *out);

#ifdef __cplusplus
}
#endif
#endif
