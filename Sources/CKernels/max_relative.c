#include "max_relative.h"

#include <string.h>

#include "bfloat16.h"
#include "parallel.h"
#include "vector_math.h"

enum { ck_relative_block = 128 };  // channels whose extrema and winners stay in registers or the first cache

/// One more thread for every 16384 elements; the items are rows of pixels.
CK_INLINE int64_t ck_relative_grain(const ck_max_relative_shape *shape) {
  int64_t row = shape->width * shape->channels;
  return 16384 / (row > 0 ? row : 1) + 1;
}

/// (index − shift) mod extent, for index and shift in 0 ..< extent.
CK_INLINE int64_t ck_rolled_back(int64_t index, int64_t shift, int64_t extent) {
  int64_t position = index - shift;
  return position < 0 ? position + extent : position;
}

/// The pixel of an image that is neighbour i of (row, column).
CK_INLINE int64_t ck_relative_neighbour(const ck_max_relative_shape *shape, int64_t row, int64_t column,
                                        int64_t i) {
  return ck_rolled_back(row, shape->rowShifts[i], shape->height) * shape->width +
         ck_rolled_back(column, shape->columnShifts[i], shape->width);
}

#include "element_f32.inc"
#include "max_relative.inc"
#include "element_bf16.inc"
#include "max_relative.inc"
