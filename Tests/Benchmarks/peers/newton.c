// What one core does with hand-written C for the fixed-shape fit: exact Newton steps on the convex
// NLL, linear in (n_sig, c0, c1) or (n_sig, c0, c1, c2). Usage: newton FITS [quadratic]
// cc -O3 -march=native -ffast-math newton.c -o newton -lm
// Timed: signal values (exp, log per event), minimisation to EDM < 1e-10, covariance, final NLL.
#define _GNU_SOURCE
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct {
  int32_t n, k;
  double mass, s1, s2, lo, hi;
  const double *m;
} Window;

static double S[40960] __attribute__((aligned(64))), X[40960] __attribute__((aligned(64)));

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double primitive(double t, double al, double n, double a, double b) {
  if (t > -al) return sqrt(M_PI / 2) * (erf(t / sqrt(2)) + erf(al / sqrt(2)));
  return a / (n - 1) * (pow(b - t, 1 - n) - pow(b + al, 1 - n));
}

static void __attribute__((noinline)) crystal_ball(
    const double *m, int n, double mass, double scale, double al, double power, double a, double b,
    double weight, int add) {
  for (int i = 0; i < n; ++i) {
    double t = (m[i] - mass) * scale, u = fmin(t, -al);
    double core = exp(-0.5 * t * t), tail = a * exp(-power * log(b - u));
    double v = weight * (t > -al ? core : tail);
    S[i] = add ? S[i] + v : v;
  }
}

static void signal_values(const Window *f) {
  const double al = 1.4, nl = 3, ar = 1.8, nr = 5, fraction = 0.6;
  double a = pow(nl / al, nl) * exp(-al * al / 2), b = nl / al - al;
  double area = f->s1 * (primitive((f->hi - f->mass) / f->s1, al, nl, a, b) -
                         primitive((f->lo - f->mass) / f->s1, al, nl, a, b));
  crystal_ball(f->m, f->n, f->mass, 1 / f->s1, al, nl, a, b, fraction / area, 0);
  a = pow(nr / ar, nr) * exp(-ar * ar / 2), b = nr / ar - ar;
  area = f->s2 * (primitive((f->mass - f->lo) / f->s2, ar, nr, a, b) -
                  primitive((f->mass - f->hi) / f->s2, ar, nr, a, b));
  crystal_ball(f->m, f->n, f->mass, -1 / f->s2, ar, nr, a, b, (1 - fraction) / area, 1);
}

static void __attribute__((noinline)) sweep(int n, double w, const double p[3], double o[9]) {
  double gs = 0, g0 = 0, g1 = 0, ss = 0, s0 = 0, s1 = 0, h0 = 0, h1 = 0, h2 = 0;
  for (int i = 0; i < n; ++i) {
    double s = S[i], x = X[i], r = 1 / (p[0] * s + (p[1] + p[2] * x) * w), a = s * r, c = x * r;
    gs += a, g0 += r, g1 += c, ss += a * a, s0 += a * r, s1 += a * c;
    h0 += r * r, h1 += r * c, h2 += c * c;
  }
  double v[9] = {gs, g0 * w, g1 * w, ss, s0 * w, s1 * w, h0 * w * w, h1 * w * w, h2 * w * w};
  memcpy(o, v, sizeof v);
}

// The same with c2 (2x^2 - 1): gradient sums, then the upper triangle of the Hessian.
static void __attribute__((noinline)) sweep4(int n, double w, const double p[4], double o[14]) {
  double g0 = 0, g1 = 0, g2 = 0, g3 = 0, a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, k = 0, l = 0;
  for (int i = 0; i < n; ++i) {
    double s = S[i], x = X[i], q = 2 * x * x - 1;
    double r = 1 / (p[0] * s + (p[1] + p[2] * x + p[3] * q) * w), u = s * r, v = x * r, y = q * r;
    g0 += u, g1 += r, g2 += v, g3 += y;
    a += u * u, b += u * r, c += u * v, d += u * y, e += r * r, f += r * v, g += r * y;
    h += v * v, k += v * y, l += y * y;
  }
  double w2 = w * w;
  double v[14] = {g0, g1 * w, g2 * w, g3 * w, a, b * w, c * w, d * w, e * w2, f * w2, g * w2,
                  h * w2, k * w2, l * w2};
  memcpy(o, v, sizeof v);
}

static double __attribute__((noinline)) lowest(int n, double w, const double p[4]) {
  double least = 1e300;
  for (int i = 0; i < n; ++i) {
    double x = X[i];
    least = fmin(least, p[0] * S[i] + (p[1] + p[2] * x + p[3] * (2 * x * x - 1)) * w);
  }
  return least;
}

static double __attribute__((noinline)) nll(int n, double w, const double p[4]) {
  double s = 0;
  for (int i = 0; i < n; ++i) {
    double x = X[i];
    s += log(p[0] * S[i] + (p[1] + p[2] * x + p[3] * (2 * x * x - 1)) * w);
  }
  return p[0] + p[1] - p[3] / 3 - s;
}

// Gradient, Newton step and the variance of the signal at p.
static double step3(int n, double w, const double p[4], double d[4], double *variance) {
  double o[9];
  sweep(n, w, p, o);
  double g0 = 1 - o[0], g1 = 1 - o[1], g2 = -o[2];
  double A = o[3], B = o[4], C = o[5], D = o[6], E = o[7], F = o[8];
  double i00 = D * F - E * E, i01 = C * E - B * F, i02 = B * E - C * D;
  double i11 = A * F - C * C, i12 = B * C - A * E, i22 = A * D - B * B;
  double det = A * i00 + B * i01 + C * i02;
  d[0] = -(i00 * g0 + i01 * g1 + i02 * g2) / det;
  d[1] = -(i01 * g0 + i11 * g1 + i12 * g2) / det;
  d[2] = -(i02 * g0 + i12 * g1 + i22 * g2) / det;
  d[3] = 0;
  *variance = i00 / det;
  return -0.5 * (g0 * d[0] + g1 * d[1] + g2 * d[2]);
}

