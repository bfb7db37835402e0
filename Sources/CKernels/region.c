// Copies between strided boxes: `ck_copy_region` and `ck_permute` of movement.h.
#include <stdbool.h>

#include "bfloat16.h"
#include "elementwise.h"
#include "movement.h"
#include "parallel.h"
#include "vector_math.h"

enum { ck_region_bytes = 65536, ck_region_tile = 16 };

typedef struct {
  int rank;
  int64_t shape[CK_MAXIMUM_RANK];
  int64_t sourceStrides[CK_MAXIMUM_RANK];
  int64_t outputStrides[CK_MAXIMUM_RANK];
  int elementSize;
  int64_t tiles;  // of the last dimension but one when the last two are transposed, else 0
  const char *source;
  char *output;
} ck_region;

/// The box without dimensions of one element and with neighbours merged where both arrays run on; at least
/// rank 1.
static ck_region ck_merged_region(int elementSize, int rank, const int64_t *shape,
                                  const int64_t *sourceStrides, const int64_t *outputStrides) {
  ck_region region = {.rank = 0, .elementSize = elementSize};
  for (int d = 0; d < rank; ++d) {
    if (shape[d] == 1) continue;
    int last = region.rank - 1;
    bool runsOn = last >= 0 && region.sourceStrides[last] == sourceStrides[d] * shape[d] &&
                  region.outputStrides[last] == outputStrides[d] * shape[d];
    if (!runsOn) last = region.rank++;
    region.shape[last] = runsOn ? region.shape[last] * shape[d] : shape[d];
    region.sourceStrides[last] = sourceStrides[d];
    region.outputStrides[last] = outputStrides[d];
  }
  if (region.rank == 0) {
    region.rank = 1;
    region.shape[0] = region.sourceStrides[0] = region.outputStrides[0] = 1;
  }
  return region;
}

/// Brings the dimension that is contiguous in the source to the place before the last, which is contiguous in
/// the output: then squares of the two can be transposed. Returns whether there is one.
static bool ck_arrange_transposition(ck_region *region) {
  int last = region->rank - 1;
  if (region->outputStrides[last] != 1) return false;
  for (int d = 0; d < last; ++d) {
    if (region->sourceStrides[d] != 1) continue;
    int64_t size = region->shape[d], outputStride = region->outputStrides[d];
    for (int i = d; i < last - 1; ++i) {
      region->shape[i] = region->shape[i + 1];
      region->sourceStrides[i] = region->sourceStrides[i + 1];
      region->outputStrides[i] = region->outputStrides[i + 1];
    }
    region->shape[last - 1] = size;
    region->sourceStrides[last - 1] = 1;
    region->outputStrides[last - 1] = outputStride;
    return true;
  }
  return false;
}

/// The offsets in both arrays of item `index` of the dimensions before `rank`.
CK_INLINE void ck_region_offsets(const ck_region *region, int rank, int64_t index, int64_t *source,
                                 int64_t *output) {
  *source = *output = 0;
  for (int d = rank - 1; d >= 0; --d) {
    int64_t position = index % region->shape[d];
    index /= region->shape[d];
    *source += position * region->sourceStrides[d];
    *output += position * region->outputStrides[d];
  }
}

#define CK_DEFINE_REGION_ROW(Element)                                                                   \
  CK_INLINE void ck_region_row_##Element(const void *source, int64_t sourceStride, void *output,        \
                                         int64_t outputStride, int64_t count) {                         \
    const Element *from = source;                                                                       \
    Element *to = output;                                                                               \
    for (int64_t i = 0; i < count; ++i) to[i * outputStride] = from[i * sourceStride];                  \
  }                                                                                                     \
  /* output[row·outputStride + column] = source[row + column·sourceStride] */                           \
  CK_INLINE void ck_region_tile_##Element(const void *source, int64_t sourceStride, void *output,       \
                                          int64_t outputStride, int64_t rows, int64_t columns) {        \
    const Element *from = source;                                                                       \
    Element *to = output;                                                                               \
    for (int64_t start = 0; start < columns; start += ck_region_tile) {                                 \
      int64_t end = columns - start < ck_region_tile ? columns : start + ck_region_tile;                \
      if (rows == ck_region_tile && end - start == ck_region_tile) {                                    \
        Element square[ck_region_tile][ck_region_tile];                                                 \
        for (int c = 0; c < ck_region_tile; ++c) {                                                      \
          for (int r = 0; r < ck_region_tile; ++r) square[r][c] = from[r + (start + c) * sourceStride]; \
        }                                                                                               \
        for (int r = 0; r < ck_region_tile; ++r)                                                        \
          memcpy(to + r * outputStride + start, square[r], sizeof square[r]);                           \
        continue;                                                                                       \
      }                                                                                                 \
      for (int64_t r = 0; r < rows; ++r) {                                                              \
        for (int64_t c = start; c < end; ++c) to[r * outputStride + c] = from[r + c * sourceStride];    \
      }                                                                                                 \
    }                                                                                                   \
  }

