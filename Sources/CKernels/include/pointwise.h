// Pointwise (1×1) convolutions and their gradients: matrix products over all pixels, whose operands are normalised, or
// taken through the gradient of a normalisation, while they are read.
#pragma once
#include <stdint.h>

#include "norm_operand.h"

/// Bytes of the weights and bias as `ck_pointwise_forward` reads them.
int64_t ck_pointwise_packed_size(int64_t inputs, int64_t outputs);

/// Writes weights [outputs, inputs] and bias [outputs] (zeros where it is NULL) as `ck_pointwise_forward` reads them.
void ck_pointwise_pack(int64_t inputs, int64_t outputs, const float *weight, const float *bias, float *packed);

/// Bytes of scratch that `ck_pointwise_forward` needs with the present thread count.
int64_t ck_pointwise_forward_scratch(int64_t inputs);

/// output[row, o] = bias[o] + Σ over i of input[row, i] · weight[o, i]
void ck_pointwise_forward(int64_t rows, int64_t inputs, int64_t outputs, const ck_norm_operand *input,
                          const float *packed, float *output, void *scratch);

/// Bytes of scratch that `ck_pointwise_backward` needs with the present thread count.
int64_t ck_pointwise_backward_scratch(int64_t inputs, int64_t outputs);

/// What `ck_pointwise_backward` fills; NULL where not wanted.
typedef struct ck_pointwise_gradients {
  float *input;   // [rows, inputs]: Σ over o of outputGradient[row, o] · weight[o, i]
  float *weight;  // [outputs, inputs]: Σ over rows of outputGradient[row, o] · input[row, i]
  float *bias;    // [outputs]: Σ over rows of outputGradient[row, o]
} ck_pointwise_gradients;

/// The gradients of a pointwise convolution. `input` may be NULL where no gradient of the weight is wanted, `weight` where
/// none of the input is, `watch` always.
void ck_pointwise_backward(int64_t rows, int64_t inputs, int64_t outputs, const ck_norm_operand *input,
                           const ck_norm_operand *outputGradient, const float *weight,
                           const ck_pointwise_gradients *gradients, const ck_norm_watch *watch, void *scratch);
