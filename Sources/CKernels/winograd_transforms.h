// The transforms of Winograd's algorithm F(m×m, 3×3), of vectors of 16 channels:
//
//   Y = Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A     for a tile d of (m+2)² inputs, a kernel g of 3×3 and m² outputs Y
//
// The ⊙ is summed over channels, which makes it a matrix product for each of its (m+2)² places. For m = 2, the points of
// interpolation are 0, ±1 and ∞:
//
//        ⎡1  0 −1  0⎤       ⎡1   0   0⎤
//   Bᵀ = ⎢0  1  1  0⎥   G = ⎢½   ½   ½⎥   Aᵀ = ⎡1  1  1  0⎤
//        ⎢0 −1  1  0⎥       ⎢½  −½   ½⎥        ⎣0  1 −1 −1⎦
//        ⎣0  1  0 −1⎦       ⎣0   0   1⎦
//
// For m = 4 they are 0, ±a, ±b and ∞ with a = 5/8 and b = 3/2, which round less than 1 and 2 do:
//
//        ⎡a²b²   0   −a²−b²   0    1  0⎤       ⎡ 1/a²b²                  ⎤
//        ⎢ 0   −ab²   −b²     a    1  0⎥       ⎢(1   a   a²) / 2a²(a²−b²)⎥        ⎡1  1   1   1   1  0⎤
//   Bᵀ = ⎢ 0    ab²   −b²    −a    1  0⎥   G = ⎢(1  −a   a²) / 2a²(a²−b²)⎥   Aᵀ = ⎢0  a  −a   b  −b  0⎥
//        ⎢ 0   −a²b   −a²     b    1  0⎥       ⎢(1   b   b²) / 2b²(b²−a²)⎥        ⎢0  a²  a²  b²  b² 0⎥
//        ⎢ 0    a²b   −a²    −b    1  0⎥       ⎢(1  −b   b²) / 2b²(b²−a²)⎥        ⎣0  a³ −a³  b³ −b³ 1⎦
//        ⎣ 0   a²b²    0   −a²−b²  0  1⎦       ⎣           1             ⎦
//
// Each function transforms one column or row: vectors `step` apart, in place. Whatever says how many is a constant.
#pragma once
#include "lanes.h"

enum {
  ck_winograd_kernel = 3,
  ck_winograd_small_side = 2,
  ck_winograd_large_side = 4,
  ck_winograd_small_places = (ck_winograd_small_side + 2) * (ck_winograd_small_side + 2),
  ck_winograd_large_places = (ck_winograd_large_side + 2) * (ck_winograd_large_side + 2),
};

#define CK_NEAR 0.625f
#define CK_FAR 1.5f
#define CK_NEAR_SQUARE (CK_NEAR * CK_NEAR)
#define CK_FAR_SQUARE (CK_FAR * CK_FAR)

/// The inputs of a tile across, for `side` outputs.
CK_INLINE int ck_winograd_span(int64_t side) { return (int)side + ck_winograd_kernel - 1; }

/// The places of a tile of `side`² outputs.
CK_INLINE int ck_winograd_places(int64_t side) { return ck_winograd_span(side) * ck_winograd_span(side); }

/// G: three vectors into side + 2.
CK_INLINE void ck_winograd_transform_weight(ck_lanes *g, const int step, const int side) {
  const ck_lanes first = g[0], second = g[step], third = g[2 * step];
  if (side == ck_winograd_small_side) {
    const ck_lanes even = (first + third) * 0.5f, odd = second * 0.5f;
    g[step] = even + odd;
    g[2 * step] = even - odd;
    g[3 * step] = third;
    return;
  }
  const float near = 0.5f / (CK_NEAR_SQUARE * (CK_NEAR_SQUARE - CK_FAR_SQUARE));
  const float far = 0.5f / (CK_FAR_SQUARE * (CK_FAR_SQUARE - CK_NEAR_SQUARE));
  const ck_lanes nearEven = (first + third * CK_NEAR_SQUARE) * near, nearOdd = second * (CK_NEAR * near);
  const ck_lanes farEven = (first + third * CK_FAR_SQUARE) * far, farOdd = second * (CK_FAR * far);
  g[0] = first * (1 / (CK_NEAR_SQUARE * CK_FAR_SQUARE));
  g[step] = nearEven + nearOdd;
  g[2 * step] = nearEven - nearOdd;
  g[3 * step] = farEven + farOdd;
  g[4 * step] = farEven - farOdd;
  g[5 * step] = third;
}

/// Bᵀ: of side + 2 vectors.
CK_INLINE void ck_winograd_transform_input(ck_lanes *d, const int step, const int side) {
  const ck_lanes second = d[step], third = d[2 * step], fourth = d[3 * step];
  if (side == ck_winograd_small_side) {
    d[0] -= third;
    d[step] = second + third;
    d[2 * step] = third - second;
    d[3 * step] = second - fourth;
    return;
  }
  const ck_lanes fifth = d[4 * step];
  const ck_lanes nearEven = fifth - third * CK_FAR_SQUARE, nearOdd = (fourth - second * CK_FAR_SQUARE) * CK_NEAR;
  const ck_lanes farEven = fifth - third * CK_NEAR_SQUARE, farOdd = (fourth - second * CK_NEAR_SQUARE) * CK_FAR;
  const float product = CK_NEAR_SQUARE * CK_FAR_SQUARE, sum = CK_NEAR_SQUARE + CK_FAR_SQUARE;
  d[0] = d[0] * product - third * sum + fifth;
  d[step] = nearEven + nearOdd;
  d[2 * step] = nearEven - nearOdd;
  d[3 * step] = farEven + farOdd;
  d[4 * step] = farEven - farOdd;
  d[5 * step] += second * product - fourth * sum;
}

/// Aᵀ: of side + 2 vectors, into the first `side`.
CK_INLINE void ck_winograd_transform_product(ck_lanes *m, const int step, const int side) {
  const ck_lanes nearEven = m[step] + m[2 * step], nearOdd = m[step] - m[2 * step];
  if (side == ck_winograd_small_side) {
    m[0] += nearEven;
    m[step] = nearOdd - m[3 * step];
    return;
  }
  const ck_lanes farEven = m[3 * step] + m[4 * step], farOdd = m[3 * step] - m[4 * step];
  m[0] += nearEven + farEven;
  m[step] = nearOdd * CK_NEAR + farOdd * CK_FAR;
  m[2 * step] = nearEven * CK_NEAR_SQUARE + farEven * CK_FAR_SQUARE;
  m[3 * step] = nearOdd * (CK_NEAR * CK_NEAR_SQUARE) + farOdd * (CK_FAR * CK_FAR_SQUARE) + m[5 * step];
}

/// A for m = 2: of two vectors, into four.
CK_INLINE void ck_winograd_transform_gradient(ck_lanes *y, const int step) {
  const ck_lanes first = y[0], second = y[step];
  y[step] = first + second;
  y[2 * step] = first - second;
  y[3 * step] = -second;
}

/// Gᵀ for m = 2: of four vectors, into the first three.
CK_INLINE void ck_winograd_transform_sums(ck_lanes *p, const int step) {
  const ck_lanes sum = (p[step] + p[2 * step]) * 0.5f;
  p[0] += sum;
  p[step] = (p[step] - p[2 * step]) * 0.5f;
  p[2 * step] = sum + p[3 * step];
}
