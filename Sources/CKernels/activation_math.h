// The activations of one number; called with a constant kind, so that the switch is gone after inlining.
#pragma once
#include "activation.h"
#include "vector_math.h"

/// f(x)
CK_INLINE float ck_activate(ck_activation kind, float x) {
  switch (kind) {
    case ck_activation_identity: return x;
    case ck_activation_relu: return x < 0.0f ? 0.0f : x;
    case ck_activation_relu6: return ck_clamp(x, 0.0f, 6.0f);
    case ck_activation_geluErf: return x * ck_normal_cumulative(x);
    case ck_activation_silu: return x * ck_sigmoid(x);
    case ck_activation_hardSwish: return x * ck_clamp(x + 3.0f, 0.0f, 6.0f) * (1.0f / 6.0f);
    case ck_activation_hardSigmoid: return ck_clamp(x + 3.0f, 0.0f, 6.0f) * (1.0f / 6.0f);
    case ck_activation_sigmoid: return ck_sigmoid(x);
    case ck_activation_tanh: return ck_tanh(x);
  }
  return x;
}

/// f'(x)
CK_INLINE float ck_activation_derivative(ck_activation kind, float x) {
  float value;
  switch (kind) {
    case ck_activation_identity: return 1.0f;
    case ck_activation_relu: return x > 0.0f ? 1.0f : 0.0f;
    case ck_activation_relu6: return x > 0.0f ? (x < 6.0f ? 1.0f : 0.0f) : 0.0f;
    case ck_activation_geluErf: return ck_gelu_slope(x);
    case ck_activation_silu: value = ck_sigmoid(x); return value * (1.0f + x * (1.0f - value));
    case ck_activation_hardSwish:
      value = x * (1.0f / 3.0f) + 0.5f;
      value = x > -3.0f ? value : 0.0f;
      return x < 3.0f ? value : 1.0f;
    case ck_activation_hardSigmoid: return x > -3.0f ? (x < 3.0f ? 1.0f / 6.0f : 0.0f) : 0.0f;
    case ck_activation_sigmoid: value = ck_sigmoid(x); return value * (1.0f - value);
    case ck_activation_tanh: value = ck_tanh(x); return 1.0f - value * value;
  }
  return 1.0f;
}

/// f'(x) from y = f(x), for the kinds of `ck_activation_has_output_derivative`.
CK_INLINE float ck_activation_derivative_of_output(ck_activation kind, float y) {
  switch (kind) {
    case ck_activation_relu: return y > 0.0f ? 1.0f : 0.0f;
    case ck_activation_relu6: return y > 0.0f ? (y < 6.0f ? 1.0f : 0.0f) : 0.0f;
    case ck_activation_hardSigmoid: return y > 0.0f ? (y < 1.0f ? 1.0f / 6.0f : 0.0f) : 0.0f;
    case ck_activation_sigmoid: return y * (1.0f - y);
    case ck_activation_tanh: return 1.0f - y * y;
    default: return 1.0f;
  }
}
