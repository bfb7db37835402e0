// What convolutions of both types share; see winograd_tiles.h for the formulas.
#include "winograd.h"

#include "parallel.h"
#include "winograd_fetch.h"

enum {
  /// Transformed inputs and products of a worker's tiles take about so many bytes, to stay in its cache.
  ck_winograd_block_bytes = 128 << 10,
  ck_winograd_block_minimum = 32,
};

int64_t ck_winograd_tiles(const ck_winograd_shape *shape) {
  return shape->batch * ((shape->outputHeight + 1) / 2) * ck_winograd_tile_columns(shape);
}

int64_t ck_winograd_packed_size(const ck_winograd_shape *shape) {
  return ck_winograd_places * shape->inputChannels * shape->outputChannels * ck_winograd_bytes(shape);
}

typedef struct {
  const ck_winograd_shape *shape;
  const float *weight;
  int64_t inputStride;   // between input channels of `weight`
  int64_t outputStride;  // between output channels
  int isTurned;          // by half a turn
  void *packed;          // [place][pair of panels of outputs][words of input channels][outputs of the pair]
} ck_winograd_packing;

/// G of a column or row: of three vectors `step` apart, into four.
CK_INLINE void ck_winograd_transform_weight(ck_lanes *g, const int step) {
  const ck_lanes outer = (g[0] + g[2 * step]) * 0.5f, inner = g[step] * 0.5f;
  g[3 * step] = g[2 * step];
  g[step] = outer + inner;
  g[2 * step] = outer - inner;
}

/// The 16 transforms of the kernels of 16 output channels for one input channel.
CK_INLINE void ck_winograd_pack_channels(const ck_winograd_packing *packing, int64_t input, int64_t output,
                                         ck_lanes g[4][4]) {
  float taps[9][ck_panel_channels];
  const float *source = packing->weight + input * packing->inputStride + output * packing->outputStride;
  for (int lane = 0; lane < ck_panel_channels; ++lane) {
    for (int tap = 0; tap < 9; ++tap) {
      taps[packing->isTurned ? 8 - tap : tap][lane] = source[lane * packing->outputStride + tap];
    }
  }
  CK_UNROLL for (int column = 0; column < 3; ++column) {
    CK_UNROLL for (int row = 0; row < 3; ++row) memcpy(&g[row][column], taps[3 * row + column], sizeof(ck_lanes));
    ck_winograd_transform_weight(&g[0][column], 4);
  }
  CK_UNROLL for (int row = 0; row < 4; ++row) ck_winograd_transform_weight(g[row], 1);
}

/// Bytes of transformed inputs and of products for one tile.
static int64_t ck_winograd_tile_bytes(const ck_winograd_shape *shape) {
  return ck_winograd_places *
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

static int64_t ck_winograd_worker_bytes(const ck_winograd_shape *shape) {
  const int64_t gaps = 2 * ck_winograd_places * ck_place_gap * (int64_t)sizeof(float);
  return ck_winograd_block(shape) * ck_winograd_tile_bytes(shape) + gaps;
}

int64_t ck_winograd_convolve_scratch(const ck_winograd_shape *shape) {
  return ck_thread_count() * ck_winograd_worker_bytes(shape);
}

typedef struct {
  const ck_winograd_shape *shape;
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
  ck_winograd_work work = {shape, input, packed, finish, output, scratch};
  const int64_t block = ck_winograd_block(shape);
  ck_parallel_share((ck_winograd_tiles(shape) + block - 1) / block, 1,
                    shape->isBFloat16 ? ck_winograd_blocks_bf16 : ck_winograd_blocks_f32, &work);
}
