// Moving elements without arithmetic (of 1, 2, 4 or 8 bytes), and the scatter that adds.
#pragma once
#include <stdint.h>

/// The index of the first value outside 0 ..< bound, or −1.
int64_t ck_first_out_of_range(const int64_t *values, int64_t count, int64_t bound);

/// output [count, rowBytes] = source[indices[i]]; every index must lie in the source's rows.
void ck_gather_rows(const void *source, int64_t rowBytes, const int64_t *indices, int64_t count,
                    void *output);

/// output [outer, count, blockBytes] = source [outer, extent, blockBytes] at [o, indices[i]]; every index must lie in
/// 0 ..< extent.
void ck_select_blocks(const void *source, int64_t outer, int64_t extent, int64_t blockBytes,
                      const int64_t *indices, int64_t count, void *output);
/// The reverse: output[o, indices[i]] = source[o, i]; what no index names stays as it is.
void ck_place_blocks(const void *source, int64_t outer, int64_t extent, int64_t blockBytes,
                     const int64_t *indices, int64_t count, void *output);

/// destination[indices[i]] += source[i] for source [count, width], destination [rows, width] of float32; rows
/// are added in the order of i whatever the thread count. Every index must lie in 0 ..< rows.
void ck_scatter_add_rows_f32(const float *source, const int64_t *indices, int64_t count, int64_t width,
                             float *destination, int64_t rows);
/// As `ck_scatter_add_rows_f32`, with bfloat16 source and float32 destination.
void ck_scatter_add_rows_bf16(const uint16_t *source, const int64_t *indices, int64_t count, int64_t width,
                              float *destination, int64_t rows);

/// output[o, (a + shift) mod axis] = source[o, a] for [outer, axis] blocks of innerBytes; shift may be
/// negative. output must not overlap source.
void ck_roll(const void *source, int64_t outer, int64_t axis, int64_t innerBytes, int64_t shift,
             void *output);

/// Rearranges a contiguous array of `rank` (0...6) dimensions: dimension d of the output is dimension
/// permutation[d] of the source. elementSize is 1, 2, 4 or 8; output must not overlap source.
void ck_permute(int elementSize, int rank, const int64_t *sourceShape, const int64_t *permutation,
                const void *source, void *output);

/// Copies a box of `rank` (0...6) dimensions between arrays, strides in elements (any sign): concatenation,
/// split, slice and padding. source and output point at the first element of the box and must not overlap;
/// elementSize is 1, 2, 4 or 8.
void ck_copy_region(int elementSize, int rank, const int64_t *shape, const void *source,
                    const int64_t *sourceStrides, void *output, const int64_t *outputStrides);
