// Layer normalisation over the last dimension and group normalisation of channels-last images.
#pragma once
#include <stdint.h>

/// output = (input − mean)·inverseDeviation·gamma + beta for each row of [rows, channels], with
/// inverseDeviation = 1/√(biased variance + epsilon). gamma and beta [channels] may be NULL; mean and
/// inverseDeviation [rows] are saved for the backward pass (both NULL: not kept). output may be input.
void ck_layer_norm_forward_f32(const float *input, const float *gamma, const float *beta, float epsilon,
                               float *output, float *mean, float *inverseDeviation, int64_t rows,
                               int64_t channels);
/// As `ck_layer_norm_forward_f32`, of bfloat16 input and output.
void ck_layer_norm_forward_bf16(const uint16_t *input, const float *gamma, const float *beta, float epsilon,
                                uint16_t *output, float *mean, float *inverseDeviation, int64_t rows,
                                int64_t channels);

/// Bytes of scratch space that `ck_layer_norm_backward` and `ck_group_norm_backward` need.
int64_t ck_layer_norm_scratch(int64_t channels);

/// With g = outputGradient·gamma and x̂ the normalised input:
/// inputGradient = inverseDeviation·(g − average(g) − x̂·average(g·x̂)), averages over the row;
/// gammaGradient = Σ outputGradient·x̂ and betaGradient = Σ outputGradient over the rows.
/// gamma and every result may be NULL; inputGradient may be outputGradient.
void ck_layer_norm_backward_f32(const float *input, const float *outputGradient, const float *mean,
                                const float *inverseDeviation, const float *gamma, float *inputGradient,
                                float *gammaGradient, float *betaGradient, int64_t rows, int64_t channels,
                                void *scratch);
/// As `ck_layer_norm_backward_f32`, of bfloat16 input and input gradients.
void ck_layer_norm_backward_bf16(const uint16_t *input, const uint16_t *outputGradient, const float *mean,
                                 const float *inverseDeviation, const float *gamma, uint16_t *inputGradient,
                                 float *gammaGradient, float *betaGradient, int64_t rows, int64_t channels,
                                 void *scratch);

/// The shape of a group normalisation: input [images, pixels, channels], channels cut in `groups` equal runs
/// (channels is a multiple of groups).
typedef struct ck_group_norm_shape {
  int64_t images;
  int64_t pixels;
  int64_t channels;
  int64_t groups;
} ck_group_norm_shape;

/// Normalises each group of each image over its pixels and channels, then scales by gamma and shifts by beta
/// ([channels], may be NULL). mean and inverseDeviation [images, groups] are saved. output may be input.
/// scratch: `ck_layer_norm_scratch(channels)` bytes.
void ck_group_norm_forward_f32(const ck_group_norm_shape *shape, const float *input, const float *gamma,
                               const float *beta, float epsilon, float *output, float *mean,
                               float *inverseDeviation, void *scratch);
/// As `ck_group_norm_forward_f32`, of bfloat16 input and output.
void ck_group_norm_forward_bf16(const ck_group_norm_shape *shape, const uint16_t *input, const float *gamma,
                                const float *beta, float epsilon, uint16_t *output, float *mean,
                                float *inverseDeviation, void *scratch);

/// As `ck_layer_norm_backward_f32`, with averages over each group; every result and gamma may be NULL,
/// inputGradient may be outputGradient.
void ck_group_norm_backward_f32(const ck_group_norm_shape *shape, const float *input,
                                const float *outputGradient, const float *mean, const float *inverseDeviation,
                                const float *gamma, float *inputGradient, float *gammaGradient,
                                float *betaGradient, void *scratch);
/// As `ck_group_norm_backward_f32`, of bfloat16 images.
void ck_group_norm_backward_bf16(const ck_group_norm_shape *shape, const uint16_t *input,
                                 const uint16_t *outputGradient, const float *mean,
                                 const float *inverseDeviation, const float *gamma, uint16_t *inputGradient,
                                 float *gammaGradient, float *betaGradient, void *scratch);
