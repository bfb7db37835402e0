#include "depthwise.h"

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
};

int64_t ck_depthwise_scratch(const ck_depthwise_shape *shape) {
  int64_t channels = shape->channels + CK_GROUP_bf16;
  int64_t taps = shape->kernelHeight * shape->kernelWidth + 1;
  return 2 * ck_thread_count() * taps * channels * (int64_t)sizeof(float);
}

/// The size of the next block where `count` pixels are left. Small blocks are compiled for short kernels alone.
CK_INLINE int ck_depthwise_block(int64_t count, const int64_t taps, const int fixed) {
  if (fixed && taps > 3) return LARGE_BLOCK;
  return count <= SMALL_BLOCK || count == 2 * SMALL_BLOCK || !fixed ? SMALL_BLOCK : LARGE_BLOCK;
}

#define NAME(name) JOIN(ck_depthwise_##name##_, SUFFIX)

#define SUFFIX f32
#define T float
#include "depthwise_filter.inc"
#include "depthwise_weights.inc"
#undef SUFFIX
#undef T

#define SUFFIX bf16
#define T ck_bfloat16
#include "depthwise_filter.inc"
#include "depthwise_weights.inc"
