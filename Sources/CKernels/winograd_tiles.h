// What the kernels of Winograd's algorithm share: tiles and how they are stored. Transformed tiles are stored as
// [place][channel / 16][tile][16], so that every product reads its operands in order. Images and transformed tiles are
// float32 or bfloat16, everything between them and all sums are float32.
#pragma once
#include <math.h>
#include <stdint.h>

#include "factors.h"
#include "winograd.h"
#include "winograd_transforms.h"

enum {
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

CK_INLINE int64_t ck_winograd_tile_rows(const ck_winograd_shape *shape) {
  return (shape->outputHeight + shape->side - 1) / shape->side;
}

CK_INLINE int64_t ck_winograd_tile_columns(const ck_winograd_shape *shape) {
  return (shape->outputWidth + shape->side - 1) / shape->side;
}

CK_INLINE ck_winograd_tile ck_winograd_tile_at(const ck_winograd_shape *shape, int64_t index) {
  const int64_t columns = ck_winograd_tile_columns(shape), rows = ck_winograd_tile_rows(shape), side = shape->side;
  return (ck_winograd_tile){index / (rows * columns), index / columns % rows * side, index % columns * side};
}

/// Moves to the next tile.
CK_INLINE void ck_winograd_advance(const ck_winograd_shape *shape, ck_winograd_tile *tile) {
  tile->x += shape->side;
  if (tile->x < shape->outputWidth) return;
  tile->x = 0;
  tile->y += shape->side;
  if (tile->y < shape->outputHeight) return;
  tile->y = 0;
  tile->image += 1;
}

/// The vectors of `count` (constant) places, `stride` apart.
CK_INLINE void ck_winograd_load_places(const float *source, int64_t stride, const int count, ck_lanes *places) {
  CK_UNROLL for (int place = 0; place < count; ++place) memcpy(places + place, source + place * stride, sizeof *places);
}

#define TEMPLATE "winograd_images.inc"
#include "both_types.inc"
