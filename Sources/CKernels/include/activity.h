// Which elements of a matrix [rows, channels] a rectifier (relu, relu6) lets through, one bit each: all that its backward pass
// needs of the forward pass. Byte c of block b holds the rows 8b ..< 8b + 8 of channel c, the first row in the lowest bit.
#pragma once
#include <stdint.h>

#include "activation.h"
#include "patches.h"

/// The bytes of the bits of a matrix: ⌈rows / 8⌉ · channels.
int64_t ck_activity_bytes(int64_t rows, int64_t channels);

/// output = act(input·scale + shift + residual), and the bits; residual may be NULL, activation is relu or relu6.
void ck_activity_normalize_f32(const float *input, const float *residual, const float *scale, const float *shift,
                               ck_activation activation, float *output, uint8_t *activity, int64_t rows,
                               int64_t channels);
/// As ck_activity_normalize_f32, of bfloat16 input, residual and output.
void ck_activity_normalize_bf16(const uint16_t *input, const uint16_t *residual, const float *scale,
                                const float *shift, ck_activation activation, uint16_t *output, uint8_t *activity,
                                int64_t rows, int64_t channels);

/// inputGradient = scale · dz and residualGradient = dz, with dz = outputGradient where the bit is set, else 0. Either result may
/// be NULL, and either may be outputGradient.
void ck_activity_backward_f32(const float *outputGradient, const uint8_t *activity, const float *scale,
                              float *inputGradient, float *residualGradient, int64_t rows, int64_t channels);
/// As ck_activity_backward_f32, of bfloat16 gradients.
void ck_activity_backward_bf16(const uint16_t *outputGradient, const uint8_t *activity, const float *scale,
                               uint16_t *inputGradient, uint16_t *residualGradient, int64_t rows, int64_t channels);

/// Bytes of scratch space that ck_activity_sums needs.
int64_t ck_activity_scratch(int64_t channels);

/// sums[c] = Σ over the rows of outputGradient where the bit is set.
void ck_activity_sums_f32(const float *outputGradient, const uint8_t *activity, float *sums, void *scratch, int64_t rows,
                          int64_t channels);
/// As ck_activity_sums_f32, of bfloat16 gradients.
void ck_activity_sums_bf16(const uint16_t *outputGradient, const uint8_t *activity, float *sums, void *scratch,
                           int64_t rows, int64_t channels);

/// fractions [batch, rows, columns, channels] = the share of set bits among the pixels of each patch that are in the image; 0
/// where there are none. The rows of the matrix are the pixels of the grid's images.
void ck_activity_fractions(const ck_patch_grid *grid, const uint8_t *activity, float *fractions);
