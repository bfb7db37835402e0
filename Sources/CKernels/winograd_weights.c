// The gradient of the weights by Winograd's algorithm, the transpose of the convolution in its weights:
//
//   dg = Gᵀ [Σ over tiles of (A dY Aᵀ) ⊙ (Bᵀ d B)] G
//
// Many tiles are shared out: each worker transforms some of its tiles at a time into its own cache and adds their products
// to sums of its own, for so many output channels that these stay near. Then the workers' sums are added, in order, and
// brought back to taps. Of few tiles the inputs are transformed once, and output channels are shared out, two panels at a
// time, so that sums are written once.
#include "parallel.h"
#include "winograd_fetch.h"

enum {
  /// Output channels whose sums are taken together.
  ck_winograd_part_channels = 128,
  /// Words of tiles that a worker prepares together: three panels of so many fit into the first cache.
  ck_group_items = 48,
};

/// Words of the transformed tiles of one place, whose panels are `stride` words apart.
CK_INLINE int64_t ck_winograd_place_words(int64_t channels, int64_t stride) {
  return channels / ck_panel_channels * stride + ck_place_gap;
}

/// Words of a panel of all tiles.
CK_INLINE int64_t ck_winograd_all_words(const ck_winograd_shape *shape) {
  const int64_t terms = shape->isBFloat16 ? CK_TERMS_bf16 : CK_TERMS_f32;
  return (ck_winograd_tiles(shape) + terms - 1) / terms * ck_panel_channels;
}

/// Words of all transformed inputs.
static int64_t ck_winograd_input_words(const ck_winograd_shape *shape) {
  return ck_winograd_small_places * ck_winograd_place_words(shape->inputChannels, ck_winograd_all_words(shape));
}

static int64_t ck_winograd_pairs(const ck_winograd_shape *shape) {
  return (shape->outputChannels + ck_pair_channels - 1) / ck_pair_channels;
}

/// Words of the transformed gradients of a pair of panels, of all tiles.
static int64_t ck_winograd_pair_words(const ck_winograd_shape *shape) {
  return ck_winograd_small_places * ck_winograd_place_words(ck_pair_channels, ck_winograd_all_words(shape));
}

/// The sums of a pair of panels.
static int64_t ck_winograd_pair_floats(const ck_winograd_shape *shape) {
  return ck_winograd_small_places * shape->inputChannels * ck_pair_channels;
}

/// Whether output channels are shared out, and not tiles: sums would take more memory than tiles do.
static bool ck_winograd_has_few_tiles(const ck_winograd_shape *shape) {
  return ck_winograd_tiles(shape) < shape->outputChannels && ck_winograd_pairs(shape) >= 2 * ck_thread_count();
}

/// The output channels of all parts but a smaller last one.
CK_INLINE int64_t ck_winograd_part(const ck_winograd_shape *shape) {
  return shape->outputChannels < ck_winograd_part_channels ? shape->outputChannels : ck_winograd_part_channels;
}

/// The sums of one worker.
static int64_t ck_winograd_part_floats(const ck_winograd_shape *shape) {
  return ck_winograd_small_places * shape->inputChannels * ck_winograd_part(shape);
}

/// Words for the transformed tiles of one worker.
static int64_t ck_winograd_group_words(const ck_winograd_shape *shape) {
  const int64_t stride = ck_group_items * ck_panel_channels;
  return ck_winograd_small_places * (ck_winograd_place_words(shape->inputChannels, stride) +
                                     ck_winograd_place_words(ck_winograd_part(shape), stride));
}

/// The sums of all workers.
static int64_t ck_winograd_sum_floats(const ck_winograd_shape *shape) {
  const bool hasFewTiles = ck_winograd_has_few_tiles(shape);
  return ck_thread_count() * (hasFewTiles ? ck_winograd_pair_floats(shape) : ck_winograd_part_floats(shape));
}

int64_t ck_winograd_weights_scratch(const ck_winograd_shape *shape) {
  int64_t words = ck_thread_count() * ck_winograd_group_words(shape);
  if (ck_winograd_has_few_tiles(shape)) {
    words = ck_winograd_input_words(shape) + ck_thread_count() * ck_winograd_pair_words(shape);
  }
  return (ck_winograd_sum_floats(shape) + words) * (int64_t)sizeof(float);
}

int64_t ck_winograd_sums_size(const ck_winograd_shape *shape) {
  return 9 * shape->inputChannels * shape->outputChannels * (int64_t)sizeof(float);
}

typedef struct {
  const ck_winograd_shape *shape;
  const void *input;
  const void *outputGradient;
  int64_t output;   // the first channel of the part
  int64_t width;    // of the part
  bool isFirst;     // whether the sums are to be begun
  int workers;      // that have sums
  float *partSums;  // for each worker: [place][pair of panels of outputs][input channel][outputs of the pair]
  void *groups;     // for each worker: transformed inputs, then gradients; or the inputs of all, then each one's gradients
  float *sums;      // [tap][input channel][output channel]
} ck_winograd_weights_work;

