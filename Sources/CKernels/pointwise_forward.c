// Each worker takes some of its rows at a time: it reads them into panels in its own cache and multiplies these by the
// weights. While one group of rows is multiplied, the next one is fetched from memory.
#include "parallel.h"
#include "pointwise_blocks.h"

typedef struct {
  int64_t rows;
  int64_t inputs;
  int64_t outputs;
  ck_pointwise_source input;
  const float *packed;
  const float *bias;
  float *panels;  // for each worker
  float *output;
} ck_pointwise_forward_work;

enum { ck_forward_group = 96 };

CK_INLINE int64_t ck_pointwise_whole(int64_t channels) { return ck_pointwise_panels(channels) * ck_pointwise_lanes; }

int64_t ck_pointwise_packed_size(int64_t inputs, int64_t outputs) {
  return ck_pointwise_whole(outputs) * (inputs + 1) * (int64_t)sizeof(float);
}

int64_t ck_pointwise_forward_scratch(int64_t inputs) {
  const int64_t panels = ck_pointwise_whole(inputs) * ck_forward_group;
  const int64_t constants = ck_pointwise_panels(inputs) * ck_pointwise_constants;
  return (ck_thread_count() * panels + constants) * (int64_t)sizeof(float);
}

typedef struct {
  int64_t inputs;
  int64_t outputs;
  const float *weight;
  float *packed;
} ck_pointwise_pack_work;

/// Turns the weights of the inputs begin ..< end into blocks of outputs.
CK_HOT static void ck_pointwise_pack_inputs(void *context, int64_t begin, int64_t end, int worker) {
  (void)worker;
  const ck_pointwise_pack_work *work = context;
  ck_pack_blocks(work->weight, work->inputs, 1, work->outputs, work->inputs, begin, end, work->packed);
}

void ck_pointwise_pack(int64_t inputs, int64_t outputs, const float *weight, const float *bias, float *packed) {
  ck_pointwise_pack_work work = {inputs, outputs, weight, packed};
  ck_parallel_for(inputs, 1 + 65536 / outputs, ck_pointwise_pack_inputs, &work);
  float *packedBias = packed + ck_pointwise_whole(outputs) * inputs;
  memset(packedBias, 0, (size_t)ck_pointwise_whole(outputs) * sizeof(float));
  if (bias) memcpy(packedBias, bias, (size_t)outputs * sizeof(float));
}

/// What the next `count` rows are read from and written to.
CK_INLINE ck_fetch ck_pointwise_forward_next(const ck_pointwise_forward_work *work, int64_t first, int64_t count) {
  ck_fetch fetch = {{0}, {0}};
  ck_fetch_add(&fetch, 0, work->input.operand.elements + first * work->inputs, count * work->inputs);
  ck_fetch_add(&fetch, 1, work->output + first * work->outputs, count * work->outputs);
  return fetch;
}

/// The groups of rows begin ..< end.
CK_HOT static void ck_pointwise_forward_range(void *context, int64_t begin, int64_t end, int worker) {
  const ck_pointwise_forward_work *work = context;
  const int64_t stride = ck_forward_group * ck_pointwise_lanes;
  float *panels = work->panels + worker * ck_pointwise_panels(work->inputs) * stride;
  for (int64_t group = begin; group < end; ++group) {
    const int64_t first = group * ck_forward_group, left = work->rows - first;
    const int64_t count = left < ck_forward_group ? left : ck_forward_group, next = left - count;
    ck_fetch fetch =
        ck_pointwise_forward_next(work, first + count, next < ck_forward_group ? next : ck_forward_group);
    ck_pointwise_fill(&work->input, first, count, panels, stride);
    ck_product_group(panels, stride, work->inputs, work->packed, work->bias, work->outputs, count,
                     work->output + first * work->outputs, &fetch);
  }
}

void ck_pointwise_forward(int64_t rows, int64_t inputs, int64_t outputs, const ck_norm_operand *input,
                          const float *packed, float *output, void *scratch) {
  float *panels = scratch;
  float *constants = panels + ck_thread_count() * ck_pointwise_whole(inputs) * ck_forward_group;
  ck_pointwise_forward_work work = {
      .rows = rows,
      .inputs = inputs,
      .outputs = outputs,
      .input = ck_pointwise_prepare(input, inputs, constants),
      .packed = packed,
      .bias = packed + ck_pointwise_whole(outputs) * inputs,
      .panels = panels,
      .output = output,
  };
  ck_parallel_share((rows + ck_forward_group - 1) / ck_forward_group, 1, ck_pointwise_forward_range, &work);
}
