#include "factorization.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "dispatch.h"
#include "vector_math.h"

CK_INLINE double ck_dot(const double *a, const double *b, int64_t count) {
  CK_REASSOCIATE
  double sum = 0;
  for (int64_t i = 0; i < count; ++i) sum += a[i] * b[i];
  return sum;
}

/// y += a x.
CK_INLINE void ck_add_scaled(double *y, double a, const double *x, int64_t count) {
  CK_INDEPENDENT
  for (int64_t i = 0; i < count; ++i) y[i] += a * x[i];
}

/// Turns x into the vector v of the reflection H = 1 − β v vᵀ with H x = α e₀; returns α. Where x is α e₀ already, β is 0.
CK_INLINE double ck_reflector(double *x, int64_t count, double *beta) {
  double first = x[0], rest = ck_dot(x + 1, x + 1, count - 1);
  *beta = 0;
  if (rest == 0) return first;
  double alpha = -copysign(sqrt(first * first + rest), first);
  x[0] = first - alpha;
  *beta = 2 / (x[0] * x[0] + rest);
  return alpha;
}

/// Reduces A to T = Qᵀ A Q. Row k of A then holds the k-th reflector from its column k + 1 on; vectors becomes Qᵀ.
CK_HOT static void ck_tridiagonalize(double *a, int64_t n, double *diagonal, double *beside, double *vectors,
                                     double *scratch) {
  double *beta = scratch, *product = scratch + n;
  for (int64_t k = 0; k < n; ++k) {
    diagonal[k] = a[k * n + k];
    beta[k] = 0;
    if (k == n - 1) break;
    int64_t size = n - k - 1;
    double *v = a + k * n + k + 1;
    beside[k] = ck_reflector(v, size, &beta[k]);
    if (beta[k] == 0) continue;
    // A₂ − v wᵀ − w vᵀ with w = p − ½ β (pᵀ v) v and p = β A₂ v.
    for (int64_t i = 0; i < size; ++i) product[i] = beta[k] * ck_dot(a + (k + 1 + i) * n + k + 1, v, size);
    ck_add_scaled(product, -0.5 * beta[k] * ck_dot(product, v, size), v, size);
    for (int64_t i = 0; i < size; ++i) {
      double *row = a + (k + 1 + i) * n + k + 1;
      ck_add_scaled(row, -v[i], product, size);
      ck_add_scaled(row, -product[i], v, size);
    }
  }
  memset(vectors, 0, (size_t)(n * n) * sizeof(double));
  for (int64_t i = 0; i < n; ++i) vectors[i * n + i] = 1;
  for (int64_t k = n - 2; k >= 0; --k) {
    if (beta[k] == 0) continue;
    const double *v = a + k * n + k + 1;
    for (int64_t i = k + 1; i < n; ++i) {
      double *row = vectors + i * n + k + 1;
      ck_add_scaled(row, -beta[k] * ck_dot(row, v, n - k - 1), v, n - k - 1);
    }
  }
}

/// row0, row1 = c row0 + s row1, c row1 − s row0.
CK_INLINE void ck_rotate(double *row0, double *row1, double c, double s, int64_t count) {
  CK_INDEPENDENT
  for (int64_t i = 0; i < count; ++i) {
    double a = row0[i], b = row1[i];
    row0[i] = c * a + s * b;
    row1[i] = c * b - s * a;
  }
}

/// One QR step on the rows first ... last of T.
CK_HOT static void ck_qr_step(double *diagonal, double *beside, int64_t first, int64_t last, double *vectors,
                              int64_t n) {
  double half = (diagonal[last - 1] - diagonal[last]) / 2, corner = beside[last - 1];
  double shift = diagonal[last] - corner * corner / (half + copysign(hypot(half, corner), half));
  double x = diagonal[first] - shift, z = beside[first];
  for (int64_t k = first; k < last; ++k) {
    double r = hypot(x, z), c = r > 0 ? x / r : 1, s = r > 0 ? z / r : 0;
    double upper = diagonal[k], lower = diagonal[k + 1], between = beside[k];
    if (k > first) beside[k - 1] = r;
    diagonal[k] = c * c * upper + 2 * c * s * between + s * s * lower;
    diagonal[k + 1] = s * s * upper - 2 * c * s * between + c * c * lower;
    beside[k] = c * s * (lower - upper) + (c * c - s * s) * between;
    if (k < last - 1) {
      x = beside[k];
      z = s * beside[k + 1];
      beside[k + 1] *= c;
    }
    ck_rotate(vectors + k * n, vectors + (k + 1) * n, c, s, n);
  }
}

