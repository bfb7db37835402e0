// Sums of outer products of channels, which the gradients of weights are made of, in registers.
// Both operands are in panels [channel / 16][item][16], so that they are read in order; of bfloat16, two items share words.
#pragma once
#include <stdint.h>

#include "factors.h"

enum {
  ck_panel_channels = 16,
  /// Rows of a block: with two vectors of columns, 16 sums stay in registers.
  ck_block_rows = 8,
  /// Items that a worker prepares together: three panels of so many fit into the first cache.
  ck_group_items = 48,
};

#define SUFFIX f32
#include "outer_products.inc"
#undef SUFFIX

#define SUFFIX bf16
#include "outer_products.inc"
#undef SUFFIX
