// Pseudo-data in bulk: Poisson counts and positions from Philox4x32-10, the same bits at any level.
//
// Blocks are those of a RandomStream: its key, its stream in the upper half of the counter, the
// block number in the lower. Lanes take consecutive blocks.
#ifndef NIGHTJAR_TOYS_H
#define NIGHTJAR_TOYS_H

#ifdef __cplusplus
extern "C" {
#endif

/// The address of a stream of random numbers.
typedef struct nj_toy_stream {
  unsigned key[2];
  unsigned stream[2];
} nj_toy_stream;

/// Draws `n` counts and returns their sum: base[j] plus how many thresholds of stretch j lie below its uniform number.
///
/// Stretches come in blocks of eight (arrays padded to them, 64-byte aligned). Thresholds lie in
/// groups of eight, padded with 2; first[j] is a group. Where groups[8 k] >= 0, block k has that
/// many rows of thresholds from first[8 k] on, a lane a stretch. Otherwise stretch j has
/// -1 - groups[j] ascending groups of its own from first[j] on, after a guide: the last threshold
/// of each group, padded likewise; the last group ends with 2. Eight Philox blocks serve 16 stretches.
double nj_toy_counts(
    const nj_toy_stream *stream, unsigned long long block, const double *thresholds,
    const int *first, const int *groups, const double *base, long n, double *counts);

/// Draws positions in `n` stretches, counts[j] in stretch j; returns how many.
///
/// inverse[8 j]: six coefficients of x in powers of t - 1/2, with t uniform in (0, 1), then the
/// lowest and the highest x. Ascending from stretch to stretch, within one only where `sorted`.
/// Needs eight places more in x than positions.
long nj_toy_positions(
    const nj_toy_stream *stream, unsigned long long block, const double *inverse,
    const double *counts, long n, int sorted, double *x);

/// Writes the words of eight blocks, shape [4, 8]: for tests.
void nj_toy_words(const nj_toy_stream *stream, unsigned long long block, unsigned *words);

#ifdef __cplusplus
}
#endif
#endif
