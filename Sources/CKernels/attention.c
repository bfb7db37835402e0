// A worker holds keys and values of a head as float32 and takes 32 queries at a time, one in each lane of a pair of vectors.
// Their scores, a row for each key, stay in its cache until they are the weights of values; maxima and sums over keys are
// taken lane by lane.
#include "attention.h"

#include "lanes.h"
#include "parallel.h"
#include "vector_math.h"

enum {
  ck_attention_lanes = sizeof(ck_lanes) / sizeof(float),
  /// Queries of a block.
  ck_attention_queries = 2 * ck_attention_lanes,
  /// Rows of a block of products: with a pair of vectors, 16 sums stay in registers.
  ck_attention_rows = 8,
};

static int64_t ck_attention_blocks(const ck_attention_shape *shape) {
  return (shape->tokens + ck_attention_queries - 1) / ck_attention_queries;
}

/// Numbers of a value, in whole vectors.
CK_INLINE int64_t ck_attention_value_stride(const ck_attention_shape *shape) {
  return (shape->valueWidth + ck_attention_lanes - 1) / ck_attention_lanes * ck_attention_lanes;
}

/// Keys of a head, at least those of a block of products.
CK_INLINE int64_t ck_attention_keys(const ck_attention_shape *shape) {
  return shape->tokens < ck_attention_rows ? ck_attention_rows : shape->tokens;
}

/// What a worker holds of one head.
typedef struct {
  float *values;   // [key][stride], zeros beyond the width
  float *weights;  // [key][query of the block]: scores, then their exponentials
  float *queries;  // [width][query of the block], scaled
  float *keys;     // [key][width]
} ck_attention_head;

static int64_t ck_attention_worker_floats(const ck_attention_shape *shape) {
  const int64_t row = ck_attention_value_stride(shape) + ck_attention_queries + shape->keyWidth;
  const int64_t count = ck_attention_keys(shape) * row + ck_attention_queries * shape->keyWidth;
  return (count + ck_attention_lanes - 1) / ck_attention_lanes * ck_attention_lanes;
}

static ck_attention_head ck_attention_head_of(const ck_attention_shape *shape, float *scratch, int worker) {
  ck_attention_head head;
  head.values = scratch + worker * ck_attention_worker_floats(shape);
  head.weights = head.values + ck_attention_keys(shape) * ck_attention_value_stride(shape);
  head.queries = head.weights + ck_attention_keys(shape) * ck_attention_queries;
  head.keys = head.queries + shape->keyWidth * ck_attention_queries;
  return head;
}

int64_t ck_attention_scratch(const ck_attention_shape *shape) {
  return ck_thread_count() * ck_attention_worker_floats(shape) * (int64_t)sizeof(float);
}

typedef struct {
  const ck_attention_shape *shape;
  const void *projection;
  float scale;
  const float *bias;
  void *output;
  float *scratch;
} ck_attention_work;

/// sums[row] = Σ over `terms` of left[row · rowStride + term · termStride] · right[term] of eight rows and one or two
/// (constant) vectors.
CK_INLINE void ck_attention_products(const float *left, int64_t rowStride, int64_t termStride, const float *right,
                                     int64_t rightStride, int64_t terms, const int vectors,
                                     ck_lanes sums[ck_attention_rows][2]) {
  const float *rows[ck_attention_rows];
  CK_UNROLL for (int row = 0; row < ck_attention_rows; ++row) rows[row] = left + row * rowStride;
  memset(sums, 0, ck_attention_rows * sizeof *sums);
  for (int64_t term = 0; term < terms; ++term, right += rightStride) {
    ck_lanes factors[2];
    memcpy(factors, right, (size_t)vectors * sizeof *factors);
    CK_UNROLL for (int row = 0; row < ck_attention_rows; ++row) {
      const float factor = rows[row][term * termStride];
      CK_UNROLL for (int part = 0; part < vectors; ++part) sums[row][part] += factors[part] * factor;
    }
  }
}

/// The scores of a block of queries with every key; the last rows may be computed twice.
CK_INLINE void ck_attention_score(const ck_attention_shape *shape, const ck_attention_head *head) {
  const int64_t width = shape->keyWidth, last = ck_attention_keys(shape) - ck_attention_rows;
  for (int64_t key = 0; key < shape->tokens; key += ck_attention_rows) {
    const int64_t first = key < last ? key : last;
    ck_lanes sums[ck_attention_rows][2];
    ck_attention_products(head->keys + first * width, width, 1, head->queries, ck_attention_queries, width, 2, sums);
    memcpy(head->weights + first * ck_attention_queries, sums, sizeof sums);
  }
}

/// Scores as exponentials, without their common divisor: that is left in `divisors`.
CK_INLINE void ck_attention_weigh(int64_t tokens, const float *bias, int64_t queries, float *weights, float *divisors) {
  float greatest[ck_attention_queries];
  for (int lane = 0; lane < ck_attention_queries; ++lane) greatest[lane] = -__builtin_inff();
  for (int64_t key = 0; key < tokens; ++key) {
    float *scores = weights + key * ck_attention_queries;
    if (bias) {
      for (int64_t lane = 0; lane < queries; ++lane) scores[lane] += bias[key * tokens + lane];
    }
    for (int lane = 0; lane < ck_attention_queries; ++lane) greatest[lane] = ck_maximum(scores[lane], greatest[lane]);
  }
  memset(divisors, 0, ck_attention_queries * sizeof *divisors);
  for (int64_t key = 0; key < tokens; ++key) {
    float *scores = weights + key * ck_attention_queries;
    CK_INDEPENDENT
    for (int lane = 0; lane < ck_attention_queries; ++lane) {
      scores[lane] = ck_exp(scores[lane] - greatest[lane]);
      divisors[lane] += scores[lane];
    }
  }
}

#include "element_f32.inc"
#include "attention.inc"
#include "element_bf16.inc"
#include "attention.inc"

void ck_attention(const ck_attention_shape *shape, const void *projection, float scale, const float *bias, void *output,
                  void *scratch) {
  ck_attention_work work = {shape, projection, scale, bias, output, scratch};
  ck_parallel_for(shape->batch * shape->heads * ck_attention_blocks(shape), 1,
                  shape->isBFloat16 ? ck_attention_range_bf16 : ck_attention_range_f32, &work);
}
