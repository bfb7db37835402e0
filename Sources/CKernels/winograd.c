// The convolution and the packing of its weights; see winograd_tiles.h for the formulas.
#include "winograd.h"

#include "parallel.h"
#include "winograd_tiles.h"

enum {
  /// Transformed inputs and products of a worker's tiles take about so many bytes, to stay in its cache.
  ck_winograd_block_bytes = 512 << 10,
  ck_winograd_block_minimum = 32,
};

int64_t ck_winograd_tiles(const ck_winograd_shape *shape) {
  return shape->batch * ((shape->outputHeight + 1) / 2) * ck_winograd_tile_columns(shape);
}

int64_t ck_winograd_packed_size(const ck_winograd_shape *shape) {
  return ck_winograd_places * shape->inputChannels * shape->outputChannels * (int64_t)sizeof(float);
}

typedef struct {
  const ck_winograd_shape *shape;
  const float *weight;
  int64_t inputStride;   // between input channels of `weight`
  int64_t outputStride;  // between output channels
  int isTurned;          // by half a turn
  float *packed;         // [place][output channels / 32][input channels][32]
} ck_winograd_packing;

/// G of a column or row: of three vectors `step` apart, into four.
CK_INLINE void ck_winograd_transform_weight(ck_lanes *g, const int step) {
  const ck_lanes outer = (g[0] + g[2 * step]) * 0.5f, inner = g[step] * 0.5f;
  g[3 * step] = g[2 * step];
  g[step] = outer + inner;
  g[2 * step] = outer - inner;
}

/// Transforms the kernels of some input channels.
CK_HOT static void ck_winograd_pack_range(void *context, int64_t begin, int64_t end, int worker) {
  (void)worker;
  const ck_winograd_packing *packing = context;
  const int64_t inputs = packing->shape->inputChannels, outputs = packing->shape->outputChannels;
  for (int64_t item = begin; item < end; ++item) {
    const int64_t panel = item / inputs, input = item % inputs;
    for (int half = 0; half < 2; ++half) {
      float taps[9][ck_panel_channels];
      const int64_t output = panel * CK_WINOGRAD_CHANNELS + half * ck_panel_channels;
      const float *source = packing->weight + input * packing->inputStride + output * packing->outputStride;
      for (int lane = 0; lane < ck_panel_channels; ++lane) {
        for (int tap = 0; tap < 9; ++tap) {
          taps[packing->isTurned ? 8 - tap : tap][lane] = source[lane * packing->outputStride + tap];
        }
      }
      ck_lanes g[4][4];
      CK_UNROLL for (int column = 0; column < 3; ++column) {
        CK_UNROLL for (int row = 0; row < 3; ++row) memcpy(&g[row][column], taps[3 * row + column], sizeof(ck_lanes));
        ck_winograd_transform_weight(&g[0][column], 4);
      }
      CK_UNROLL for (int row = 0; row < 4; ++row) ck_winograd_transform_weight(g[row], 1);
      ck_winograd_store_places(&g[0][0], packing->packed + item * CK_WINOGRAD_CHANNELS + half * ck_panel_channels,
                               inputs * outputs);
    }
  }
}

static void ck_winograd_run_packing(ck_winograd_packing packing) {
  const int64_t panels = packing.shape->outputChannels / CK_WINOGRAD_CHANNELS;
  ck_parallel_for(panels * packing.shape->inputChannels, 32, ck_winograd_pack_range, &packing);
}

void ck_winograd_pack(const ck_winograd_shape *shape, const float *weight, float *packed) {
  ck_winograd_run_packing((ck_winograd_packing){shape, weight, 9, 9 * shape->inputChannels, 0, packed});
}

void ck_winograd_pack_transposed(const ck_winograd_shape *shape, const float *weight, float *packed) {
  ck_winograd_run_packing((ck_winograd_packing){shape, weight, 9 * shape->outputChannels, 9, 1, packed});
}

/// The number of tiles that a worker takes at a time.
static int64_t ck_winograd_block(const ck_winograd_shape *shape) {
  const int64_t tileBytes =
      ck_winograd_places * (shape->inputChannels + shape->outputChannels) * (int64_t)sizeof(float);
  const int64_t rows = ck_winograd_block_bytes / tileBytes / ck_block_rows * ck_block_rows;
  return rows > ck_winograd_block_minimum ? rows : ck_winograd_block_minimum;
}