/// Adds Gᵀ P G of the sums P of all workers, of some input channels.
CK_HOT static void ck_winograd_taps_range(void *context, int64_t begin, int64_t end, int worker) {
  (void)worker;
  const ck_winograd_weights_work *work = context;
  const int64_t inputs = work->shape->inputChannels, outputs = work->shape->outputChannels;
  const int64_t workerStride = ck_winograd_part_floats(work->shape), placeStride = inputs * work->width;
  for (int64_t input = begin; input < end; ++input) {
    for (int64_t output = 0; output < work->width; output += ck_panel_channels) {
      const float *source = work->partSums + ck_winograd_line(work->width, inputs, input, output);
      ck_lanes p[4][4];
      ck_winograd_load_places(source, placeStride, ck_winograd_small_places, &p[0][0]);
      for (int other = 1; other < work->workers; ++other) {
        ck_lanes q[4][4];
        ck_winograd_load_places(source + other * workerStride, placeStride, ck_winograd_small_places, &q[0][0]);
        CK_UNROLL for (int place = 0; place < ck_winograd_small_places; ++place) {
          p[place / 4][place % 4] += q[place / 4][place % 4];
        }
      }
      CK_UNROLL for (int column = 0; column < 4; ++column) ck_winograd_transform_sums(&p[0][column], 4);
      float *target = work->sums + input * outputs + work->output + output;
      CK_UNROLL for (int row = 0; row < 3; ++row) {
        ck_winograd_transform_sums(p[row], 1);
        CK_UNROLL for (int column = 0; column < 3; ++column, target += inputs * outputs) {
          ck_lanes sum = {0};
          if (!work->isFirst) memcpy(&sum, target, sizeof sum);
          sum += p[row][column];
          memcpy(target, &sum, sizeof sum);
        }
      }
    }
  }
}

#define TEMPLATE "winograd_weights.inc"
#include "both_types.inc"

/// Part after part of the output channels, each with all workers.
static void ck_winograd_add_by_tiles(ck_winograd_weights_work *work) {
  const ck_winograd_shape *shape = work->shape;
  for (int64_t output = 0; output < shape->outputChannels; output += ck_winograd_part(shape)) {
    const int64_t left = shape->outputChannels - output, part = ck_winograd_part(shape);
    work->output = output;
    work->width = left < part ? left : part;
    memset(work->partSums, 0, (size_t)ck_winograd_sum_floats(shape) * sizeof(float));
    ck_parallel_for(ck_winograd_tiles(shape), ck_group_items,
                    shape->isBFloat16 ? ck_winograd_tiles_range_bf16 : ck_winograd_tiles_range_f32, work);
    ck_parallel_for(shape->inputChannels, 16, ck_winograd_taps_range, work);
  }
}

/// Each worker its own output channels.
static void ck_winograd_add_by_pairs(ck_winograd_weights_work *work) {
  const ck_winograd_shape *shape = work->shape;
  ck_parallel_share(ck_winograd_all_words(shape) / ck_panel_channels, 4,
                    shape->isBFloat16 ? ck_winograd_inputs_range_bf16 : ck_winograd_inputs_range_f32, work);
  ck_parallel_share(ck_winograd_pairs(shape), 1,
                    shape->isBFloat16 ? ck_winograd_pairs_range_bf16 : ck_winograd_pairs_range_f32, work);
}

void ck_winograd_weights_add(const ck_winograd_shape *shape, const void *input, const void *outputGradient,
                             bool isFirst, float *sums, void *scratch) {
  ck_winograd_weights_work work = {
      .shape = shape,
      .isFirst = isFirst,
      .input = input,
      .outputGradient = outputGradient,
      .workers = ck_thread_count(),
      .partSums = scratch,
      .groups = (float *)scratch + ck_winograd_sum_floats(shape),
      .sums = sums,
  };
  if (ck_winograd_has_few_tiles(shape)) ck_winograd_add_by_pairs(&work);
  else ck_winograd_add_by_tiles(&work);
}

typedef struct {
  const ck_winograd_shape *shape;
  const float *sums;
  float *gradient;
} ck_winograd_unpacking;

/// Some output channels.
CK_HOT static void ck_winograd_unpack_range(void *context, int64_t begin, int64_t end, int worker) {
  (void)worker;
  const ck_winograd_unpacking *unpacking = context;
  const int64_t inputs = unpacking->shape->inputChannels, outputs = unpacking->shape->outputChannels;
  // Lines of sums hold 16 outputs, which are written together.
  for (int64_t panel = begin; panel < end; ++panel) {
    for (int64_t input = 0; input < inputs; ++input) {
      float taps[9][ck_panel_channels];
      for (int tap = 0; tap < 9; ++tap) {
        const float *sums = unpacking->sums + (tap * inputs + input) * outputs;
        memcpy(taps[tap], sums + panel * ck_panel_channels, sizeof taps[tap]);
      }
      for (int lane = 0; lane < ck_panel_channels; ++lane) {
        float *target = unpacking->gradient + ((panel * ck_panel_channels + lane) * inputs + input) * 9;
        for (int tap = 0; tap < 9; ++tap) target[tap] = taps[tap][lane];
      }
    }
  }
}

void ck_winograd_weights_end(const ck_winograd_shape *shape, const float *sums, float *weightGradient) {
  ck_winograd_unpacking unpacking = {shape, sums, weightGradient};
  ck_parallel_for(shape->outputChannels / ck_panel_channels, 1, ck_winograd_unpack_range, &unpacking);
}
