#include "reduction.h"

#include <stdbool.h>

#include "bfloat16.h"
#include "elementwise.h"
#include "parallel.h"
#include "vector_math.h"

enum {
  ck_reduction_grain = 16384,
  ck_sum_block = 1024,   // elements of a row added in float32 before the sum goes to float64
  ck_sum_rows = 64,      // rows added in float32 before the sums go to float64
  ck_sum_columns = 512,  // columns added together, their sums on the stack
};

int64_t ck_reduce_sum_scratch(int64_t inner) {
  return ck_thread_count() * (inner > 0 ? inner : 1) * (int64_t)sizeof(double);
}

/// A reduction as an alternation of kept and summed dimensions, neighbours of one kind merged.
typedef struct {
  int rank;
  int64_t shape[CK_MAXIMUM_RANK];
  bool isKept[CK_MAXIMUM_RANK];
  int64_t strides[CK_MAXIMUM_RANK];
} ck_reduction_shape;

static ck_reduction_shape ck_reduction_of_shapes(int rank, const int64_t *inputShape,
                                                 const int64_t *outputShape) {
  ck_reduction_shape result = {.rank = 0};
  for (int d = 0; d < rank; ++d) {
    bool isKept = outputShape[d] == inputShape[d];
    if (inputShape[d] == 1) continue;
    if (result.rank > 0 && result.isKept[result.rank - 1] == isKept) {
      result.shape[result.rank - 1] *= inputShape[d];
    } else {
      result.shape[result.rank] = inputShape[d];
      result.isKept[result.rank++] = isKept;
    }
  }
  int64_t stride = 1;
  for (int d = result.rank - 1; d >= 0; --d) {
    result.strides[d] = stride;
    stride *= result.shape[d];
  }
  return result;
}

static int ck_summed_dimensions(const ck_reduction_shape *reduction) {
  int count = 0;
  for (int d = 0; d < reduction->rank; ++d) count += !reduction->isKept[d];
  return count;
}

static int64_t ck_innermost_kept(const ck_reduction_shape *reduction) {
  int last = reduction->rank - 1;
  return last >= 0 && reduction->isKept[last] ? reduction->shape[last] : 1;
}

int64_t ck_sum_to_shape_scratch(int rank, const int64_t *inputShape, const int64_t *outputShape) {
  ck_reduction_shape reduction = ck_reduction_of_shapes(rank, inputShape, outputShape);
  return ck_reduce_sum_scratch(ck_innermost_kept(&reduction));
}

/// The offset of element `index` counted over the kept (or the summed) dimensions before `rank`.
static int64_t ck_reduction_offset(const ck_reduction_shape *reduction, int rank, bool isKept,
                                   int64_t index) {
  int64_t offset = 0;
  for (int d = rank - 1; d >= 0; --d) {
    if (reduction->isKept[d] != isKept) continue;
    offset += index % reduction->shape[d] * reduction->strides[d];
    index /= reduction->shape[d];
  }
  return offset;
}

static int64_t ck_reduction_count(const ck_reduction_shape *reduction, int rank, bool isKept) {
  int64_t count = 1;
  for (int d = 0; d < rank; ++d) count *= reduction->isKept[d] == isKept ? reduction->shape[d] : 1;
  return count;
}

#include "element_f32.inc"
#include "reduction_blocks.inc"
#include "reduction_extreme.inc"
#define CK_SUM_NAME(name) name##_f32
#define CK_RESULT float
#define CK_STORE_RESULT(value) (value)
#include "reduction_sum.inc"

#include "element_bf16.inc"
#include "reduction_blocks.inc"
#include "reduction_extreme.inc"
#define CK_SUM_NAME(name) name##_bf16
#define CK_RESULT ck_bfloat16
#define CK_STORE_RESULT(value) ck_to_bfloat16(value)
#include "reduction_sum.inc"
#define CK_SUM_NAME(name) name##_bf16_f32
#define CK_RESULT float
#define CK_STORE_RESULT(value) (value)
#include "reduction_sum.inc"