static int64_t ck_winograd_worker_floats(const ck_winograd_shape *shape) {
  return ck_winograd_block(shape) * ck_winograd_places * (shape->inputChannels + shape->outputChannels);
}

int64_t ck_winograd_convolve_scratch(const ck_winograd_shape *shape) {
  return ck_thread_count() * ck_winograd_worker_floats(shape) * (int64_t)sizeof(float);
}

typedef struct {
  const ck_winograd_shape *shape;
  const float *input;
  const float *packed;
  const float *bias;
  float *output;
  float *scratch;
} ck_winograd_work;

/// products[tile][0 ..< 32] = Σ over c of inputs[tile][c] · weights[c][0 ..< 32] of eight tiles.
/// Panels of 16 channels are `panelStride` apart.
CK_INLINE void ck_winograd_product_block(const float *inputs, int64_t panelStride, const float *weights, int64_t panels,
                                         float *products) {
  ck_lanes sums[ck_block_rows][2] = {0};
  for (int64_t panel = 0; panel < panels; ++panel, inputs += panelStride) {
    for (int c = 0; c < ck_panel_channels; ++c, weights += CK_WINOGRAD_CHANNELS) {
      ck_lanes factors[2];
      memcpy(factors, weights, sizeof factors);
      CK_UNROLL for (int row = 0; row < ck_block_rows; ++row) {
        const float value = inputs[row * ck_panel_channels + c];
        sums[row][0] += factors[0] * value;
        sums[row][1] += factors[1] * value;
      }
    }
  }
  CK_UNROLL for (int row = 0; row < ck_block_rows; ++row) {
    memcpy(products + row * ck_panel_channels, &sums[row][0], sizeof(ck_lanes));
    memcpy(products + row * ck_panel_channels + panelStride, &sums[row][1], sizeof(ck_lanes));
  }
}

/// The blocks of tiles begin ..< end, each from input to output while it is in the worker's cache.
CK_HOT static void ck_winograd_blocks(void *context, int64_t begin, int64_t end, int worker) {
  const ck_winograd_work *work = context;
  const ck_winograd_shape *shape = work->shape;
  const int64_t inputs = shape->inputChannels, outputs = shape->outputChannels;
  const int64_t tiles = ck_winograd_tiles(shape), block = ck_winograd_block(shape);
  const int64_t panelStride = block * ck_panel_channels;
  float *transformed = work->scratch + worker * ck_winograd_worker_floats(shape);
  float *products = transformed + ck_winograd_places * block * inputs;
  for (int64_t first = begin * block; first < tiles && first < end * block; first += block) {
    const int64_t count = tiles - first < block ? tiles - first : block;
    for (int64_t tile = 0; tile < count; ++tile) {
      ck_winograd_read_input(shape, work->input, first + tile, transformed + tile * ck_panel_channels, block * inputs,
                             panelStride);
    }
    for (int place = 0; place < ck_winograd_places; ++place) {
      for (int64_t output = 0; output < outputs; output += CK_WINOGRAD_CHANNELS) {
        const float *weights = work->packed + (place * outputs + output) * inputs;
        // The last rows may lie beyond the last tile; what is computed there is not read.
        for (int64_t tile = 0; tile < count; tile += ck_block_rows) {
          ck_winograd_product_block(
              transformed + place * block * inputs + tile * ck_panel_channels, panelStride, weights,
              inputs / ck_panel_channels,
              products + place * block * outputs + output * block + tile * ck_panel_channels);
        }
      }
    }
    for (int64_t tile = 0; tile < count; ++tile) {
      ck_winograd_write_output(shape, products + tile * ck_panel_channels, block * outputs, panelStride, first + tile,
                               work->bias, work->output);
    }
  }
}

void ck_winograd_convolve(const ck_winograd_shape *shape, const float *input, const float *packed, const float *bias,
                          float *output, void *scratch) {
  ck_winograd_work work = {shape, input, packed, bias, output, scratch};
  const int64_t block = ck_winograd_block(shape);
  ck_parallel_for((ck_winograd_tiles(shape) + block - 1) / block, 1, ck_winograd_blocks, &work);
}
