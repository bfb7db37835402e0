// Blocks of the products of pointwise convolutions, whose sums stay in registers, and what they fetch meanwhile.
#pragma once
#include "pointwise_panels.h"

enum {
  /// Vectors of columns in a block, at most.
  ck_block_vectors = 3,
  /// Rows of a block of outer products: with three vectors 24 of 32 registers hold sums.
  ck_outer_rows = 8,
  /// Rows of a product's block of one vector; fewer with more vectors, see `ck_product_rows`.
  ck_product_most_rows = 24,
};

/// The vectors of the next block where `left` vectors are left: threes, and twos rather than a single one.
CK_INLINE int ck_block_size(int64_t left) {
  if (left == 1) return 1;
  return left == 2 || left == 4 ? 2 : 3;
}

/// Packs the rows begin ..< end of a matrix [rows, columns] into blocks [block of columns][row][16·vectors], with zeros
/// beyond the last column; neighbours in a column or row are `rowStride` or `columnStride` apart.
CK_INLINE void ck_pack_blocks(const float *matrix, int64_t rows, int64_t rowStride, int64_t columns,
                              int64_t columnStride, int64_t begin, int64_t end, float *packed) {
  const int64_t vectors = ck_pointwise_panels(columns);
  for (int64_t vector = 0; vector < vectors;) {
    const int size = ck_block_size(vectors - vector);
    const int64_t column = vector * ck_pointwise_lanes, width = size * ck_pointwise_lanes;
    const int64_t count = columns - column < width ? columns - column : width;
    for (int64_t row = begin; row < end; ++row) {
      const float *source = matrix + row * rowStride + column * columnStride;
      float *target = packed + column * rows + row * width;
      for (int64_t i = 0; i < count; ++i) target[i] = source[i * columnStride];
      memset(target + count, 0, (size_t)(width - count) * sizeof(float));
    }
    vector += size;
  }
}

CK_INLINE int ck_product_rows(int vectors) { return vectors == 1 ? 24 : vectors == 2 ? 12 : 8; }

enum { ck_fetch_ranges = 4 };

/// Memory that the next rows will be read from and written to. While a block multiplies, lines of it come into the second cache: the
/// processor's own prefetching does not look that far ahead, and would leave the arithmetic waiting.
typedef struct {
  const char *next[ck_fetch_ranges];
  int64_t lines[ck_fetch_ranges];
} ck_fetch;

/// What a block fetches: two lines each step.
typedef struct {
  const char *address;
  int64_t step;
} ck_fetch_part;

CK_INLINE void ck_fetch_add(ck_fetch *fetch, int range, const float *elements, int64_t count) {
  fetch->next[range] = (const char *)elements;
  fetch->lines[range] = (count * (int64_t)sizeof(float) + ck_line_bytes - 1) / ck_line_bytes;
}

/// What a block of `steps` steps fetches; where nothing is left, the line at `idle` again and again.
CK_INLINE ck_fetch_part ck_fetch_take(ck_fetch *fetch, int64_t steps, const float *idle) {
  for (int range = 0; range < ck_fetch_ranges; ++range) {
    if (fetch->lines[range] <= 0) continue;
    const ck_fetch_part part = {fetch->next[range], 2 * ck_line_bytes};
    fetch->next[range] += 2 * steps * ck_line_bytes;
    fetch->lines[range] -= 2 * steps;
    return part;
  }
  return (ck_fetch_part){(const char *)idle, 0};
}

CK_INLINE void ck_fetch_step(ck_fetch_part *part) {
  __builtin_prefetch(part->address, 0, 2);
  __builtin_prefetch(part->address + (part->step ? ck_line_bytes : 0), 0, 2);
  part->address += part->step;
}

/// sums[row][…] (+)= Σ over `count` items of left[item][row] · right[item][…], of eight rows and some (constant) vectors of
/// columns, each `stride` behind the one before.
CK_INLINE void ck_outer_block(const float *left, const float *right, int64_t stride, int64_t count, const int vectors,
                              bool isFirst, float *sums, ck_fetch_part fetch) {
  ck_lanes totals[ck_outer_rows][ck_block_vectors];
  CK_UNROLL for (int row = 0; row < ck_outer_rows; ++row) {
    CK_UNROLL for (int part = 0; part < vectors; ++part) {
      if (isFirst) totals[row][part] = (ck_lanes){0};
      else memcpy(&totals[row][part], sums + (row * vectors + part) * ck_pointwise_lanes, sizeof(ck_lanes));
    }
  }
  for (int64_t item = 0; item < count; ++item, left += ck_pointwise_lanes, right += ck_pointwise_lanes) {
    ck_fetch_step(&fetch);
    ck_lanes columns[ck_block_vectors];
    CK_UNROLL for (int part = 0; part < vectors; ++part) {
      memcpy(columns + part, right + part * stride, sizeof(ck_lanes));
    }
    CK_UNROLL for (int row = 0; row < ck_outer_rows; ++row) {
      CK_UNROLL for (int part = 0; part < vectors; ++part) totals[row][part] += columns[part] * left[row];
    }
  }
  CK_UNROLL for (int row = 0; row < ck_outer_rows; ++row) {
    CK_UNROLL for (int part = 0; part < vectors; ++part) {
      memcpy(sums + (row * vectors + part) * ck_pointwise_lanes, &totals[row][part], sizeof(ck_lanes));
    }
  }
}

