// Depthwise convolution in two dimensions: every channel is filtered alone (channel multiplier 1).
#pragma once
#include <stdint.h>

#include "norm_operand.h"

/// The geometry of one depthwise convolution. Padding below and to the right follows from the output size:
/// taps that fall outside the input count as zero, on every side.
typedef struct {
  int64_t batch;
  int64_t height;
  int64_t width;
  int64_t channels;
  int64_t outputHeight;
  int64_t outputWidth;
  int64_t kernelHeight;
  int64_t kernelWidth;
  int64_t strideHeight;
  int64_t strideWidth;
  int64_t dilationHeight;
  int64_t dilationWidth;
  int64_t paddingTop;
  int64_t paddingLeft;
} ck_depthwise_shape;

/// What is done to each input element on the way in, act(scale[c]·x + shift[c]), rounded as
/// `ck_batch_norm_apply` rounds it; taps in the padding stay zero. The activation is one that
/// `ck_batch_norm_fuses`.
typedef struct {
  const float *scale;
  const float *shift;
  ck_activation activation;
} ck_depthwise_transform;

/// Bytes of scratch that any of the functions below needs for `shape` with the present thread count.
int64_t ck_depthwise_scratch(const ck_depthwise_shape *shape);

/// output[n, y, x, c] = bias[c] + Σ over (i, j) of input[n, v, u, c] · weight[c, 0, i, j], where
///   v = y·strideHeight − paddingTop + i·dilationHeight, u = x·strideWidth − paddingLeft + j·dilationWidth.
/// input [batch, height, width, channels], output [batch, outputHeight, outputWidth, channels],
/// weight [channels, 1, kernelHeight, kernelWidth], bias [channels] or null.
/// `transform`, unless null, is applied to the input as it is read.
void ck_depthwise_forward_f32(const ck_depthwise_shape *shape, const float *input,
                              const ck_depthwise_transform *transform, const float *weight,
                              const float *bias, float *output, void *scratch);
/// As ck_depthwise_forward_f32, with bfloat16 input and output.
void ck_depthwise_forward_bf16(const ck_depthwise_shape *shape, const uint16_t *input,
                               const ck_depthwise_transform *transform, const float *weight,
                               const float *bias, uint16_t *output, void *scratch);

/// Bytes that packed weights take.
int64_t ck_depthwise_packed_size(const ck_depthwise_shape *shape);

/// Brings weight and bias (or null) into the order in which `ck_depthwise_infer_f32` reads them.
void ck_depthwise_pack_f32(const ck_depthwise_shape *shape, const float *weight, const float *bias, void *packed);
/// As ck_depthwise_pack_f32, for `ck_depthwise_infer_bf16`.
void ck_depthwise_pack_bf16(const ck_depthwise_shape *shape, const float *weight, const float *bias, void *packed);

/// output = act(the result of ck_depthwise_forward_f32 without a transform), from packed weights.
void ck_depthwise_infer_f32(const ck_depthwise_shape *shape, const float *input, const void *packed,
                            ck_activation activation, float *output, void *scratch);
/// As ck_depthwise_infer_f32, with bfloat16 input and output.
void ck_depthwise_infer_bf16(const ck_depthwise_shape *shape, const uint16_t *input, const void *packed,
                             ck_activation activation, uint16_t *output, void *scratch);

/// The gradient of the input from the gradient of the output; overwrites inputGradient, shaped as the input.
void ck_depthwise_backward_data_f32(const ck_depthwise_shape *shape, const float *outputGradient,
                                    const float *weight, float *inputGradient, void *scratch);
/// As ck_depthwise_backward_data_f32, with bfloat16 gradients.
void ck_depthwise_backward_data_bf16(const ck_depthwise_shape *shape, const uint16_t *outputGradient,
                                     const float *weight, uint16_t *inputGradient, void *scratch);

/// The gradient of the weights, and of the bias unless biasGradient is null; overwrites both.
/// They are float32 and shaped as weight and bias. Sums run by worker and are combined in worker order.
/// `transform`, unless null, is applied to the input as it is read.
void ck_depthwise_backward_weights_f32(const ck_depthwise_shape *shape, const float *input,
                                       const ck_depthwise_transform *transform,
                                       const float *outputGradient, float *weightGradient,
                                       float *biasGradient, void *scratch);
/// As ck_depthwise_backward_weights_f32, with bfloat16 input and output gradient.
void ck_depthwise_backward_weights_bf16(const ck_depthwise_shape *shape, const uint16_t *input,
                                        const ck_depthwise_transform *transform,
                                        const uint16_t *outputGradient, float *weightGradient,
                                        float *biasGradient, void *scratch);

/// Bytes of scratch that `ck_depthwise_backward_f32` needs with the present thread count.
int64_t ck_depthwise_backward_scratch(const ck_depthwise_shape *shape);

/// The gradients of input, weights and bias (unless biasGradient is null) in one pass over the output gradient, which is
/// read as it is or as the gradient of a norm. `watch` may be null.
void ck_depthwise_backward_f32(const ck_depthwise_shape *shape, const float *input,
                               const ck_depthwise_transform *transform, const ck_norm_operand *outputGradient,
                               const float *weight, float *inputGradient, float *weightGradient, float *biasGradient,
                               const ck_norm_watch *watch, void *scratch);
