// Each worker takes some of its rows at a time: it reads both operands into panels in its own cache, adds their products
// to sums of its own, and multiplies the panels of the output gradient by the weights. Then the workers' sums are added, in
// order. While one group of rows is multiplied, the next one is fetched from memory.
#include "parallel.h"
#include "pointwise_blocks.h"

typedef struct {
  int64_t inputs;
  int64_t outputs;
  int threads;  // those that scratch is for
  ck_pointwise_source input;
  ck_pointwise_source gradient;
  const float *weight;
  float *packed;  // the weights: [block of inputs][outputs][16·vectors]
  float *sums;    // for each worker: [block of the wider side's vectors][narrower side / 8][8][16·vectors]
  float *panels;  // for each worker: of the input, then of the gradient
  float *biasSums;  // for each worker
  int64_t *used;    // whether a worker has sums
  float *weightGradient;
  float *biasGradient;
  float *inputGradient;
  const ck_norm_watch *watch;
} ck_pointwise_work;

/// Rows that a worker prepares together, in whole blocks of products: as many as its second cache holds beside the sums.
CK_INLINE int64_t ck_pointwise_group(int64_t inputs, int64_t outputs) { return inputs + outputs <= 1600 ? 96 : 48; }

CK_INLINE int64_t ck_pointwise_panel_floats(int64_t inputs, int64_t outputs) {
  const int64_t panels = ck_pointwise_panels(inputs) + ck_pointwise_panels(outputs);
  return panels * ck_pointwise_lanes * ck_pointwise_group(inputs, outputs);
}

/// Whether outputs are the columns of the sums and inputs their lines: whichever are more fill vectors better.
CK_INLINE bool ck_pointwise_is_turned(int64_t inputs, int64_t outputs) { return outputs > inputs; }

/// The narrower side of the weights in blocks of lines.
CK_INLINE int64_t ck_pointwise_line_blocks(int64_t inputs, int64_t outputs) {
  const int64_t lines = inputs < outputs ? inputs : outputs;
  return (lines + ck_outer_rows - 1) / ck_outer_rows;
}

CK_INLINE int64_t ck_pointwise_sum_floats(int64_t inputs, int64_t outputs) {
  const int64_t columns = ck_pointwise_panels(inputs > outputs ? inputs : outputs) * ck_pointwise_lanes;
  return columns * ck_pointwise_line_blocks(inputs, outputs) * ck_outer_rows;
}

CK_INLINE int64_t ck_pointwise_packed_floats(int64_t inputs, int64_t outputs) {
  return ck_pointwise_panels(inputs) * ck_pointwise_lanes * outputs;
}

CK_INLINE int64_t ck_pointwise_constant_floats(int64_t channels) {
  return ck_pointwise_panels(channels) * ck_pointwise_constants;
}

CK_INLINE int64_t ck_pointwise_bias_floats(int64_t outputs) { return ck_pointwise_panels(outputs) * ck_pointwise_lanes; }

/// Numbers in whole lines of the cache.
CK_INLINE int64_t ck_whole_floats(int64_t count) { return (count + 15) / 16 * 16; }

int64_t ck_pointwise_backward_scratch(int64_t inputs, int64_t outputs) {
  const int64_t each = ck_pointwise_sum_floats(inputs, outputs) + ck_pointwise_panel_floats(inputs, outputs) +
                       ck_pointwise_bias_floats(outputs);
  const int64_t constants = ck_pointwise_constant_floats(inputs) + ck_pointwise_constant_floats(outputs);
  const int64_t floats = ck_thread_count() * each + constants + ck_pointwise_packed_floats(inputs, outputs);
  return ck_whole_floats(floats) * (int64_t)sizeof(float) + ck_thread_count() * (int64_t)sizeof(int64_t);
}

/// Adds the products of `count` rows in panels `stride` apart to a worker's sums.
CK_INLINE void ck_pointwise_add_group(const ck_pointwise_work *work, const float *inputs, const float *gradients,
                                      int64_t stride, int64_t count, bool isFirst, float *sums, ck_fetch *fetch) {
  const bool isTurned = ck_pointwise_is_turned(work->inputs, work->outputs);
  const float *columns = isTurned ? gradients : inputs, *lines = isTurned ? inputs : gradients;
  const int64_t vectors = ck_pointwise_panels(isTurned ? work->outputs : work->inputs);
  const int64_t lineBlocks = ck_pointwise_line_blocks(work->inputs, work->outputs);
  for (int64_t vector = 0; vector < vectors;) {
    const int size = ck_block_size(vectors - vector);
    for (int64_t block = 0; block < lineBlocks; ++block, sums += ck_outer_rows * size * ck_pointwise_lanes) {
      const int64_t line = block * ck_outer_rows;
      const float *left = lines + line / ck_pointwise_lanes * stride + line % ck_pointwise_lanes;
      const float *right = columns + vector * stride;
      const ck_fetch_part part = ck_fetch_take(fetch, count, left);
      if (size == 3) ck_outer_block(left, right, stride, count, 3, isFirst, sums, part);
      else if (size == 2) ck_outer_block(left, right, stride, count, 2, isFirst, sums, part);
      else ck_outer_block(left, right, stride, count, 1, isFirst, sums, part);
    }
    vector += size;
  }
}