/// target[row][…] = Σ over `channels` of panels[row][channel] · packed[channel][…], of some (constant) rows and vectors; of
/// the block `rowsLeft` rows and `columnsLeft` columns are wanted at most. `bias` is added where it is not NULL.
CK_INLINE void ck_product_block(const float *panels, int64_t stride, int64_t channels, const float *packed,
                                const float *bias, const int rows, const int vectors, float *target, int64_t targetStride,
                                int64_t rowsLeft, int64_t columnsLeft, ck_fetch_part fetch) {
  ck_lanes totals[ck_product_most_rows][ck_block_vectors];
  const int64_t width = vectors * ck_pointwise_lanes;
  CK_UNROLL for (int row = 0; row < rows; ++row) {
    CK_UNROLL for (int part = 0; part < vectors; ++part) {
      if (bias) memcpy(&totals[row][part], bias + part * ck_pointwise_lanes, sizeof(ck_lanes));
      else totals[row][part] = (ck_lanes){0};
    }
  }
  for (int64_t channel = 0; channel < channels; channel += ck_pointwise_lanes, panels += stride) {
    const int64_t count = channels - channel < ck_pointwise_lanes ? channels - channel : ck_pointwise_lanes;
    for (int64_t lane = 0; lane < count; ++lane, packed += width) {
      ck_fetch_step(&fetch);
      ck_lanes columns[ck_block_vectors];
      CK_UNROLL for (int part = 0; part < vectors; ++part) {
        memcpy(columns + part, packed + part * ck_pointwise_lanes, sizeof(ck_lanes));
      }
      CK_UNROLL for (int row = 0; row < rows; ++row) {
        const float factor = panels[row * ck_pointwise_lanes + lane];
        CK_UNROLL for (int part = 0; part < vectors; ++part) totals[row][part] += columns[part] * factor;
      }
    }
  }
  if (rowsLeft >= rows && columnsLeft >= width) {
    CK_UNROLL for (int row = 0; row < rows; ++row) {
      CK_UNROLL for (int part = 0; part < vectors; ++part) {
        memcpy(target + row * targetStride + part * ck_pointwise_lanes, &totals[row][part], sizeof(ck_lanes));
      }
    }
    return;
  }
  float block[ck_product_most_rows][ck_block_vectors * ck_pointwise_lanes];
  CK_UNROLL for (int row = 0; row < rows; ++row) memcpy(block[row], totals[row], sizeof totals[row]);
  const size_t bytes = (size_t)(columnsLeft < width ? columnsLeft : width) * sizeof(float);
  for (int64_t row = 0; row < rows && row < rowsLeft; ++row) memcpy(target + row * targetStride, block[row], bytes);
}

/// target[row][…] = Σ over `channels` of panels[row][channel] · packed[…][channel][…], of `count` rows and all columns, and bias
/// where it is not NULL; the weights are in blocks of vectors of columns, the bias fills whole vectors.
CK_INLINE void ck_product_group(const float *panels, int64_t stride, int64_t channels, const float *packed,
                                const float *bias, int64_t columns, int64_t count, float *target, ck_fetch *fetch) {
  const int64_t vectors = ck_pointwise_panels(columns);
  for (int64_t vector = 0; vector < vectors;) {
    const int size = ck_block_size(vectors - vector), rows = ck_product_rows(size);
    const int64_t column = vector * ck_pointwise_lanes;
    for (int64_t row = 0; row < count; row += rows) {
      const ck_fetch_part part = ck_fetch_take(fetch, channels, panels);
#define PRODUCT_BLOCK(rows, vectors)                                                                    \
  ck_product_block(panels + row * ck_pointwise_lanes, stride, channels, packed + column * channels,     \
                   bias ? bias + column : 0, rows, vectors, target + row * columns + column, columns,   \
                   count - row, columns - column, part)
      if (size == 3) PRODUCT_BLOCK(8, 3);
      else if (size == 2) PRODUCT_BLOCK(12, 2);
      else PRODUCT_BLOCK(24, 1);
#undef PRODUCT_BLOCK
    }
    vector += size;
  }
}
