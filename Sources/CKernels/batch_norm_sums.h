// A batch norm's backward pass as a part of other kernels.
#pragma once
#include "activation_math.h"
#include "norm_operand.h"

/// The gradient of a norm's input in training: scale · cotangent · act′(scale · input + shift) + slope · input + offset.
CK_INLINE float ck_norm_input_gradient(const ck_activation activation, float cotangent, float input, float scale,
                                       float shift, float slope, float offset) {
  const float dz = cotangent * ck_activation_derivative(activation, input * scale + shift);
  return dz * scale + (input * slope + offset);
}

/// Adds some rows to the sums of one worker, as `ck_batch_norm_sums_add_f32` adds a band to those of all.
void ck_batch_norm_sums_add_rows(const ck_batch_norm_saved *saved, const float *input, const float *outputGradient,
                                 int64_t rows, int64_t channels, void *scratch, int worker);

/// target = the input gradient that an operand is read as, of the rows first ..< first + count.
void ck_batch_norm_gradient_rows(const ck_norm_operand *operand, int64_t first, int64_t count, int64_t channels,
                                 float *target);
