// Sums, maxima and minima along an axis, and the reduction that undoes broadcasting.
#pragma once
#include <stdint.h>

/// Bytes of scratch space that `ck_reduce_sum` needs.
int64_t ck_reduce_sum_scratch(int64_t inner);

/// output [outer, inner] = scale · Σ input [outer, axis, inner] along the axis (scale 1: sum, 1/axis: mean).
void ck_reduce_sum_f32(const float *input, int64_t outer, int64_t axis, int64_t inner, float scale,
                       float *output, void *scratch);
/// As `ck_reduce_sum_f32`, of bfloat16 input and output (the sum itself is float32).
void ck_reduce_sum_bf16(const uint16_t *input, int64_t outer, int64_t axis, int64_t inner, float scale,
                        uint16_t *output, void *scratch);
/// As `ck_reduce_sum_f32`, of bfloat16 input and float32 output.
void ck_reduce_sum_bf16_f32(const uint16_t *input, int64_t outer, int64_t axis, int64_t inner, float scale,
                            float *output, void *scratch);

/// output [outer, inner] = the greatest of input [outer, axis, inner] along the axis, index (may be NULL) its
/// first position. A NaN counts as the greatest. axis must be at least 1.
void ck_reduce_maximum_f32(const float *input, int64_t outer, int64_t axis, int64_t inner, float *output,
                           int64_t *index);
/// As `ck_reduce_maximum_f32`, of bfloat16.
void ck_reduce_maximum_bf16(const uint16_t *input, int64_t outer, int64_t axis, int64_t inner,
                            uint16_t *output, int64_t *index);
/// output [outer, inner] = the least along the axis, index (may be NULL) its first position. A NaN counts as
/// the least. axis must be at least 1.
void ck_reduce_minimum_f32(const float *input, int64_t outer, int64_t axis, int64_t inner, float *output,
                           int64_t *index);
/// As `ck_reduce_minimum_f32`, of bfloat16.
void ck_reduce_minimum_bf16(const uint16_t *input, int64_t outer, int64_t axis, int64_t inner,
                            uint16_t *output, int64_t *index);

/// Bytes of scratch space that `ck_sum_to_shape` needs.
int64_t ck_sum_to_shape_scratch(int rank, const int64_t *inputShape, const int64_t *outputShape);

/// Sums a gradient back to the shape of a broadcast operand: outputShape has `rank` (0...6) entries as
/// inputShape has, each equal to the input's entry or 1; the input is summed where they differ.
void ck_sum_to_shape_f32(int rank, const int64_t *inputShape, const float *input, const int64_t *outputShape,
                         float *output, void *scratch);
/// As `ck_sum_to_shape_f32`, of bfloat16 input and output.
void ck_sum_to_shape_bf16(int rank, const int64_t *inputShape, const uint16_t *input,
                          const int64_t *outputShape, uint16_t *output, void *scratch);
/// As `ck_sum_to_shape_f32`, of bfloat16 input and float32 output.
void ck_sum_to_shape_bf16_f32(int rank, const int64_t *inputShape, const uint16_t *input,
                              const int64_t *outputShape, float *output, void *scratch);
