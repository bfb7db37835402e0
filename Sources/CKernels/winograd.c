// What convolutions of both types share; see winograd_transforms.h for the formulas.
#include "winograd.h"

#include <stdatomic.h>

#include "parallel.h"
#include "winograd_fetch.h"

enum {
  /// Transformed inputs and products of a worker's tiles take about so many bytes, to stay in its cache.
  ck_winograd_block_bytes = 128 << 10,
  ck_winograd_block_minimum = 32,
};

int64_t ck_winograd_tiles(const ck_winograd_shape *shape) {
  return shape->batch * ck_winograd_tile_rows(shape) * ck_winograd_tile_columns(shape);
}

int64_t ck_winograd_packed_size(const ck_winograd_shape *shape) {
  return ck_winograd_places(shape->side) * shape->inputChannels * shape->outputChannels * ck_winograd_bytes(shape);
}

typedef struct {
  const ck_winograd_shape *shape;
  const float *weight;
  int64_t inputStride;   // between input channels of `weight`
  int64_t outputStride;  // between output channels
  int isTurned;          // by half a turn
  void *packed;          // [place][pair of panels of outputs][words of input channels][outputs of the pair]
} ck_winograd_packing;

/// The transforms of the kernels of 16 output channels for one input channel; `side` is a constant.
CK_INLINE void ck_winograd_pack_channels(const ck_winograd_packing *packing, int64_t input, int64_t output,
                                         const int side, ck_lanes *g) {
  const int span = ck_winograd_span(side);
  float taps[9][ck_panel_channels];
  const float *source = packing->weight + input * packing->inputStride + output * packing->outputStride;
  for (int lane = 0; lane < ck_panel_channels; ++lane) {
    for (int tap = 0; tap < 9; ++tap) {
      taps[packing->isTurned ? 8 - tap : tap][lane] = source[lane * packing->outputStride + tap];
    }
  }
  CK_UNROLL for (int column = 0; column < ck_winograd_kernel; ++column) {
    CK_UNROLL for (int row = 0; row < ck_winograd_kernel; ++row) {
      memcpy(g + row * span + column, taps[ck_winograd_kernel * row + column], sizeof *g);
    }
    ck_winograd_transform_weight(g + column, span, side);
  }
  CK_UNROLL for (int row = 0; row < span; ++row) ck_winograd_transform_weight(g + row * span, 1, side);
}

/// Bytes of transformed inputs and of products for one tile.
static int64_t ck_winograd_tile_bytes(const ck_winograd_shape *shape) {
  return ck_winograd_places(shape->side) *
         (shape->inputChannels * ck_winograd_bytes(shape) + shape->outputChannels * (int64_t)sizeof(float));
}

/// The number of tiles that a worker takes at a time.
static int64_t ck_winograd_block(const ck_winograd_shape *shape) {
  const int64_t rows = ck_winograd_block_bytes / ck_winograd_tile_bytes(shape) / ck_block_rows * ck_block_rows;
  const int64_t most = rows > ck_winograd_block_minimum ? rows : ck_winograd_block_minimum;
  // Few tiles are shared by all workers.
  const int64_t share = (ck_winograd_tiles(shape) + ck_thread_count() - 1) / ck_thread_count();
  const int64_t least = (share + ck_block_rows - 1) / ck_block_rows * ck_block_rows;
  return least < most ? least : most;
}

/// Blocks of products of `count` tiles for one place.
static int64_t ck_winograd_place_steps(const ck_winograd_shape *shape, int64_t count) {
  const int64_t pairs = (shape->outputChannels + ck_pair_channels - 1) / ck_pair_channels;
  return pairs * ((count + ck_block_rows - 1) / ck_block_rows);
}

static int64_t ck_winograd_worker_bytes(const ck_winograd_shape *shape) {
  const int64_t gaps = 2 * ck_winograd_places(shape->side) * ck_place_gap * (int64_t)sizeof(float);
  return ck_winograd_block(shape) * ck_winograd_tile_bytes(shape) + gaps;
}

int64_t ck_winograd_convolve_scratch(const ck_winograd_shape *shape) {
  return ck_thread_count() * ck_winograd_worker_bytes(shape);
}

typedef struct {
  const ck_winograd_shape *shape;
  int64_t block;        // tiles that a worker takes at a time
  int64_t workerBytes;  // of scratch
  const void *input;
  const void *packed;
  const ck_winograd_finish *finish;
  void *output;
  char *scratch;
} ck_winograd_work;

#define TEMPLATE "winograd_convolution.inc"
#include "both_types.inc"

static void ck_winograd_run_packing(ck_winograd_packing packing) {
  const int64_t panels = packing.shape->outputChannels / ck_panel_channels;
  if (packing.shape->isBFloat16) {
    const int64_t words = packing.shape->inputChannels / CK_TERMS_bf16;
    ck_parallel_for(panels * words, 16, ck_winograd_pack_range_bf16, &packing);
  } else {
    ck_parallel_for(panels * packing.shape->inputChannels, 32, ck_winograd_pack_range_f32, &packing);
  }
}

void ck_winograd_pack(const ck_winograd_shape *shape, const float *weight, void *packed) {
  ck_winograd_run_packing((ck_winograd_packing){shape, weight, 9, 9 * shape->inputChannels, 0, packed});
}

void ck_winograd_pack_transposed(const ck_winograd_shape *shape, const float *weight, void *packed) {
  ck_winograd_run_packing((ck_winograd_packing){shape, weight, 9 * shape->outputChannels, 9, 1, packed});
}

bool ck_winograd_fuses(ck_activation activation) {
  return activation == ck_activation_identity || activation == ck_activation_relu ||
         activation == ck_activation_relu6;
}

void ck_winograd_convolve(const ck_winograd_shape *shape, const void *input, const void *packed,
                          const ck_winograd_finish *finish, void *output, void *scratch) {
  const int64_t block = ck_winograd_block(shape);
  ck_winograd_work work = {shape, block, ck_winograd_worker_bytes(shape), input, packed, finish, output, scratch};
  ck_parallel_share((ck_winograd_tiles(shape) + block - 1) / block, 1,
                    shape->isBFloat16 ? ck_winograd_blocks_bf16 : ck_winograd_blocks_f32, &work);
}
