// Each worker copies some of its rows at a time into panels in its own cache and adds their products to sums of its
// own; then the workers' sums are added, in order.
#include "outer_products.h"
#include "parallel.h"
#include "pointwise.h"

typedef struct {
  int64_t inputs;
  int64_t outputs;
  const float *input;
  const float *outputGradient;
  float *sums;    // for each worker: [inputs / 32][outputs][32], in whole blocks
  float *groups;  // for each worker: panels of the inputs, then of the gradients
  float *weightGradient;
} ck_pointwise_work;

CK_INLINE int64_t ck_whole_panels(int64_t channels) { return (channels + ck_panel_channels - 1) / ck_panel_channels; }

CK_INLINE int64_t ck_pointwise_group_floats(int64_t inputs, int64_t outputs) {
  return (ck_whole_panels(inputs) + ck_whole_panels(outputs)) * ck_group_items * ck_panel_channels;
}

/// Lines of the sums for one pair of panels of inputs.
CK_INLINE int64_t ck_pointwise_lines(int64_t outputs) {
  return (outputs + ck_block_rows - 1) / ck_block_rows * ck_block_rows;
}

CK_INLINE int64_t ck_pointwise_sum_floats(int64_t inputs, int64_t outputs) {
  return (ck_whole_panels(inputs) + 1) / 2 * ck_pointwise_lines(outputs) * 2 * ck_panel_channels;
}

int64_t ck_pointwise_weights_scratch(int64_t inputs, int64_t outputs) {
  const int64_t floats = ck_pointwise_sum_floats(inputs, outputs) + ck_pointwise_group_floats(inputs, outputs);
  return ck_thread_count() * floats * (int64_t)sizeof(float);
}

/// Copies a row into panels `stride` apart; the last one is filled with zeros.
CK_INLINE void ck_copy_to_panels(const float *row, int64_t channels, float *panels, int64_t stride) {
  int64_t channel = 0;
  for (; channel + ck_panel_channels <= channels; channel += ck_panel_channels, panels += stride) {
    memcpy(panels, row + channel, ck_panel_channels * sizeof(float));
  }
  const int64_t rest = channels - channel;
  if (rest == 0) return;
  memset(panels, 0, ck_panel_channels * sizeof(float));
#define COPY_PIECES(size)                                                            \
  do {                                                                               \
    memcpy(panels, row + channel, (size) * sizeof(float));                           \
    memcpy(panels + rest - (size), row + channels - (size), (size) * sizeof(float)); \
  } while (0)
  CK_WITH_PIECES(rest, COPY_PIECES);
#undef COPY_PIECES
}

/// Adds the products of `count` rows in panels `stride` apart.
CK_INLINE void ck_pointwise_add_group(const ck_pointwise_work *work, const float *inputs, const float *gradients,
                                      int64_t stride, int64_t count, float *sums) {
  for (int64_t input = 0; input < work->inputs; input += 2 * ck_panel_channels, inputs += 2 * stride) {
    const int isPair = input + ck_panel_channels < work->inputs;
    for (int64_t output = 0; output < work->outputs; output += ck_block_rows) {
      const float *left = gradients + output / ck_panel_channels * stride + output % ck_panel_channels;
      if (isPair) ck_add_outer_products_f32(left, inputs, stride, count, 2, sums);
      else ck_add_outer_products_f32(left, inputs, stride, count, 1, sums);
      sums += ck_block_rows * 2 * ck_panel_channels;
    }
  }
}

/// The rows begin ..< end.
CK_HOT static void ck_pointwise_range(void *context, int64_t begin, int64_t end, int worker) {
  const ck_pointwise_work *work = context;
  const int64_t stride = ck_group_items * ck_panel_channels;
  float *inputs = work->groups + worker * ck_pointwise_group_floats(work->inputs, work->outputs);
  float *gradients = inputs + ck_whole_panels(work->inputs) * stride;
  for (int64_t first = begin; first < end; first += ck_group_items) {
    const int64_t count = end - first < ck_group_items ? end - first : ck_group_items;
    for (int64_t row = 0; row < count; ++row) {
      ck_copy_to_panels(work->input + (first + row) * work->inputs, work->inputs, inputs + row * ck_panel_channels,
                        stride);
      ck_copy_to_panels(work->outputGradient + (first + row) * work->outputs, work->outputs,
                        gradients + row * ck_panel_channels, stride);
    }
    ck_pointwise_add_group(work, inputs, gradients, stride, count,
                           work->sums + worker * ck_pointwise_sum_floats(work->inputs, work->outputs));
  }
}

/// The gradients of the outputs begin ..< end from the sums of all workers.
CK_HOT static void ck_pointwise_combine(void *context, int64_t begin, int64_t end, int worker) {
  (void)worker;
  const ck_pointwise_work *work = context;
  const int64_t inputs = work->inputs, lines = ck_pointwise_lines(work->outputs), width = 2 * ck_panel_channels;
  const int64_t workerStride = ck_pointwise_sum_floats(inputs, work->outputs);
  for (int64_t output = begin; output < end; ++output) {
    for (int64_t input = 0; input < inputs; input += width) {
      const float *sums = work->sums + input * lines + output * width;
      float *target = work->weightGradient + output * inputs + input;
      const int64_t count = inputs - input < width ? inputs - input : width;
      memcpy(target, sums, (size_t)count * sizeof(float));
      for (int other = 1; other < ck_thread_count(); ++other) {
        for (int64_t i = 0; i < count; ++i) target[i] += sums[other * workerStride + i];
      }
    }
  }
}

void ck_pointwise_weights(int64_t rows, int64_t inputs, int64_t outputs, const float *input,
                          const float *outputGradient, float *weightGradient, void *scratch) {
  const int64_t sumFloats = ck_thread_count() * ck_pointwise_sum_floats(inputs, outputs);
  ck_pointwise_work work = {
      .inputs = inputs,
      .outputs = outputs,
      .input = input,
      .outputGradient = outputGradient,
      .sums = scratch,
      .groups = (float *)scratch + sumFloats,
      .weightGradient = weightGradient,
  };
  memset(work.sums, 0, (size_t)sumFloats * sizeof(float));
  ck_parallel_for(rows, ck_group_items, ck_pointwise_range, &work);
  ck_parallel_for(outputs, 16 + 65536 / (inputs + 1), ck_pointwise_combine, &work);
}
