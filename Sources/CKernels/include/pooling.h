// Pooling in two dimensions over images [batch, height, width, channels].
#pragma once
#include <stdint.h>

/// The geometry of a pooling. A ceil-mode output size is allowed: windows are cut at the border of the image.
/// Every window must hold at least one pixel of the input (PyTorch's rule for padding and ceil mode ensures it).
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
  /// Dilation is for max pooling; average pooling takes 1.
  int64_t dilationHeight;
  int64_t dilationWidth;
  int64_t paddingTop;
  int64_t paddingLeft;
  /// The end paddings count only for average pooling that includes padding in its divisor.
  int64_t paddingBottom;
  int64_t paddingRight;
} ck_pooling_shape;

/// output = the largest pixel of each window; padding is −∞, NaN wins over all.
/// offsets (uint8, shape of the output, or null when no backward follows) gets the place of that pixel inside its
/// window, row · kernelWidth + column; hence kernelHeight · kernelWidth ≤ 256 when offsets are wanted.
/// Of equal pixels the first wins, of several NaN the last.
void ck_max_pool_forward_f32(const ck_pooling_shape *shape, const float *input, float *output,
                             uint8_t *offsets);
/// As ck_max_pool_forward_f32, with bfloat16 images.
void ck_max_pool_forward_bf16(const ck_pooling_shape *shape, const uint16_t *input, uint16_t *output,
                              uint8_t *offsets);

/// Sends each output gradient to the pixel that was the largest; overwrites inputGradient.
void ck_max_pool_backward_f32(const ck_pooling_shape *shape, const float *outputGradient,
                              const uint8_t *offsets, float *inputGradient);
/// As ck_max_pool_backward_f32, with bfloat16 gradients.
void ck_max_pool_backward_bf16(const ck_pooling_shape *shape, const uint16_t *outputGradient,
                               const uint8_t *offsets, uint16_t *inputGradient);

/// output = the mean of each window. With countIncludePadding ≠ 0 the divisor counts the padded pixels of the window
/// (not those beyond the padding, which ceil mode can reach), else the pixels of the input alone, as in PyTorch.
void ck_average_pool_forward_f32(const ck_pooling_shape *shape, int countIncludePadding, const float *input,
                                 float *output);
/// As ck_average_pool_forward_f32, with bfloat16 images.
void ck_average_pool_forward_bf16(const ck_pooling_shape *shape, int countIncludePadding,
                                  const uint16_t *input, uint16_t *output);

/// The gradient of average pooling; overwrites inputGradient.
void ck_average_pool_backward_f32(const ck_pooling_shape *shape, int countIncludePadding,
                                  const float *outputGradient, float *inputGradient);
/// As ck_average_pool_backward_f32, with bfloat16 gradients.
void ck_average_pool_backward_bf16(const ck_pooling_shape *shape, int countIncludePadding,
                                   const uint16_t *outputGradient, uint16_t *inputGradient);

/// The geometry of a pooling whose windows follow from the two sizes:
/// output row y averages the input rows ⌊y·height/outputHeight⌋ ..< ⌈(y+1)·height/outputHeight⌉; columns likewise.
typedef struct {
  int64_t batch;
  int64_t height;
  int64_t width;
  int64_t channels;
  int64_t outputHeight;
  int64_t outputWidth;
} ck_adaptive_pooling_shape;

/// output [batch, outputHeight, outputWidth, channels] = the mean of each window; 1 × 1 is global average pooling.
void ck_adaptive_average_pool_forward_f32(const ck_adaptive_pooling_shape *shape, const float *input,
                                          float *output);
/// As ck_adaptive_average_pool_forward_f32, with bfloat16 images.
void ck_adaptive_average_pool_forward_bf16(const ck_adaptive_pooling_shape *shape, const uint16_t *input,
                                           uint16_t *output);

/// The gradient of adaptive average pooling; overwrites inputGradient.
void ck_adaptive_average_pool_backward_f32(const ck_adaptive_pooling_shape *shape,
                                           const float *outputGradient, float *inputGradient);
/// As ck_adaptive_average_pool_backward_f32, with bfloat16 gradients.
void ck_adaptive_average_pool_backward_bf16(const ck_adaptive_pooling_shape *shape,
                                            const uint16_t *outputGradient, uint16_t *inputGradient);