static double step4(int n, double w, const double p[4], double d[4], double *variance) {
  double o[14], h[4][4], l[4][4], y[4], g[4];
  sweep4(n, w, p, o);
  static const double area[4] = {1, 1, 0, -1.0 / 3};
  for (int i = 0, at = 4; i < 4; ++i) {
    g[i] = area[i] - o[i];
    for (int j = i; j < 4; ++j) h[i][j] = h[j][i] = o[at++];
  }
  // Cholesky from the last parameter up: the signal's variance is the last pivot's inverse.
  for (int j = 3; j >= 0; --j) {
    double v = h[j][j];
    for (int k = j + 1; k < 4; ++k) v -= l[j][k] * l[j][k];
    l[j][j] = sqrt(v);
    for (int i = j - 1; i >= 0; --i) {
      v = h[i][j];
      for (int k = j + 1; k < 4; ++k) v -= l[i][k] * l[j][k];
      l[i][j] = v / l[j][j];
    }
  }
  for (int j = 3; j >= 0; --j) {
    double v = -g[j];
    for (int k = j + 1; k < 4; ++k) v -= l[j][k] * y[k];
    y[j] = v / l[j][j];
  }
  for (int j = 0; j < 4; ++j) {
    double v = y[j];
    for (int i = 0; i < j; ++i) v -= l[i][j] * d[i];
    d[j] = v / l[j][j];
  }
  *variance = 1 / (l[0][0] * l[0][0]);
  return -0.5 * (g[0] * d[0] + g[1] * d[1] + g[2] * d[2] + g[3] * d[3]);
}

static double fit(const Window *f, int quadratic, double *value, double *error) {
  int n = f->n;
  double half = 0.5 * (f->hi - f->lo), w = 0.5 / half, last = 1e300, variance = 0;
  signal_values(f);
  for (int i = 0; i < n; ++i) X[i] = (f->m[i] - f->mass) / half;
  double p[4] = {0.01 * n, 0.99 * n, 0, 0}, kept[4] = {p[0], p[1], 0, 0};
  for (int it = 0; it < 50; ++it) {
    double d[4], q[4];
    double edm = (quadratic ? step4 : step3)(n, w, p, d, &variance);
    if (!(edm <= 4 * last + 1)) {  // overshoot: half-way back
      for (int j = 0; j < 4; ++j) p[j] = 0.5 * (p[j] + kept[j]);
      continue;
    }
    last = edm;
    memcpy(kept, p, sizeof p);
    for (double step = 1; step > 1e-12; step *= 0.5) {
      for (int j = 0; j < 4; ++j) q[j] = p[j] + step * d[j];
      if (lowest(n, w, q) > 0) break;
    }
    memcpy(p, q, sizeof p);
    if (edm < 1e-10) break;
  }
  *value = p[0], *error = sqrt(variance);
  return nll(n, w, p);
}

int main(int argc, char **argv) {
  static Window all[1000];
  FILE *in = argc > 1 ? fopen(argv[1], "rb") : NULL;
  if (!in) return 1;
  int count = 0, quadratic = argc > 2 && strcmp(argv[2], "quadratic") == 0;
  while (count < 1000 && fread(&all[count], 4, 2, in) == 2) {
    Window *f = &all[count++];
    double head[5];
    if (f->n < 0 || f->n > 40000 || fread(head, 8, 5, in) != 5) return 2;
    f->mass = head[0], f->s1 = head[1], f->s2 = head[2], f->lo = head[3], f->hi = head[4];
    double *m = aligned_alloc(64, ((size_t)f->n * 8 + 63) / 64 * 64);
    if (!m || fread(m, 8, (size_t)f->n, in) != (size_t)f->n) return 2;
    f->m = m;
  }
  static const int sizes[] = {300, 3000, 30000};
  for (int s = 0; s < 3; ++s) {
    static double value[1000], error[1000], minimum[1000];
    double best = 1e99;
    int found = 0;
    for (int repeat = 0; repeat < (sizes[s] > 5000 ? 10 : 40); ++repeat) {
      double start = now();
      found = 0;
      for (int i = 0; i < count; ++i)
        if (all[i].n == sizes[s]) {
          minimum[found] = fit(&all[i], quadratic, &value[found], &error[found]);
          ++found;
        }
      best = fmin(best, now() - start);
    }
    if (!found) continue;
    printf("{\"task\": \"fit\", \"peer\": \"C Newton\", \"variant\": \"%s n=%d\", \"threads\": 1, "
           "\"items\": %d, \"seconds\": %.9g, \"values\": [", quadratic ? "quadratic" : "linear", sizes[s],
           found, best);
    for (int i = 0; i < found; ++i) printf("%s%.17g", i ? ", " : "", value[i]);
    printf("], \"errors\": [");
    for (int i = 0; i < found; ++i) printf("%s%.17g", i ? ", " : "", error[i]);
    printf("], \"nll\": [");
    for (int i = 0; i < found; ++i) printf("%s%.17g", i ? ", " : "", minimum[i]);
    printf("]}\n");
  }
  return 0;
}