/// Adds the rows of panels to a worker's sums of channels.
CK_INLINE void ck_pointwise_add_rows(const float *panels, int64_t stride, int64_t channels, int64_t count, float *sums) {
  for (int64_t channel = 0; channel < channels; channel += ck_pointwise_lanes, panels += stride) {
    ck_lanes total = {0}, sum;
    for (int64_t row = 0; row < count; ++row) {
      ck_lanes addend;
      memcpy(&addend, panels + row * ck_pointwise_lanes, sizeof addend);
      total += addend;
    }
    memcpy(&sum, sums + channel, sizeof sum);
    sum += total;
    memcpy(sums + channel, &sum, sizeof sum);
  }
}

/// What the next `count` rows are read from and written to.
CK_INLINE ck_fetch ck_pointwise_next(const ck_pointwise_work *work, int64_t first, int64_t count) {
  ck_fetch fetch = {{0}, {0}};
  const int64_t outputs = work->outputs, inputs = work->inputs;
  ck_fetch_add(&fetch, 0, work->gradient.operand.elements + first * outputs, count * outputs);
  if (work->gradient.reading == ck_reading_gradient) {
    ck_fetch_add(&fetch, 1, work->gradient.operand.normalized + first * outputs, count * outputs);
  }
  if (work->weightGradient) ck_fetch_add(&fetch, 2, work->input.operand.elements + first * inputs, count * inputs);
  if (work->inputGradient) ck_fetch_add(&fetch, 3, work->inputGradient + first * inputs, count * inputs);
  return fetch;
}

/// The rows begin ..< end.
CK_HOT static void ck_pointwise_range(void *context, int64_t begin, int64_t end, int worker) {
  const ck_pointwise_work *work = context;
  const int64_t group = ck_pointwise_group(work->inputs, work->outputs), stride = group * ck_pointwise_lanes;
  float *inputs = work->panels + worker * ck_pointwise_panel_floats(work->inputs, work->outputs);
  float *gradients = inputs + ck_pointwise_panels(work->inputs) * stride;
  float *sums = work->sums + worker * ck_pointwise_sum_floats(work->inputs, work->outputs);
  float *biasSums = work->biasSums + worker * ck_pointwise_bias_floats(work->outputs);
  work->used[worker] = 1;
  memset(biasSums, 0, (size_t)ck_pointwise_bias_floats(work->outputs) * sizeof(float));
  for (int64_t first = begin; first < end; first += group) {
    const int64_t left = end - first, count = left < group ? left : group;
    ck_fetch fetch = ck_pointwise_next(work, first + count, left - count < group ? left - count : group);
    ck_pointwise_fill(&work->gradient, first, count, gradients, stride);
    if (work->biasGradient) ck_pointwise_add_rows(gradients, stride, work->outputs, count, biasSums);
    if (work->weightGradient) {
      ck_pointwise_fill(&work->input, first, count, inputs, stride);
      ck_pointwise_add_group(work, inputs, gradients, stride, count, first == begin, sums, &fetch);
    }
    if (work->inputGradient) {
      ck_product_group(gradients, stride, work->outputs, work->packed, 0, work->inputs, count,
                       work->inputGradient + first * work->inputs, &fetch);
      if (work->watch) {
        ck_batch_norm_sums_add_rows(work->watch->saved, work->watch->input + first * work->inputs,
                                    work->inputGradient + first * work->inputs, count, work->inputs,
                                    work->watch->sums, worker);
      }
    }
  }
}

/// Copies the weights of the outputs begin ..< end into blocks of inputs.
CK_HOT static void ck_pointwise_pack_outputs(void *context, int64_t begin, int64_t end, int worker) {
  (void)worker;
  const ck_pointwise_work *work = context;
  ck_pack_blocks(work->weight, work->outputs, work->inputs, work->inputs, 1, begin, end, work->packed);
}

