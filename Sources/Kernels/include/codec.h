// Decoding of stored bytes: unshuffle, byte swap, gather of compound members, Fletcher checksum.
#ifndef NIGHTJAR_CODEC_H
#define NIGHTJAR_CODEC_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Undoes the byte shuffle for some elements: out[i] is put together from planes[j][first + i].
///
/// `in` is the first plane, `stride` bytes to the next; `width` planes. With `swap` the planes are
/// taken in reverse order, which swaps the bytes of each element.
void nj_unshuffle(
    const uint8_t *in, uint8_t *out, long stride, long first, long count, int width, int swap);

/// Copies one member out of rows: out[i] is the `width` bytes at in + i * stride, swapped if asked.
void nj_gather(const uint8_t *in, uint8_t *out, long stride, long count, int width, int swap);

/// Reverses the bytes of each element in place; width 2, 4 or 8 (others are left).
void nj_swap(uint8_t *values, long count, int width);

/// 1 if each byte is 0 or 1, else 0.
int nj_are_bools(const uint8_t *values, long count);

/// HDF5's Fletcher-32 checksum of bytes.
uint32_t nj_fletcher32(const uint8_t *bytes, long count);

#ifdef __cplusplus
}
#endif
#endif
