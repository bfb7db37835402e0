// Sums of outer products of channels, which the gradients of weights are made of, in registers.
// Both operands are in panels [channel / 16][item][16], so that they are read in order.
#pragma once
#include <stdint.h>

#include "lanes.h"

enum {
  ck_panel_channels = 16,
  /// Rows of a block: with two vectors of columns, 16 sums stay in registers.
  ck_block_rows = 8,
  /// Items that a worker prepares together: three panels of so many fit into the first cache.
  ck_group_items = 48,
};

/// sums[row][…] += Σ over `count` items of left[item][row] · right[item][…], of eight rows and one or two (constant)
/// vectors of columns; the second one is `stride` behind the first. Lines of sums hold two vectors.
CK_INLINE void ck_add_outer_products(const float *left, const float *right, int64_t stride, int64_t count,
                                     const int vectors, float *sums) {
  ck_lanes totals[ck_block_rows][2];
  memcpy(totals, sums, sizeof totals);
  for (int64_t item = 0; item < count; ++item, left += ck_panel_channels, right += ck_panel_channels) {
    ck_lanes columns[2];
    CK_UNROLL for (int part = 0; part < vectors; ++part) memcpy(columns + part, right + part * stride, sizeof *columns);
    CK_UNROLL for (int row = 0; row < ck_block_rows; ++row) {
      CK_UNROLL for (int part = 0; part < vectors; ++part) totals[row][part] += columns[part] * left[row];
    }
  }
  memcpy(sums, totals, sizeof totals);
}
