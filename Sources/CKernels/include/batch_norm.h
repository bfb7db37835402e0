// Batch normalisation of a matrix [rows, channels] (an image batch has rows = N·H·W), fused with an
// activation and a residual addition:  y = act(z),  z = x·scale + shift (+ residual),  scale = γ/√(variance +
// ε),  shift = β − mean·scale.
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "activation.h"

/// Whether the activation can be fused, as the identity can. The others take a call of their own.
bool ck_batch_norm_fuses(ck_activation activation);

/// Bytes of scratch space that the statistics and the sums of the backward pass need.
int64_t ck_batch_norm_scratch(int64_t channels);

/// Starts the statistics of an image batch that is seen band by band; `sample` holds the first rows, which the sums are
/// taken around.
void ck_batch_norm_statistics_begin_f32(const float *sample, int64_t rows, int64_t channels, void *scratch);
/// As `ck_batch_norm_statistics_begin_f32`, of bfloat16 input.
void ck_batch_norm_statistics_begin_bf16(const uint16_t *sample, int64_t rows, int64_t channels, void *scratch);

/// Adds a band of input, [rows, channels].
void ck_batch_norm_statistics_add_f32(const float *input, int64_t rows, int64_t channels, void *scratch);
/// As `ck_batch_norm_statistics_add_f32`, of bfloat16 input.
void ck_batch_norm_statistics_add_bf16(const uint16_t *input, int64_t rows, int64_t channels, void *scratch);

/// Mean and biased variance (division by rows) of each channel of all bands, which have `rows` together.
void ck_batch_norm_statistics_end(int64_t rows, int64_t channels, float *mean, float *variance, void *scratch);

/// running = (1 − momentum)·running + momentum·batch, where the variance of the batch is made unbiased:
/// variance · rows / (rows − 1) (as it is when rows = 1).
void ck_batch_norm_update_running(const float *mean, const float *variance, int64_t rows, float momentum,
                                  float *runningMean, float *runningVariance, int64_t channels);

/// Folds normalisation to one multiplication and one addition: inverseDeviation = 1/√(variance + epsilon),
/// scale = gamma·inverseDeviation, shift = beta − mean·scale. gamma (ones) and beta (zeros) may be NULL.
void ck_batch_norm_fold(const float *mean, const float *variance, const float *gamma, const float *beta,
                        float epsilon, float *inverseDeviation, float *scale, float *shift, int64_t channels);

/// output = act(input·scale + shift + residual); residual may be NULL, output may be input or residual.
void ck_batch_norm_apply_f32(const float *input, const float *residual, const float *scale,
                             const float *shift, ck_activation activation, float *output, int64_t rows,
                             int64_t channels);
/// As `ck_batch_norm_apply_f32`, of bfloat16 input, residual and output.
void ck_batch_norm_apply_bf16(const uint16_t *input, const uint16_t *residual, const float *scale,
                              const float *shift, ck_activation activation, uint16_t *output, int64_t rows,
                              int64_t channels);

/// What the backward pass knows of the forward pass, each array of [channels] as `ck_batch_norm_fold` made
/// it.
typedef struct ck_batch_norm_saved {
  const float *mean;
  const float *inverseDeviation;
  const float *scale;
  const float *shift;
  ck_activation activation;
} ck_batch_norm_saved;

/// Starts the sums of the backward pass over images that are seen band by band.
void ck_batch_norm_sums_begin(int64_t channels, void *scratch);

/// Adds a band, [rows, channels], to the sums over dz = outputGradient · act'(z).
/// output (may be NULL) gives act' of relu and relu6 when it is there; else z is computed again from input
/// and residual (may be NULL). With a residual and another activation than identity one of the two must be
/// given.
void ck_batch_norm_sums_add_f32(const ck_batch_norm_saved *saved, const float *input, const float *residual,
                                const float *output, const float *outputGradient, int64_t rows, int64_t channels,
                                void *scratch);
/// As `ck_batch_norm_sums_add_f32`, of bfloat16 images.
void ck_batch_norm_sums_add_bf16(const ck_batch_norm_saved *saved, const uint16_t *input, const uint16_t *residual,
                                 const uint16_t *output, const uint16_t *outputGradient, int64_t rows,
                                 int64_t channels, void *scratch);

/// betaGradient = Σ dz, gammaGradient = Σ dz·(input − mean)·inverseDeviation, over the rows of all bands.
void ck_batch_norm_sums_end(const ck_batch_norm_saved *saved, int64_t channels, float *gammaGradient,
                            float *betaGradient, void *scratch);

/// Folds what the statistics of training mode add to the input gradient: that of `ck_batch_norm_backward_apply_f32` is
/// scale·dz + slope·input + offset.
void ck_batch_norm_gradient_fold(const ck_batch_norm_saved *saved, const float *gammaGradient,
                                 const float *betaGradient, int64_t statisticsRows, float *slope, float *offset,
                                 int64_t channels);

/// inputGradient = scale·(dz − (betaGradient + x̂·gammaGradient) / statisticsRows) with x̂ = (input −
/// mean)·inverseDeviation: training mode. With gammaGradient and betaGradient both NULL: inputGradient =
/// scale·dz, the evaluation mode. residualGradient (may be NULL) receives dz. Each of the two may be
/// outputGradient, not both; residual and output as in `ck_batch_norm_sums_add_f32`. The images may be some of the
/// rows: statisticsRows is the number of all.
void ck_batch_norm_backward_apply_f32(const ck_batch_norm_saved *saved, const float *input,
                                      const float *residual, const float *output, const float *outputGradient,
                                      const float *gammaGradient, const float *betaGradient,
                                      float *inputGradient, float *residualGradient, int64_t rows,
                                      int64_t channels, int64_t statisticsRows);
/// As `ck_batch_norm_backward_apply_f32`, of bfloat16 images.
void ck_batch_norm_backward_apply_bf16(const ck_batch_norm_saved *saved, const uint16_t *input,
                                       const uint16_t *residual, const uint16_t *output,
                                       const uint16_t *outputGradient, const float *gammaGradient,
                                       const float *betaGradient, uint16_t *inputGradient,
                                       uint16_t *residualGradient, int64_t rows, int64_t channels,
                                       int64_t statisticsRows);
