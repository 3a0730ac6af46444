#include "levels.h"

#include "include/likelihood.h"

#include <stdlib.h>
#include <string.h>

// Vectors of eight are passed to always-inlined functions only: no call has their ABI.
#pragma clang diagnostic ignored "-Wpsabi"

#define NJ_ALIGNED __attribute__((aligned(64)))

/// Unnormalised components in t = (x - mean) / width: degree-7 polynomials on shared cells.
struct nj_shape_table {
  long cells;
  long components;
  double edge[NJ_CELL_LIMIT + 1];
  double coefficient[2][NJ_CELL_LIMIT][8] __attribute__((aligned(64)));
  double integral[2][NJ_CELL_LIMIT + 1]; // from edge[0] to each edge, in t
};

/// A signal density in the observable: the cells that touch a window.
struct nj_signal_cells {
  long cells;
  double mean;
  double edge[NJ_CELL_LIMIT + 1];
  double middle[NJ_CELL_LIMIT];
  double inverse_half[NJ_CELL_LIMIT];
  double coefficient[NJ_CELL_LIMIT][8] __attribute__((aligned(64)));
};

static void *make(size_t size) {
  size = (size + 63) / 64 * 64;
  void *p = aligned_alloc(64, size);
  if (!p) abort();
  memset(p, 0, size);
  return p;
}

nj_shape_table *nj_shape_table_make(void) { return make(sizeof(nj_shape_table)); }
void nj_shape_table_free(nj_shape_table *table) { free(table); }
nj_signal_cells *nj_signal_cells_make(void) { return make(sizeof(nj_signal_cells)); }
void nj_signal_cells_free(nj_signal_cells *cells) { free(cells); }

long nj_signal_edges(const nj_signal_cells *cells, double *edges) {
  long n = cells->cells + 1;
  memcpy(edges, cells->edge, (size_t)n * sizeof(double));
  return n;
}

// Chebyshev nodes of degree 7 and the map from values there to powers of y on [-1, 1].
static const double chebyshev_node[8] NJ_ALIGNED = {
    0x1.f6297cff75cb0p-1, 0x1.a9b66290ea1a3p-1, 0x1.1c73b39ae68c8p-1, 0x1.8f8b83c69a60bp-3,
    -0x1.8f8b83c69a60bp-3, -0x1.1c73b39ae68c8p-1, -0x1.a9b66290ea1a3p-1, -0x1.f6297cff75cb0p-1};
static const double node_to_power[8][8] NJ_ALIGNED = {
    {-0x1.975f5e0553158p-6, -0x1.9f5a7a42af70cp-6, 0x1.8a23711a3cc28p-1, 0x1.91dc2dc185adep-1,
     -0x1.96c84c6c6602ep+1, -0x1.9ec07300a79cap+1, 0x1.87de2a6aea963p+1, 0x1.8f8b83c69a60bp+1},
    {0x1.561b82ab7f990p-4, 0x1.9b72fb49bd86ap-4, -0x1.46a4beb6e5672p+1, -0x1.88d9d09b3d542p+1,
     0x1.3583d0e96027bp+3, 0x1.74401b0f36033p+3, -0x1.d906bcf328d46p+2, -0x1.1c73b39ae68c8p+3},
    {-0x1.7f218e25a7461p-3, -0x1.58cf11526ee87p-2, 0x1.5857528f6c920p+2, 0x1.35e61823516abp+3,
     -0x1.90064a835d16ep+3, -0x1.68033a209803ep+4, 0x1.d906bcf328d46p+2, 0x1.a9b66290ea1a3p+3},
    {0x1.41bfee2424771p-1, 0x1.9c4f05393254ep+1, -0x1.cc92c2ae82ed7p+1, -0x1.271a43b33f515p+4,
     0x1.8069196a2cdfdp+2, 0x1.ec9b19b1a454fp+4, -0x1.87de2a6aea963p+1, -0x1.f6297cff75cb0p+3},
    {0x1.41bfee2424771p-1, -0x1.9c4f05393254ep+1, -0x1.cc92c2ae82ed7p+1, 0x1.271a43b33f515p+4,
     0x1.8069196a2cdfdp+2, -0x1.ec9b19b1a454fp+4, -0x1.87de2a6aea963p+1, 0x1.f6297cff75cb0p+3},
    {-0x1.7f218e25a7461p-3, 0x1.58cf11526ee87p-2, 0x1.5857528f6c920p+2, -0x1.35e61823516abp+3,
     -0x1.90064a835d16ep+3, 0x1.68033a209803ep+4, 0x1.d906bcf328d46p+2, -0x1.a9b66290ea1a3p+3},
    {0x1.561b82ab7f990p-4, -0x1.9b72fb49bd86ap-4, -0x1.46a4beb6e5672p+1, 0x1.88d9d09b3d542p+1,
     0x1.3583d0e96027bp+3, -0x1.74401b0f36033p+3, -0x1.d906bcf328d46p+2, 0x1.1c73b39ae68c8p+3},
    {-0x1.975f5e0553158p-6, 0x1.9f5a7a42af70cp-6, 0x1.8a23711a3cc28p-1, -0x1.91dc2dc185adep-1,
     -0x1.96c84c6c6602ep+1, 0x1.9ec07300a79cap+1, 0x1.87de2a6aea963p+1, -0x1.8f8b83c69a60bp+1},
};