CK_DEFINE_REGION_ROW(uint8_t)
CK_DEFINE_REGION_ROW(uint16_t)
CK_DEFINE_REGION_ROW(uint32_t)
CK_DEFINE_REGION_ROW(uint64_t)

#define CK_FOR_ELEMENT(size, function, ...)           \
  switch (size) {                                     \
    case 1: function##_uint8_t(__VA_ARGS__); break;   \
    case 2: function##_uint16_t(__VA_ARGS__); break;  \
    case 4: function##_uint32_t(__VA_ARGS__); break;  \
    default: function##_uint64_t(__VA_ARGS__); break; \
  }

/// Bands of ck_region_tile rows of the transposed planes.
CK_HOT static void ck_region_tiles_range(void *context, int64_t begin, int64_t end, int worker) {
  (void)worker;
  const ck_region *region = context;
  int last = region->rank - 1;
  int64_t planeRows = region->shape[last - 1], size = region->elementSize;
  for (int64_t item = begin; item < end; ++item) {
    int64_t source, output, row = item % region->tiles * ck_region_tile;
    int64_t rows = planeRows - row < ck_region_tile ? planeRows - row : ck_region_tile;
    ck_region_offsets(region, last - 1, item / region->tiles, &source, &output);
    source += row;
    output += row * region->outputStrides[last - 1];
    CK_FOR_ELEMENT(size, ck_region_tile, region->source + source * size, region->sourceStrides[last],
                   region->output + output * size, region->outputStrides[last - 1], rows, region->shape[last])
  }
}

/// Rows of the last dimension.
CK_HOT static void ck_region_rows_range(void *context, int64_t begin, int64_t end, int worker) {
  (void)worker;
  const ck_region *region = context;
  int last = region->rank - 1;
  int64_t size = region->elementSize, count = region->shape[last];
  int64_t sourceStride = region->sourceStrides[last], outputStride = region->outputStrides[last];
  for (int64_t item = begin; item < end; ++item) {
    int64_t source, output;
    ck_region_offsets(region, last, item, &source, &output);
    const char *from = region->source + source * size;
    char *to = region->output + output * size;
    if (sourceStride == 1 && outputStride == 1) {
      memcpy(to, from, (size_t)(count * size));
    } else {
      CK_FOR_ELEMENT(size, ck_region_row, from, sourceStride, to, outputStride, count)
    }
  }
}

/// The elements begin ..< end of one contiguous run.
static void ck_region_run_range(void *context, int64_t begin, int64_t end, int worker) {
  (void)worker;
  const ck_region *region = context;
  int64_t size = region->elementSize;
  memcpy(region->output + begin * size, region->source + begin * size, (size_t)((end - begin) * size));
}

void ck_copy_region(int elementSize, int rank, const int64_t *shape, const void *source,
                    const int64_t *sourceStrides, void *output, const int64_t *outputStrides) {
  int64_t count = 1;
  for (int d = 0; d < rank; ++d) count *= shape[d];
  if (count == 0) return;
  ck_region region = ck_merged_region(elementSize, rank, shape, sourceStrides, outputStrides);
  region.source = source;
  region.output = output;
  int last = region.rank - 1;
  bool isContiguous = region.sourceStrides[last] == 1 && region.outputStrides[last] == 1;
  if (isContiguous && last == 0) {
    ck_parallel_for(count, ck_region_bytes / elementSize, ck_region_run_range, &region);
  } else if (!isContiguous && ck_arrange_transposition(&region)) {
    region.tiles = (region.shape[last - 1] + ck_region_tile - 1) / ck_region_tile;
    int64_t items = count / (region.shape[last] * region.shape[last - 1]) * region.tiles;
    ck_parallel_for(items, ck_region_bytes * items / (count * elementSize) + 1, ck_region_tiles_range,
                    &region);
  } else {
    int64_t rowBytes = region.shape[last] * elementSize;
    ck_parallel_for(count / region.shape[last], ck_region_bytes / rowBytes + 1, ck_region_rows_range,
                    &region);
  }
}

void ck_permute(int elementSize, int rank, const int64_t *sourceShape, const int64_t *permutation,
                const void *source, void *output) {
  int64_t sourceStrides[CK_MAXIMUM_RANK], shape[CK_MAXIMUM_RANK], strides[CK_MAXIMUM_RANK];
  int64_t outputStrides[CK_MAXIMUM_RANK], stride = 1;
  for (int d = rank - 1; d >= 0; --d) {
    sourceStrides[d] = stride;
    stride *= sourceShape[d];
  }
  stride = 1;
  for (int d = rank - 1; d >= 0; --d) {
    shape[d] = sourceShape[permutation[d]];
    strides[d] = sourceStrides[permutation[d]];
    outputStrides[d] = stride;
    stride *= shape[d];
  }
  ck_copy_region(elementSize, rank, shape, source, strides, output, outputStrides);
}
