// A mixer of neighbouring pixels without weights but a factor for each channel: pooling minus identity, in one pass.
#pragma once
#include <stdbool.h>
#include <stdint.h>

/// Images [batch, height, width, channels].
typedef struct {
  int64_t batch;
  int64_t height;
  int64_t width;
  int64_t channels;
} ck_pooling_mix_shape;

/// output = input + factors ⊙ (means − input); a mean is that of the pixels of the image among the 3×3 around a pixel.
/// @param factors [channels].
/// @param transposed Whether each pixel shares itself out among the means that it is a part of: the gradient of the input from
///   that of the output.
void ck_pooling_mix_f32(const ck_pooling_mix_shape *shape, bool transposed, const float *factors, const float *input,
                        float *output);
/// As `ck_pooling_mix_f32`, of bfloat16 images.
void ck_pooling_mix_bf16(const ck_pooling_mix_shape *shape, bool transposed, const float *factors,
                         const uint16_t *input, uint16_t *output);
