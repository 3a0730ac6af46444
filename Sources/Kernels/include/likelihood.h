// Likelihood kernels: signal shapes as piecewise polynomials, Newton minimisation of extended
// likelihoods whose density is linear in all parameters, and column sums for any other density.
//
// Arrays of events or nodes are padded to a multiple of 16 with zeros and aligned to 64 bytes.
#ifndef NIGHTJAR_LIKELIHOOD_H
#define NIGHTJAR_LIKELIHOOD_H

#define NJ_CELL_LIMIT 288
#define NJ_COLUMN_LIMIT 48
#define NJ_LINEAR_LIMIT 4

#ifdef __cplusplus
extern "C" {
#endif

/// A Crystal Ball core exp(-t²/2) with power-law tails; t in units of `ratio`; no tail: alpha 1e30.
typedef struct nj_component {
  double ratio;
  double alpha_low, n_low;
  double alpha_high, n_high;
} nj_component;

/// Unnormalised components in t = (x - mean) / width: degree-7 polynomials on shared cells.
typedef struct nj_shape_table nj_shape_table;
/// A signal density in the observable: the cells that touch a window.
typedef struct nj_signal_cells nj_signal_cells;

/// Allocates; free with `nj_shape_table_free`.
nj_shape_table *nj_shape_table_make(void);
void nj_shape_table_free(nj_shape_table *table);
/// Allocates; free with `nj_signal_cells_free`.
nj_signal_cells *nj_signal_cells_make(void);
void nj_signal_cells_free(nj_signal_cells *cells);

/// A data set for a density linear in (signal, 1, u, u²).
typedef struct nj_linear_data {
  const double *signal;   // signal density at each event
  const double *position; // u of each event
  const double *weight;   // NULL: all one
  long vectors;           // of 8, even
  long parameters;        // 2, 3 or 4
  double events;          // sum of weights
  double integral[NJ_LINEAR_LIMIT];
} nj_linear_data;

/// A minimum or a point of a profile.
typedef struct nj_linear_fit {
  double theta[NJ_LINEAR_LIMIT];
  double gradient[NJ_LINEAR_LIMIT];
  double hessian[NJ_LINEAR_LIMIT][NJ_LINEAR_LIMIT];
  double shift[NJ_LINEAR_LIMIT]; // profile: d theta / d signal
  double variance;               // (H^-1) of the signal
  double lambda2;                // g H^-1 g of the last sweep
  double value, slope, curvature; // profile: -ln L and its derivatives in the signal
  double at;                     // profile: the signal
  long sweeps;
  long failed;
} nj_linear_fit;

/// Fills a table from one or two components.
void nj_shape_table_build(nj_shape_table *table, const nj_component *components, long count);

/// Places the sum of amplitude × component over [low, high] in the observable.
void nj_signal_place(
    const nj_shape_table *table, double mean, double width, const double *amplitude, double low,
    double high, nj_signal_cells *cells);

/// Integrates one component of a table from its first edge to t.
double nj_shape_integral(const nj_shape_table *table, long component, double t);

/// Evaluates a table's component at t: value and two derivatives.
void nj_shape_value(const nj_shape_table *table, long component, double t, double *out);

/// Evaluates signal and u at ascending events, zero padding included; sums[8] for the first step:
/// Σ s, u, s², su, u² and, for 4 parameters, u³, u⁴, su².
void nj_signal_fill(
    const nj_signal_cells *cells, const double *x, long n, double centre, double inverse_half,
    long parameters, double *signal, double *position, double *sums);

/// Evaluates signal, x-derivative columns S + (x-m)S' and S + 3(x-m)S' + (x-m)²S'' at ascending x.
void nj_signal_columns(
    const nj_signal_cells *cells, const double *x, long n, double *value, double *first,
    double *second);

/// Places four Gauss-Legendre nodes in each part of a cell inside [low, high], parts no wider than
/// `widest`; returns the count.
long nj_signal_nodes(
    const nj_signal_cells *cells, double low, double high, double widest, double *x,
    double *weight);

/// Copies the edges of the cells, one more than cells, at most NJ_CELL_LIMIT + 1; returns the count.
long nj_signal_edges(const nj_signal_cells *cells, double *edges);

/// Averages the signal over equal bins of [low, high] and gives the u of their centres, zero padded.
void nj_signal_bins(
    const nj_signal_cells *cells, double low, double high, long bins, double *signal,
    double *position);

/// The sums of `nj_signal_fill` over weighted data.
void nj_linear_sums(const nj_linear_data *data, double *sums);

/// Sets theta to one Newton step from a flat background, from the sums of `nj_signal_fill`.
void nj_linear_start(const nj_linear_data *data, const double *sums, nj_linear_fit *fit);

/// Minimises -ln L from fit->theta until lambda2 < tolerance; with `fixed`, at fixed signal.
void nj_linear_minimise(
    const nj_linear_data *data, long fixed, double tolerance, nj_linear_fit *fit);

/// Computes -ln L minimised over the background at a signal, with two derivatives.
void nj_linear_profile(
    const nj_linear_data *data, double signal, double scale, nj_linear_fit *fit);

/// Returns -Σ w ln density at theta.
double nj_linear_log(const nj_linear_data *data, const double *theta, double scale);

/// Sums over columns for any density p = Σ coefficient_j column_j + 0.
///
/// gradient[j] = Σ w c_j / p for `count` columns, hessian[j(j+1)/2+k] = Σ w c_j c_k / p² for the
/// first `gram` ones (squared weights where `squared`); returns -Σ w ln p and the lowest p.
double nj_column_sums(
    const double *const *columns, const double *coefficients, long count, long gram,
    const double *weights, long squared, long n, double *gradient, double *hessian,
    double *lowest);

/// The sums of `nj_column_sums` for a signal of free width on a polynomial of order 0 to 2.
///
/// p = theta[0] S + Σ theta[1+k] T_k at ascending x, with u = (x - centre) · inverse_half; gram
/// columns are S, T0…T(order) and dS/dln(width), after them only in the gradient its second
/// derivative. Weights are aligned and zero padded, or null.
double nj_width_sums(
    const nj_signal_cells *cells, const double *x, long n, double centre, double inverse_half,
    long order, const double *theta, const double *weights, double *gradient, double *hessian,
    double *lowest);

/// -Σ w ln p and the lowest p alone.
double nj_column_log(
    const double *const *columns, const double *coefficients, long count, const double *weights,
    long n, double *lowest);

/// exp(slope·u), times u, times u².
void nj_exponential_columns(
    const double *u, long n, double slope, double *value, double *first, double *second);

/// Chebyshev polynomials T0…T(order) of u, zero padded.
void nj_chebyshev_columns(const double *u, long n, long order, double *const *columns);

/// Crystal Ball ln g and derivatives at x for (mean, width, alphaLow, nLow, alphaHigh, nHigh).
///
/// columns: g, then g·(first derivatives of ln g - shift), then second derivatives of g; only
/// those with a column pointer are written. `log_norm` holds ln I, its 6 derivatives and the 21
/// second ones (packed), so that the columns belong to g / I.
void nj_crystal_ball_columns(
    const double *x, long n, const double *parameters, const double *log_norm,
    double *const *columns);

#ifdef __cplusplus
}
#endif
#endif
