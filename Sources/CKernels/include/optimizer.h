// Optimisers over lists of parameters; one call updates a parameter group, its elements cut evenly over the
// threads.
#pragma once
#include <stdbool.h>
#include <stdint.h>

/// A parameter of `count` elements with its gradient and the optimiser's state for it.
typedef struct ck_parameter_slot {
  float *weight;
  const float *gradient;
  /// SGD: the momentum buffer (NULL without momentum). AdamW: the first moment.
  float *state0;
  /// AdamW: the second moment. SGD: not used.
  float *state1;
  int64_t count;
} ck_parameter_slot;

typedef struct ck_sgd_options {
  float learningRate;
  float momentum;
  float weightDecay;
  /// Multiplies each gradient first (clipping, accumulation).
  float gradientScale;
  bool nesterov;
} ck_sgd_options;

/// As torch.optim.SGD with dampening 0: g = gradientScale·gradient + weightDecay·w; b = momentum·b + g (b starts
/// at zero, so that it is g after the first step); w −= learningRate·(nesterov ? g + momentum·b : b). With momentum 0: w −=
/// learningRate·g.
void ck_sgd_step(const ck_parameter_slot *slots, int64_t slotCount, const ck_sgd_options *options);

typedef struct ck_adamw_options {
  float learningRate;
  float beta1;
  float beta2;
  float epsilon;
  float weightDecay;
  /// Multiplies each gradient first (clipping, accumulation).
  float gradientScale;
  /// The number of this step, the first is 1.
  int64_t step;
} ck_adamw_options;

/// As torch.optim.AdamW: w *= 1 − learningRate·weightDecay; m = β₁m + (1−β₁)g; v = β₂v + (1−β₂)g²;
/// w −= learningRate/(1−β₁ᵗ) · m / (√v/√(1−β₂ᵗ) + ε). States must be zeros before step 1.
void ck_adamw_step(const ck_parameter_slot *slots, int64_t slotCount, const ck_adamw_options *options);

/// Σ gradient² over all slots.
double ck_gradient_sum_of_squares(const ck_parameter_slot *slots, int64_t slotCount);

/// An exponential moving average of `count` weights.
typedef struct ck_average_slot {
  float *average;
  const float *weight;
  int64_t count;
} ck_average_slot;

/// average = decay·average + (1 − decay)·weight
void ck_average_step(const ck_average_slot *slots, int64_t slotCount, float decay);
