#include "depthwise.h"

#include <math.h>

#include "activation_math.h"
#include "batch_norm_sums.h"
#include "lanes.h"
#include "parallel.h"
#include "taps.h"
#include "template_names.h"

enum {
  /// Neighbouring pixels of a row that share registers: seven divides the widths of ImageNet networks, four the
  /// powers of two.
  LARGE_BLOCK = 7,
  SMALL_BLOCK = 4,
  MAXIMUM_TAPS = 7,
  /// After about so many outputs the sums of a weight gradient move to the totals: shorter sums, smaller errors.
  ITEMS_PER_SUM = 128,
  /// Pixels of an input gradient after which a batch norm's sums take them.
  WATCHED_PIXELS = 112,
};

/// Where the rows that a pass reads are found: in the image, or transformed in a ring of each worker.
typedef struct {
  const ck_depthwise_transform *transform;
  const ck_norm_operand *gradient;  // in its place, where float32 rows are the gradient of a norm
  char *rings;  // for each worker: lines [kernelHeight], tags [slots]; then rows [slots][width][channels]
  int64_t ringSize;
  int64_t headSize;
  int64_t slots;
  int64_t kernelHeight;
} ck_depthwise_rows;

/// `size` in whole cache lines.
CK_INLINE int64_t ck_whole_lines(int64_t size) { return (size + 63) / 64 * 64; }

/// Bytes of the packed weights, or of the sums of all workers, before the rings.
static int64_t ck_depthwise_sums_size(const ck_depthwise_shape *shape) {
  int64_t channels = shape->channels + CK_GROUP_bf16;
  int64_t taps = shape->kernelHeight * shape->kernelWidth + 1;
  return ck_whole_lines(2 * ck_thread_count() * taps * channels * (int64_t)sizeof(float));
}

/// A ring holds as many rows as the taps of one output span.
static int64_t ck_depthwise_slots(const ck_depthwise_shape *shape) {
  int64_t span = (shape->kernelHeight - 1) * shape->dilationHeight + 1;
  return span < shape->height ? span : shape->height;
}

static int64_t ck_depthwise_head_size(const ck_depthwise_shape *shape) {
  return ck_whole_lines(shape->kernelHeight * (int64_t)sizeof(void *) +
                        ck_depthwise_slots(shape) * (int64_t)sizeof(int64_t));
}

static int64_t ck_depthwise_ring_size(const ck_depthwise_shape *shape) {
  int64_t row = shape->width * shape->channels * (int64_t)sizeof(float);
  return ck_depthwise_head_size(shape) + ck_whole_lines(ck_depthwise_slots(shape) * row);
}

/// Makes the rings of all workers empty.
static void ck_depthwise_clear(const ck_depthwise_rows *rows) {
  for (int worker = 0; worker < ck_thread_count(); worker++) {
    char *tags = rows->rings + worker * rows->ringSize + rows->kernelHeight * (int64_t)sizeof(void *);
    memset(tags, -1, (size_t)rows->slots * sizeof(int64_t));
  }
}

static ck_depthwise_rows ck_depthwise_empty_rows(const ck_depthwise_shape *shape,
                                                 const ck_depthwise_transform *transform, void *scratch) {
  ck_depthwise_rows rows = {
      .transform = transform,
      .rings = (char *)scratch + ck_depthwise_sums_size(shape),
      .ringSize = ck_depthwise_ring_size(shape),
      .headSize = ck_depthwise_head_size(shape),
      .slots = ck_depthwise_slots(shape),
      .kernelHeight = shape->kernelHeight,
  };
  ck_depthwise_clear(&rows);
  return rows;
}

/// A ring of output gradients holds the rows that one row of inputs meets, and the one whose weights are next.
static int64_t ck_depthwise_gradient_slots(const ck_depthwise_shape *shape) {
  const int64_t span = (shape->kernelHeight - 1) * shape->dilationHeight / shape->strideHeight + 2;
  return span < shape->outputHeight ? span : shape->outputHeight;
}

static ck_depthwise_rows ck_depthwise_gradient_rows(const ck_depthwise_shape *shape,
                                                    const ck_norm_operand *gradient, void *rings) {
  const int64_t slots = ck_depthwise_gradient_slots(shape);
  const int64_t row = shape->outputWidth * shape->channels * (int64_t)sizeof(float);
  const int64_t head = ck_whole_lines((shape->kernelHeight * (int64_t)sizeof(void *)) + slots * (int64_t)sizeof(int64_t));
  ck_depthwise_rows rows = {
      .gradient = gradient->normalized ? gradient : 0,
      .rings = rings,
      .ringSize = head + ck_whole_lines(slots * row),
      .headSize = head,
      .slots = slots,
      .kernelHeight = shape->kernelHeight,
  };
  if (rings) ck_depthwise_clear(&rows);
  return rows;
}

int64_t ck_depthwise_packed_size(const ck_depthwise_shape *shape) {
  int64_t channels = shape->channels + CK_GROUP_bf16;
  return channels * (shape->kernelHeight * shape->kernelWidth + 1) * (int64_t)sizeof(float);
}

int64_t ck_depthwise_scratch(const ck_depthwise_shape *shape) {
  return ck_depthwise_sums_size(shape) + ck_thread_count() * ck_depthwise_ring_size(shape);
}

int64_t ck_depthwise_backward_scratch(const ck_depthwise_shape *shape) {
  const ck_norm_operand operand = {0};
  const int64_t rings = ck_thread_count() * ck_depthwise_gradient_rows(shape, &operand, 0).ringSize;
  return ck_depthwise_scratch(shape) + ck_whole_lines(ck_depthwise_packed_size(shape)) + rings;
}

/// The size of the next block where `count` pixels are left. Small blocks are compiled for short kernels alone.
CK_INLINE int ck_depthwise_block(int64_t count, const int64_t taps, const int fixed) {
  if (fixed && taps > 3) return LARGE_BLOCK;
  return count <= SMALL_BLOCK || count == 2 * SMALL_BLOCK || !fixed ? SMALL_BLOCK : LARGE_BLOCK;
}

/// Rows of outputs after which the sums of a weight gradient move to the totals.
static int64_t ck_depthwise_rows_per_sum(const ck_depthwise_shape *shape) {
  return shape->outputWidth < ITEMS_PER_SUM ? ITEMS_PER_SUM / shape->outputWidth : 1;
}

#define NAME(name) JOIN(ck_depthwise_##name##_, SUFFIX)

#define SUFFIX f32
#define T float
#include "depthwise_rows.inc"
#include "depthwise_filter.inc"
#include "depthwise_weights.inc"
#include "depthwise_gradients.inc"
#undef SUFFIX
#undef T

#define SUFFIX bf16
#define T ck_bfloat16
#include "depthwise_rows.inc"
#include "depthwise_filter.inc"
#include "depthwise_weights.inc"
