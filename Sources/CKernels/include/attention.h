// Self-attention of several heads, from one projection to queries, keys and values to the mixed values, in one pass: scores are
// never written to memory.
#pragma once
#include <stdbool.h>
#include <stdint.h>

/// Where the parts of a projection [batch, tokens, …] lie in the numbers of a token; queries begin with the first one.
typedef struct {
  int64_t batch;
  int64_t heads;
  int64_t tokens;
  int64_t keyWidth;  // of queries and keys
  int64_t valueWidth;
  int64_t tokenStride;  // numbers of a token
  int64_t keyOffset;    // of the first head
  int64_t valueOffset;
  int64_t keyHeadStride;  // from one head's queries, or keys, to the next one's
  int64_t valueHeadStride;
  bool isBFloat16;  // the type of projection and result, or float32
} ck_attention_shape;

/// Bytes of scratch that `ck_attention` needs with the present thread count.
int64_t ck_attention_scratch(const ck_attention_shape *shape);

/// output[n, t, h] = Σ over s of softmax over s of (scale · ⟨query[n, t, h], key[n, s, h]⟩ + bias[h, s, t]) · value[n, s, h]
/// @param bias float32 [heads, tokens of keys, tokens of queries]; null for zeros.
/// @param output [batch, tokens, heads, valueWidth].
void ck_attention(const ck_attention_shape *shape, const void *projection, float scale, const float *bias, void *output,
                  void *scratch);
