#include "levels.h"

#include "include/toys.h"

#pragma clang diagnostic ignored "-Wpsabi"

#define NJ_FAMILY "toys.inc"
#include "each_level.h"

NJ_DISPATCH(
    double, nj_toy_counts,
    (const nj_toy_stream *s, unsigned long long b, const double *t, const int *f,
     const int *g, const double *a, long n, double *c),
    (s, b, t, f, g, a, n, c))
NJ_DISPATCH(
    long, nj_toy_positions,
    (const nj_toy_stream *s, unsigned long long b, const double *i, const double *c, long n,
     int o, double *x),
    (s, b, i, c, n, o, x))
NJ_DISPATCH(
    void, nj_toy_words, (const nj_toy_stream *s, unsigned long long b, unsigned *w), (s, b, w))
