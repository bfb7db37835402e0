#include "activation.h"

#include "activation_math.h"
#include "bfloat16.h"
#include "parallel.h"

enum { ck_activation_grain = 8192 };

/// Calls `loop(kind, …)` with a constant for the kind at hand.
#define CK_FOR_ACTIVATION(kind, loop, ...)                                               \
  switch (kind) {                                                                        \
    case ck_activation_identity: loop(ck_activation_identity, __VA_ARGS__); break;       \
    case ck_activation_relu: loop(ck_activation_relu, __VA_ARGS__); break;               \
    case ck_activation_relu6: loop(ck_activation_relu6, __VA_ARGS__); break;             \
    case ck_activation_geluErf: loop(ck_activation_geluErf, __VA_ARGS__); break;         \
    case ck_activation_silu: loop(ck_activation_silu, __VA_ARGS__); break;               \
    case ck_activation_hardSwish: loop(ck_activation_hardSwish, __VA_ARGS__); break;     \
    case ck_activation_hardSigmoid: loop(ck_activation_hardSigmoid, __VA_ARGS__); break; \
    case ck_activation_sigmoid: loop(ck_activation_sigmoid, __VA_ARGS__); break;         \
    case ck_activation_tanh: loop(ck_activation_tanh, __VA_ARGS__); break;               \
  }

bool ck_activation_has_output_derivative(ck_activation kind) {
  switch (kind) {
    case ck_activation_geluErf:
    case ck_activation_silu:
    case ck_activation_hardSwish: return false;
    default: return true;
  }
}

#include "element_f32.inc"
#include "activation.inc"
#include "element_bf16.inc"
#include "activation.inc"