static void ck_sort_by_value(double *values, double *vectors, int64_t n) {
  for (int64_t i = 0; i < n; ++i) {
    int64_t largest = i;
    for (int64_t j = i + 1; j < n; ++j) {
      if (values[j] > values[largest]) largest = j;
    }
    if (largest == i) continue;
    double value = values[i];
    values[i] = values[largest];
    values[largest] = value;
    for (int64_t k = 0; k < n; ++k) {
      double element = vectors[i * n + k];
      vectors[i * n + k] = vectors[largest * n + k];
      vectors[largest * n + k] = element;
    }
  }
}

/// The eigenvectors as rows; the matrix is overwritten and scratch holds 3n numbers.
static void ck_symmetric_eigen(double *matrix, int64_t n, double size, double *values, double *vectors,
                               double *scratch) {
  double *beside = scratch + 2 * n;
  ck_tridiagonalize(matrix, n, values, beside, vectors, scratch);
  // Two or three steps find an eigenvalue; the bound is there for the unforeseen.
  int64_t steps = 60 * n;
  for (int64_t last = n - 1; last > 0 && steps > 0; --steps) {
    int64_t first = last;
    while (first > 0) {
      double neighbours = fabs(values[first - 1]) + fabs(values[first]);
      if (fabs(beside[first - 1]) <= DBL_EPSILON * (neighbours + DBL_EPSILON * size)) break;
      --first;
    }
    if (first == last) {
      --last;
    } else {
      ck_qr_step(values, beside, first, last, vectors, n);
    }
  }
  ck_sort_by_value(values, vectors, n);
}

int ck_symmetric_eigen_f32(const float *matrix, int64_t n, double *values, float *vectors, double *scratch) {
  double *copy = scratch, *rows = scratch + n * n;
  double size = 0;
  for (int64_t i = 0; i < n * n; ++i) {
    copy[i] = matrix[i];
    size += fabs(copy[i]);
  }
  if (!isfinite(size)) return 0;
  ck_symmetric_eigen(copy, n, size, values, rows, scratch + 2 * n * n);
  for (int64_t i = 0; i < n; ++i) {
    for (int64_t k = 0; k < n; ++k) vectors[i * n + k] = (float)rows[k * n + i];
  }
  return 1;
}

/// Replaces the columns of a matrix, stored as `columns` runs of `rows` numbers; scratch holds (rows + 1) · columns numbers.
CK_HOT static void ck_orthonormalize(double *matrix, int64_t rows, int64_t columns, double *scratch) {
  double *reflectors = scratch, *beta = scratch + rows * columns;
  memcpy(reflectors, matrix, (size_t)(rows * columns) * sizeof(double));
  for (int64_t j = 0; j < columns; ++j) {
    double *v = reflectors + j * rows + j;
    ck_reflector(v, rows - j, &beta[j]);
    for (int64_t next = j + 1; next < columns; ++next) {
      double *x = reflectors + next * rows + j;
      ck_add_scaled(x, -beta[j] * ck_dot(x, v, rows - j), v, rows - j);
    }
  }
  memset(matrix, 0, (size_t)(rows * columns) * sizeof(double));
  for (int64_t j = columns - 1; j >= 0; --j) {
    const double *v = reflectors + j * rows + j;
    matrix[j * rows + j] = 1;
    for (int64_t next = j; next < columns; ++next) {
      double *x = matrix + next * rows + j;
      ck_add_scaled(x, -beta[j] * ck_dot(x, v, rows - j), v, rows - j);
    }
  }
}

void ck_orthonormalize_f32(const float *matrix, int64_t rows, int64_t columns, float *basis, double *scratch) {
  for (int64_t j = 0; j < columns; ++j) {
    for (int64_t i = 0; i < rows; ++i) scratch[j * rows + i] = matrix[i * columns + j];
  }
  ck_orthonormalize(scratch, rows, columns, scratch + rows * columns);
  for (int64_t i = 0; i < rows; ++i) {
    for (int64_t j = 0; j < columns; ++j) basis[i * columns + j] = (float)scratch[j * rows + i];
  }
}
