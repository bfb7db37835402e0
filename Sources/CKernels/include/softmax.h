// Softmax, log-softmax and the cross-entropy loss over the last dimension of [rows, width].
#pragma once
#include <stdint.h>

/// output = eˣ / Σ eˣ along each row of [rows, width]; output may be input.
void ck_softmax_forward_f32(const float *input, float *output, int64_t rows, int64_t width);
/// As `ck_softmax_forward_f32`, of bfloat16.
void ck_softmax_forward_bf16(const uint16_t *input, uint16_t *output, int64_t rows, int64_t width);

/// inputGradient = y·(outputGradient − Σ outputGradient·y) with y the output of softmax; inputGradient may be
/// outputGradient.
void ck_softmax_backward_f32(const float *output, const float *outputGradient, float *inputGradient,
                             int64_t rows, int64_t width);
/// As `ck_softmax_backward_f32`, of bfloat16.
void ck_softmax_backward_bf16(const uint16_t *output, const uint16_t *outputGradient, uint16_t *inputGradient,
                              int64_t rows, int64_t width);

/// output = x − log Σ eˣ along each row of [rows, width]; output may be input.
void ck_log_softmax_forward_f32(const float *input, float *output, int64_t rows, int64_t width);
/// As `ck_log_softmax_forward_f32`, of bfloat16.
void ck_log_softmax_forward_bf16(const uint16_t *input, uint16_t *output, int64_t rows, int64_t width);

/// inputGradient = outputGradient − eʸ·Σ outputGradient with y the output of log-softmax; inputGradient may
/// be outputGradient.
void ck_log_softmax_backward_f32(const float *output, const float *outputGradient, float *inputGradient,
                                 int64_t rows, int64_t width);
/// As `ck_log_softmax_backward_f32`, of bfloat16.
void ck_log_softmax_backward_bf16(const uint16_t *output, const uint16_t *outputGradient,
                                  uint16_t *inputGradient, int64_t rows, int64_t width);

/// The index of the first label that is neither in 0 ..< classes nor ignoreIndex, or −1.
int64_t ck_first_invalid_label(const int64_t *labels, int64_t rows, int64_t classes, int64_t ignoreIndex);

/// The loss −Σₖ tₖ log pₖ of each row, p = softmax(logits), t = (1 − labelSmoothing)·onehot(label) +
/// labelSmoothing/classes; 0 for rows whose label is ignoreIndex. All other labels must lie in 0 ..< classes.
/// logitsGradient (may be NULL, may be logits) receives gradientScale·(p − t), zeros for ignored rows.
void ck_cross_entropy_f32(const float *logits, const int64_t *labels, int64_t rows, int64_t classes,
                          float labelSmoothing, int64_t ignoreIndex, float *losses, float gradientScale,
                          float *logitsGradient);
/// As `ck_cross_entropy_f32`, of bfloat16 logits and gradients.
void ck_cross_entropy_bf16(const uint16_t *logits, const int64_t *labels, int64_t rows, int64_t classes,
                           float labelSmoothing, int64_t ignoreIndex, float *losses, float gradientScale,
                           uint16_t *logitsGradient);

/// The loss −Σₖ tₖ log pₖ of each row for soft labels, t = (1 − labelSmoothing)·targets +
/// labelSmoothing/classes, targets [rows, classes]. logitsGradient (may be NULL, may be logits) receives
/// gradientScale·(p·Σ t − t).
void ck_cross_entropy_soft_f32(const float *logits, const float *targets, int64_t rows, int64_t classes,
                               float labelSmoothing, float *losses, float gradientScale,
                               float *logitsGradient);
/// As `ck_cross_entropy_soft_f32`, of bfloat16 logits and gradients (targets stay float32).
void ck_cross_entropy_soft_bf16(const uint16_t *logits, const float *targets, int64_t rows, int64_t classes,
                                float labelSmoothing, float *losses, float gradientScale,
                                uint16_t *logitsGradient);
