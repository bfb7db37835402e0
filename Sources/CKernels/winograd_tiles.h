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
// stored as [place][channel / 16][tile][16], so that every product reads its operands in order.
#pragma once
#include <stdint.h>

#include "lanes.h"
#include "outer_products.h"
#include "winograd.h"

enum { ck_winograd_places = 16 };

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

/// The pixel (y, x) of an image, 16 channels of it; zero outside.
CK_INLINE void ck_winograd_load_pixel(const float *image, int64_t height, int64_t width, int64_t channels, int64_t y,
                                      int64_t x, ck_lanes *pixel) {
  const int isInside = (uint64_t)y < (uint64_t)height && (uint64_t)x < (uint64_t)width;
  if (isInside) memcpy(pixel, image + (y * width + x) * channels, sizeof *pixel);
  else memset(pixel, 0, sizeof *pixel);
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

CK_INLINE void ck_winograd_store_places(const ck_lanes *places, float *target, int64_t stride) {
  CK_UNROLL for (int place = 0; place < ck_winograd_places; ++place) {
    memcpy(target + place * stride, places + place, sizeof *places);
  }
}

/// Bᵀ d B of one tile of the input, to `target[place · stride]` for each 16 channels.
CK_INLINE void ck_winograd_read_input(const ck_winograd_shape *shape, const float *input, int64_t index, float *target,
                                      int64_t placeStride, int64_t panelStride) {
  const ck_winograd_tile tile = ck_winograd_tile_at(shape, index);
  const int64_t height = shape->height, width = shape->width, channels = shape->inputChannels;
  const float *image = input + tile.image * height * width * channels;
  const int64_t y = tile.y - shape->paddingTop, x = tile.x - shape->paddingLeft;
  for (int64_t panel = 0; panel < channels / ck_panel_channels; ++panel) {
    ck_lanes d[4][4];
    CK_UNROLL for (int column = 0; column < 4; ++column) {
      CK_UNROLL for (int row = 0; row < 4; ++row) {
        ck_winograd_load_pixel(image + panel * ck_panel_channels, height, width, channels, y + row, x + column,
                               &d[row][column]);
      }
      ck_winograd_transform_input(&d[0][column], 4);
    }
    CK_UNROLL for (int row = 0; row < 4; ++row) ck_winograd_transform_input(d[row], 1);
    ck_winograd_store_places(&d[0][0], target + panel * panelStride, placeStride);
  }
}

/// Aᵀ of a column or row: of four vectors `step` apart, into the first two.
CK_INLINE void ck_winograd_transform_product(ck_lanes *m, const int step) {
  const ck_lanes sum = m[step] + m[2 * step], difference = m[step] - m[2 * step];
  m[0] += sum;
  m[step] = difference - m[3 * step];
}

/// Aᵀ M A of one tile, with the bias added, to the output.
CK_INLINE void ck_winograd_write_output(const ck_winograd_shape *shape, const float *source, int64_t placeStride,
                                        int64_t panelStride, int64_t index, const float *bias, float *output) {
  const ck_winograd_tile tile = ck_winograd_tile_at(shape, index);
  const int64_t height = shape->outputHeight, width = shape->outputWidth, channels = shape->outputChannels;
  float *first = output + ((tile.image * height + tile.y) * width + tile.x) * channels;
  const int hasBelow = tile.y + 1 < height, hasRight = tile.x + 1 < width;
  for (int64_t panel = 0; panel < channels / ck_panel_channels; ++panel) {
    ck_lanes m[4][4];
    ck_winograd_load_places(source + panel * panelStride, placeStride, &m[0][0]);
    CK_UNROLL for (int column = 0; column < 4; ++column) ck_winograd_transform_product(&m[0][column], 4);
    CK_UNROLL for (int row = 0; row < 2; ++row) {
      ck_winograd_transform_product(m[row], 1);
      if (!bias) continue;
      ck_lanes addend;
      memcpy(&addend, bias + panel * ck_panel_channels, sizeof addend);
      m[row][0] += addend;
      m[row][1] += addend;
    }
    float *target = first + panel * ck_panel_channels;
    memcpy(target, &m[0][0], sizeof(ck_lanes));
    if (hasRight) memcpy(target + channels, &m[0][1], sizeof(ck_lanes));
    if (hasBelow) memcpy(target + width * channels, &m[1][0], sizeof(ck_lanes));
    if (hasRight && hasBelow) memcpy(target + (width + 1) * channels, &m[1][1], sizeof(ck_lanes));
  }
}

/// A of a column or row: of two vectors `step` apart, into four.
CK_INLINE void ck_winograd_transform_gradient(ck_lanes *y, const int step) {
  const ck_lanes first = y[0], second = y[step];
  y[step] = first + second;
  y[2 * step] = first - second;
  y[3 * step] = -second;
}

/// A dY Aᵀ of one tile of the output's gradient, of `width` channels from `first`, to `target[place · stride]` for
/// each 16.
CK_INLINE void ck_winograd_read_gradient(const ck_winograd_shape *shape, const float *gradient, int64_t index,
                                         int64_t first, int64_t width, float *target, int64_t placeStride,
                                         int64_t panelStride) {
  const ck_winograd_tile tile = ck_winograd_tile_at(shape, index);
  const int64_t rows = shape->outputHeight, columns = shape->outputWidth, channels = shape->outputChannels;
  const float *image = gradient + tile.image * rows * columns * channels + first;
  for (int64_t channel = 0; channel < width; channel += ck_panel_channels, target += panelStride) {
    ck_lanes y[4][4];
    CK_UNROLL for (int column = 0; column < 2; ++column) {
      CK_UNROLL for (int row = 0; row < 2; ++row) {
        ck_winograd_load_pixel(image + channel, rows, columns, channels, tile.y + row, tile.x + column,
                               &y[row][column]);
      }
      ck_winograd_transform_gradient(&y[0][column], 4);
    }
    CK_UNROLL for (int row = 0; row < 4; ++row) ck_winograd_transform_gradient(y[row], 1);
    ck_winograd_store_places(&y[0][0], target, placeStride);
  }
}