/// The sums of all workers, for the blocks of lines begin ..< end.
CK_HOT static void ck_pointwise_combine(void *context, int64_t begin, int64_t end, int worker) {
  (void)worker;
  const ck_pointwise_work *work = context;
  const bool isTurned = ck_pointwise_is_turned(work->inputs, work->outputs);
  const int64_t columns = isTurned ? work->outputs : work->inputs, lines = isTurned ? work->inputs : work->outputs;
  const int64_t vectors = ck_pointwise_panels(columns);
  const int64_t lineBlocks = ck_pointwise_line_blocks(work->inputs, work->outputs);
  const int64_t workerStride = ck_pointwise_sum_floats(work->inputs, work->outputs);
  for (int64_t vector = 0; vector < vectors;) {
    const int size = ck_block_size(vectors - vector);
    const int64_t column = vector * ck_pointwise_lanes, width = size * ck_pointwise_lanes;
    const int64_t count = columns - column < width ? columns - column : width;
    for (int64_t block = begin; block < end; ++block) {
      float totals[ck_outer_rows * ck_block_vectors * ck_pointwise_lanes];
      const float *sums = work->sums + column * lineBlocks * ck_outer_rows + block * ck_outer_rows * width;
      memcpy(totals, sums, (size_t)(ck_outer_rows * width) * sizeof(float));
      for (int other = 1; other < work->threads; ++other) {
        if (!work->used[other]) continue;
        for (int64_t i = 0; i < ck_outer_rows * width; ++i) totals[i] += sums[other * workerStride + i];
      }
      const int64_t first = block * ck_outer_rows, left = lines - first;
      const int64_t rows = left < ck_outer_rows ? left : ck_outer_rows;
      for (int64_t row = 0; row < rows; ++row) {
        const float *line = totals + row * width;
        if (isTurned) {
          float *target = work->weightGradient + column * lines + first + row;
          for (int64_t i = 0; i < count; ++i) target[i * lines] = line[i];
        } else {
          memcpy(work->weightGradient + (first + row) * columns + column, line, (size_t)count * sizeof(float));
        }
      }
    }
    vector += size;
  }
}

/// The gradient of the bias from the sums of all workers.
static void ck_pointwise_combine_bias(const ck_pointwise_work *work) {
  memcpy(work->biasGradient, work->biasSums, (size_t)work->outputs * sizeof(float));
  for (int other = 1; other < work->threads; ++other) {
    const float *sums = work->biasSums + other * ck_pointwise_bias_floats(work->outputs);
    for (int64_t output = 0; work->used[other] && output < work->outputs; ++output) {
      work->biasGradient[output] += sums[output];
    }
  }
}

void ck_pointwise_backward(int64_t rows, int64_t inputs, int64_t outputs, const ck_norm_operand *input,
                           const ck_norm_operand *outputGradient, const float *weight,
                           const ck_pointwise_gradients *gradients, const ck_norm_watch *watch, void *scratch) {
  const int threads = ck_thread_count();
  float *sums = scratch, *panels = sums + threads * ck_pointwise_sum_floats(inputs, outputs);
  float *biasSums = panels + threads * ck_pointwise_panel_floats(inputs, outputs);
  float *inputConstants = biasSums + threads * ck_pointwise_bias_floats(outputs);
  float *gradientConstants = inputConstants + ck_pointwise_constant_floats(inputs);
  float *packed = gradientConstants + ck_pointwise_constant_floats(outputs);
  float *end = packed + ck_pointwise_packed_floats(inputs, outputs);
  ck_pointwise_work work = {
      .inputs = inputs,
      .outputs = outputs,
      .threads = threads,
      .input = ck_pointwise_prepare(input, inputs, inputConstants),
      .gradient = ck_pointwise_prepare(outputGradient, outputs, gradientConstants),
      .weight = weight,
      .packed = packed,
      .sums = sums,
      .panels = panels,
      .biasSums = biasSums,
      .used = (int64_t *)(sums + ck_whole_floats(end - sums)),
      .weightGradient = gradients->weight,
      .biasGradient = gradients->bias,
      .inputGradient = gradients->input,
      .watch = watch,
  };
  memset(work.used, 0, (size_t)threads * sizeof *work.used);
  if (work.inputGradient) ck_parallel_for(outputs, 1 + 65536 / inputs, ck_pointwise_pack_outputs, &work);
  ck_parallel_for(rows, 48, ck_pointwise_range, &work);
  const int64_t lineBlocks = ck_pointwise_line_blocks(inputs, outputs);
  const int64_t blockFloats = ck_pointwise_sum_floats(inputs, outputs) / lineBlocks;
  if (work.weightGradient) ck_parallel_for(lineBlocks, 1 + 16384 / blockFloats, ck_pointwise_combine, &work);
  if (work.biasGradient) ck_pointwise_combine_bias(&work);
}
