// Pointwise activations and their derivatives.
#pragma once
#include <stdbool.h>
#include <stdint.h>

/// The activations that kernels know.
typedef enum ck_activation {
  /// f(x) = x
  ck_activation_identity = 0,
  /// f(x) = max(x, 0); f'(x) = 1 where x > 0.
  ck_activation_relu = 1,
  /// f(x) = min(max(x, 0), 6); f'(x) = 1 where 0 < x < 6.
  ck_activation_relu6 = 2,
  /// f(x) = x (1 + erf(x / √2)) / 2
  ck_activation_geluErf = 3,
  /// f(x) = x / (1 + e⁻ˣ)
  ck_activation_silu = 4,
  /// f(x) = x min(max(x + 3, 0), 6) / 6
  ck_activation_hardSwish = 5,
  /// f(x) = min(max(x + 3, 0), 6) / 6; f'(x) = 1/6 where −3 < x < 3.
  ck_activation_hardSigmoid = 6,
  /// f(x) = 1 / (1 + e⁻ˣ)
  ck_activation_sigmoid = 7,
  /// f(x) = tanh x
  ck_activation_tanh = 8,
} ck_activation;

/// output = f(input), `count` elements of float32; output may be input.
void ck_activation_forward_f32(ck_activation kind, const float *input, float *output, int64_t count);
/// output = f(input), `count` elements of bfloat16; output may be input.
void ck_activation_forward_bf16(ck_activation kind, const uint16_t *input, uint16_t *output, int64_t count);

/// inputGradient = outputGradient · f'(input) from the input of the forward pass; inputGradient may be
/// outputGradient.
void ck_activation_backward_f32(ck_activation kind, const float *input, const float *outputGradient,
                                float *inputGradient, int64_t count);
/// As `ck_activation_backward_f32`, of bfloat16.
void ck_activation_backward_bf16(ck_activation kind, const uint16_t *input, const uint16_t *outputGradient,
                                 uint16_t *inputGradient, int64_t count);

/// Whether the derivative can be taken from the output alone: identity, relu, relu6, sigmoid, tanh and
/// hardSigmoid.
bool ck_activation_has_output_derivative(ck_activation kind);

/// inputGradient = outputGradient · f'(x) written with y = f(x), the output of the forward pass: relu y > 0,
/// relu6 0 < y < 6, hardSigmoid 0 < y < 1, sigmoid y (1 − y), tanh 1 − y². Other kinds leave inputGradient
/// untouched; inputGradient may be outputGradient.
void ck_activation_backward_from_output_f32(ck_activation kind, const float *output,
                                            const float *outputGradient, float *inputGradient, int64_t count);
/// As `ck_activation_backward_from_output_f32`, of bfloat16.
void ck_activation_backward_from_output_bf16(ck_activation kind, const uint16_t *output,
                                             const uint16_t *outputGradient, uint16_t *inputGradient,
                                             int64_t count);