#define NJ_FAMILY "likelihood.inc"
#include "each_level.h"

NJ_DISPATCH(
    void, nj_shape_table_build, (nj_shape_table * t, const nj_component *c, long n), (t, c, n))
NJ_DISPATCH(
    void, nj_signal_place,
    (const nj_shape_table *t, double m, double w, const double *a, double l, double h,
     nj_signal_cells *c),
    (t, m, w, a, l, h, c))
NJ_DISPATCH(
    double, nj_shape_integral, (const nj_shape_table *s, long c, double t), (s, c, t))
NJ_DISPATCH(
    void, nj_shape_value, (const nj_shape_table *s, long c, double t, double *o), (s, c, t, o))
NJ_DISPATCH(
    void, nj_signal_fill,
    (const nj_signal_cells *c, const double *x, long n, double m, double i, long k, double *s,
     double *p, double *o),
    (c, x, n, m, i, k, s, p, o))
NJ_DISPATCH(
    void, nj_signal_columns,
    (const nj_signal_cells *c, const double *x, long n, double *v, double *f, double *s),
    (c, x, n, v, f, s))
NJ_DISPATCH(
    long, nj_signal_nodes,
    (const nj_signal_cells *c, double l, double h, double m, double *x, double *w),
    (c, l, h, m, x, w))
NJ_DISPATCH(
    void, nj_signal_bins,
    (const nj_signal_cells *c, double l, double h, long n, double *s, double *p),
    (c, l, h, n, s, p))
NJ_DISPATCH(void, nj_linear_sums, (const nj_linear_data *d, double *s), (d, s))
NJ_DISPATCH(
    void, nj_linear_start, (const nj_linear_data *d, const double *s, nj_linear_fit *f),
    (d, s, f))
NJ_DISPATCH(
    void, nj_linear_minimise,
    (const nj_linear_data *d, long fixed, double t, nj_linear_fit *f), (d, fixed, t, f))
NJ_DISPATCH(
    void, nj_linear_profile,
    (const nj_linear_data *d, double s, double c, nj_linear_fit *f), (d, s, c, f))
NJ_DISPATCH(
    double, nj_linear_log, (const nj_linear_data *d, const double *t, double s), (d, t, s))
NJ_DISPATCH(
    double, nj_column_sums,
    (const double *const *c, const double *k, long m, long g, const double *w, long q, long n,
     double *gr, double *h, double *l),
    (c, k, m, g, w, q, n, gr, h, l))
NJ_DISPATCH(
    double, nj_column_log,
    (const double *const *c, const double *k, long m, const double *w, long n, double *l),
    (c, k, m, w, n, l))
NJ_DISPATCH(
    double, nj_width_sums,
    (const nj_signal_cells *c, const double *x, long n, double m, double i, long o,
     const double *t, const double *w, double *g, double *h, double *l),
    (c, x, n, m, i, o, t, w, g, h, l))
NJ_DISPATCH(
    void, nj_exponential_columns,
    (const double *u, long n, double s, double *v, double *f, double *g), (u, n, s, v, f, g))
NJ_DISPATCH(
    void, nj_chebyshev_columns, (const double *u, long n, long o, double *const *c),
    (u, n, o, c))
NJ_DISPATCH(
    void, nj_crystal_ball_columns,
    (const double *x, long n, const double *p, const double *l, double *const *c),
    (x, n, p, l, c))
