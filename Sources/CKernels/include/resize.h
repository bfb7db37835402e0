// Resizing of images [batch, height, width, channels] to a given size.
#pragma once
#include <stdint.h>

/// How an output pixel finds its input, as in PyTorch's `interpolate` with a given size.
typedef enum {
  /// Input row ⌊y·height/outputHeight⌋.
  ck_resize_nearest = 0,
  /// Between the rows around (y + ½)·height/outputHeight − ½, clamped at 0 (align_corners false).
  ck_resize_bilinear = 1,
  /// Between the rows around y·(height − 1)/(outputHeight − 1) (align_corners true).
  ck_resize_bilinear_aligned = 2,
} ck_resize_mode;

/// The geometry of one resize: [batch, height, width, channels] → [batch, outputHeight, outputWidth, channels].
typedef struct {
  int64_t batch;
  int64_t height;
  int64_t width;
  int64_t channels;
  int64_t outputHeight;
  int64_t outputWidth;
  ck_resize_mode mode;
} ck_resize_shape;

/// Bytes of scratch that the functions below need for `shape`.
int64_t ck_resize_scratch(const ck_resize_shape *shape);

/// output = input resized.
void ck_resize_forward_f32(const ck_resize_shape *shape, const float *input, float *output, void *scratch);
/// As ck_resize_forward_f32, with bfloat16 images.
void ck_resize_forward_bf16(const ck_resize_shape *shape, const uint16_t *input, uint16_t *output,
                            void *scratch);

/// The gradient of the input from the gradient of the output; overwrites inputGradient.
void ck_resize_backward_f32(const ck_resize_shape *shape, const float *outputGradient, float *inputGradient,
                            void *scratch);
/// As ck_resize_backward_f32, with bfloat16 gradients.
void ck_resize_backward_bf16(const ck_resize_shape *shape, const uint16_t *outputGradient,
                             uint16_t *inputGradient, void *scratch);
