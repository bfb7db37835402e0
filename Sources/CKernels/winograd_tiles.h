// What the kernels of Winograd's algorithm share: tiles and their transforms, a vector of 16 channels at a time.
//
//   Y = Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A     for a tile d of 4×4 inputs, a kernel g of 3×3 and 2×2 outputs Y
//
//        ⎡1  0 −1  0⎤       ⎡1   0   0⎤
//   Bᵀ = ⎢0  1  1  0⎥   G = ⎢½   ½   ½⎥   Aᵀ = ⎡1  1  1  0⎤
//        ⎢0 −1  1  0⎥       ⎢½  −½   ½⎥        ⎣0  1 −1 −1⎦
//        ⎣0  1  0 −1⎦       ⎣0   0   1⎦
//
// The ⊙ is summed over channels, which makes it a matrix product for each of its 16 places. Transformed tiles are
// stored as [place][channel / 16][tile][16], so that every product reads its operands in order. Images and transformed
// tiles are float32 or bfloat16, everything between them and all sums are float32.
#pragma once
#include <math.h>
#include <stdint.h>

#include "factors.h"
#include "winograd.h"

enum {
  ck_winograd_places = 16,
  /// Words between the tiles of one place and the next: without a line of the cache, equal tiles of all places would
  /// compete for the same few lines.
  ck_place_gap = ck_line_bytes / sizeof(float),
  ck_panel_channels = 16,
  /// Rows of a block of products: with a pair of vectors of columns, 16 sums stay in registers.
  ck_block_rows = 8,
  ck_pair_channels = 2 * ck_panel_channels,
};

/// Bytes of a number in images and transformed tiles.
CK_INLINE int64_t ck_winograd_bytes(const ck_winograd_shape *shape) {
  return shape->isBFloat16 ? sizeof(ck_bfloat16) : sizeof(float);
}

/// Where 16 output channels of a row start in [pair of panels][row][output channels of the pair]; an odd last panel
/// stands for itself.
CK_INLINE int64_t ck_winograd_line(int64_t channels, int64_t rows, int64_t row, int64_t channel) {
  const int64_t pair = channel / ck_pair_channels * ck_pair_channels, left = channels - pair;
  return pair * rows + row * (left < ck_pair_channels ? left : ck_pair_channels) + channel - pair;
}

/// Where a tile lies.
typedef struct {
  int64_t image;
  int64_t y;  // of its first output
  int64_t x;
} ck_winograd_tile;

CK_INLINE int64_t ck_winograd_tile_columns(const ck_winograd_shape *shape) { return (shape->outputWidth + 1) / 2; }

CK_INLINE ck_winograd_tile ck_winograd_tile_at(const ck_winograd_shape *shape, int64_t index) {
  const int64_t columns = ck_winograd_tile_columns(shape), rows = (shape->outputHeight + 1) / 2;
  return (ck_winograd_tile){index / (rows * columns), index / columns % rows * 2, index % columns * 2};
}

/// Moves to the next tile.
CK_INLINE void ck_winograd_advance(const ck_winograd_shape *shape, ck_winograd_tile *tile) {
  tile->x += 2;
  if (tile->x < shape->outputWidth) return;
  tile->x = 0;
  tile->y += 2;
  if (tile->y < shape->outputHeight) return;
  tile->y = 0;
  tile->image += 1;
}

/// Bᵀ of a column or row: of four vectors `step` apart, in place.
CK_INLINE void ck_winograd_transform_input(ck_lanes *d, const int step) {
  const ck_lanes second = d[step], third = d[2 * step];
  d[0] -= third;
  d[step] = second + third;
  d[2 * step] = third - second;
  d[3 * step] = second - d[3 * step];
}

/// The vectors of all places, `stride` apart.
CK_INLINE void ck_winograd_load_places(const float *source, int64_t stride, ck_lanes *places) {
  CK_UNROLL for (int place = 0; place < ck_winograd_places; ++place) {
    memcpy(places + place, source + place * stride, sizeof *places);
  }
}

/// Aᵀ of a column or row: of four vectors `step` apart, into the first two.
CK_INLINE void ck_winograd_transform_product(ck_lanes *m, const int step) {
  const ck_lanes sum = m[step] + m[2 * step], difference = m[step] - m[2 * step];
  m[0] += sum;
  m[step] = difference - m[3 * step];
}

/// A of a column or row: of two vectors `step` apart, into four.
CK_INLINE void ck_winograd_transform_gradient(ck_lanes *y, const int step) {
  const ck_lanes first = y[0], second = y[step];
  y[step] = first + second;
  y[2 * step] = first - second;
  y[3 * step] = -second;
}

#define TEMPLATE "winograd_images.inc"
#include "both_types.inc"
