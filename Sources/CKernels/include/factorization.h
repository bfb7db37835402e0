// Factorisations of small dense matrices, in double precision on one thread.
#pragma once
#include <stdint.h>

/// The eigenvalues of a symmetric matrix [n, n], largest first, and its eigenvectors as the columns of `vectors` [n, n]:
/// Householder's reduction to a tridiagonal matrix, then implicit QR steps with Wilkinson's shift (Golub and Van Loan,
/// "Matrix Computations", sections 8.3.1 to 8.3.3). scratch holds (2n + 3) · n numbers.
/// Returns 0 where the matrix is not finite; values and vectors are then as before.
int ck_symmetric_eigen_f32(const float *matrix, int64_t n, double *values, float *vectors, double *scratch);

/// An orthonormal basis [rows, columns] of a space that contains the columns of a matrix of that shape: Householder's QR (the
/// same book, section 5.2). columns ≤ rows; scratch holds (2 · rows + 1) · columns numbers.
void ck_orthonormalize_f32(const float *matrix, int64_t rows, int64_t columns, float *basis, double *scratch);
