// Factorisations of small dense matrices, in double precision on one thread.
#pragma once
#include <stdint.h>

/// The eigenvalues of a symmetric matrix [n, n], largest first, and its eigenvectors as the rows of `vectors` [n, n]:
/// Householder's reduction to a tridiagonal matrix, then implicit QR steps with Wilkinson's shift (Golub and Van Loan,
/// "Matrix Computations", sections 8.3.1 to 8.3.3). The matrix is overwritten; scratch holds 3n numbers.
/// Returns 0 where the matrix is not finite; values and vectors then mean nothing.
int ck_symmetric_eigen(double *matrix, int64_t n, double *values, double *vectors, double *scratch);

/// Replaces the columns of a matrix [rows, columns], stored as `columns` runs of `rows` numbers, by an orthonormal basis of
/// a space that contains theirs: Householder's QR (the same book, section 5.2). columns ≤ rows; scratch holds
/// (rows + 1) · columns numbers.
void ck_orthonormalize(double *matrix, int64_t rows, int64_t columns, double *scratch);
