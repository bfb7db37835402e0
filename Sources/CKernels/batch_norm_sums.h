// What batch norms share with kernels that do a part of their work on the way.
#pragma once
#include "activation_math.h"
#include "norm_operand.h"

/// Calls `loop(kind, …)` with a constant for the activation at hand: the list of those that are a part of a norm. The others
/// count as the identity.
#define CK_FOR_FUSED(activation, loop, ...)                                          \
  switch (activation) {                                                              \
    case ck_activation_relu: loop(ck_activation_relu, __VA_ARGS__); break;           \
    case ck_activation_relu6: loop(ck_activation_relu6, __VA_ARGS__); break;         \
    case ck_activation_geluErf: loop(ck_activation_geluErf, __VA_ARGS__); break;     \
    case ck_activation_silu: loop(ck_activation_silu, __VA_ARGS__); break;           \
    case ck_activation_hardSwish: loop(ck_activation_hardSwish, __VA_ARGS__); break; \
    default: loop(ck_activation_identity, __VA_ARGS__); break;                       \
  }

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
