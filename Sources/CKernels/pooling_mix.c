// A worker walks along a row of pixels with the sums of three columns of up to three pixels each: a sum of nine pixels costs four
// additions.
#include "pooling_mix.h"

#include <string.h>

#include "bfloat16.h"
#include "parallel.h"
#include "vector_math.h"

enum { ck_mix_block = 128 };  // channels whose sums of columns stay in the first cache

/// One more thread for every 16384 elements; the items are rows of pixels.
CK_INLINE int64_t ck_mix_grain(const ck_pooling_mix_shape *shape) {
  return 16384 / (shape->width * shape->channels) + 1;
}

/// Pixels of the image among the three in a line around a position.
CK_INLINE int64_t ck_mix_neighbours(int64_t position, int64_t size) {
  return 3 - (position == 0) - (position == size - 1);
}

/// The divisor of a mean of `count` pixels, where it is due: at the sum, or, transposed, before the pixels are shared out.
CK_INLINE float ck_mix_share(int64_t count, bool isDue) { return isDue ? 1.0f / (float)count : 1.0f; }

#include "element_f32.inc"
#include "pooling_mix.inc"
#include "element_bf16.inc"
#include "pooling_mix.inc"
