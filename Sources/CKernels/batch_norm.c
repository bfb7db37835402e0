#include "batch_norm_sums.h"

#include <math.h>

#include "activation_math.h"
#include "bfloat16.h"
#include "parallel.h"

// The matrix [rows, channels] is walked in lines of `width` elements: as many whole rows as make a line of at
// least 256, so that few channels vectorise as well as many. Tables of channels are repeated to the width of
// a line.
enum {
  ck_line_minimum = 256,
  ck_line_short = 2 * ck_line_minimum,  // lines of several rows are shorter than this
  ck_line_stretch = 2048,               // columns whose folded constants the second backward pass keeps
  ck_lines_in_float = 128,              // lines added in float32 before the sums go to float64
  ck_samples = 8,                       // rows that estimate the mean beforehand
};

CK_INLINE int64_t ck_line_width(int64_t channels) {
  if (channels >= ck_line_minimum) return channels;
  return (ck_line_minimum + channels - 1) / channels * channels;
}

/// One more thread for every 16384 elements.
CK_INLINE int64_t ck_line_grain(int64_t width) { return (16384 + width - 1) / width; }

CK_INLINE const float *ck_repeated(const float *table, int64_t channels, int64_t width, float *storage) {
  if (width == channels) return table;
  for (int64_t i = 0; i < width; i += channels) memcpy(storage + i, table, (size_t)channels * sizeof(float));
  return storage;
}

/// The part of the scratch space that one worker sums in.
typedef struct {
  float *line0, *line1;     // [width], float32 sums of some lines
  double *total0, *total1;  // [channels]
} ck_channel_sums;

CK_INLINE int64_t ck_channel_sums_size(int64_t channels) {
  int64_t bytes =
      ck_line_width(channels) * 2 * (int64_t)sizeof(float) + channels * 2 * (int64_t)sizeof(double);
  return (bytes + 63) / 64 * 64;
}

CK_INLINE ck_channel_sums ck_channel_sums_at(void *scratch, int worker, int64_t channels) {
  char *base = (char *)scratch + worker * ck_channel_sums_size(channels);
  double *totals = (double *)base;
  float *lines = (float *)(totals + 2 * channels);
  return (ck_channel_sums){lines, lines + ck_line_width(channels), totals, totals + channels};
}

static void ck_channel_sums_clear(void *scratch, int64_t channels) {
  for (int worker = 0; worker < ck_thread_count(); ++worker) {
    memset(ck_channel_sums_at(scratch, worker, channels).total0, 0, (size_t)channels * 2 * sizeof(double));
  }
}

/// Adds the sums of the lines to the totals and clears them.
CK_INLINE void ck_channel_sums_flush(ck_channel_sums sums, int64_t channels, int64_t width) {
  for (int64_t start = 0; start < width; start += channels) {
    CK_INDEPENDENT
    for (int64_t c = 0; c < channels; ++c) {
      sums.total0[c] += (double)sums.line0[start + c];
      sums.total1[c] += (double)sums.line1[start + c];
    }
  }
  memset(sums.line0, 0, (size_t)width * 2 * sizeof(float));
}

/// Adds the totals of all workers to those of worker 0, in order.
CK_HOT static void ck_channel_sums_combine(void *scratch, int64_t channels) {
  double *result = ck_channel_sums_at(scratch, 0, channels).total0;
  for (int worker = 1; worker < ck_thread_count(); ++worker) {
    const double *addend = ck_channel_sums_at(scratch, worker, channels).total0;
    CK_INDEPENDENT
    for (int64_t i = 0; i < 2 * channels; ++i) result[i] += addend[i];
  }
}

/// Where the estimate of the mean stands, behind the sums.
static float *ck_channel_center(void *scratch, int64_t channels) {
  return (float *)((char *)scratch + ck_thread_count() * ck_channel_sums_size(channels));
}

CK_HOT void ck_batch_norm_statistics_end(int64_t rows, int64_t channels, float *mean, float *variance,
                                         void *scratch) {
  ck_channel_sums_combine(scratch, channels);
  ck_channel_sums sums = ck_channel_sums_at(scratch, 0, channels);
  const float *center = ck_channel_center(scratch, channels);
  double factor = 1.0 / (double)rows;
  CK_INDEPENDENT
  for (int64_t c = 0; c < channels; ++c) {
    double difference = sums.total0[c] * factor;
    double spread = sums.total1[c] * factor - difference * difference;
    mean[c] = (float)((double)center[c] + difference);
    variance[c] = (float)(spread > 0 ? spread : 0);
  }
}

void ck_batch_norm_sums_begin(int64_t channels, void *scratch) { ck_channel_sums_clear(scratch, channels); }

void ck_batch_norm_sums_end(const ck_batch_norm_saved *saved, int64_t channels, float *gammaGradient,
                            float *betaGradient, void *scratch) {
  ck_channel_sums_combine(scratch, channels);
  ck_channel_sums sums = ck_channel_sums_at(scratch, 0, channels);
  for (int64_t c = 0; c < channels; ++c) {
    betaGradient[c] = (float)sums.total0[c];
    gammaGradient[c] = (float)(sums.total1[c] * (double)saved->inverseDeviation[c]);
  }
}

CK_INLINE void ck_compare_activations(ck_activation kind, ck_activation other, bool *areEqual) {
  *areEqual = kind == other;
}

bool ck_batch_norm_fuses(ck_activation activation) {
  bool isListed;
  CK_FOR_FUSED(activation, ck_compare_activations, activation, &isListed)
  return isListed;
}

int64_t ck_batch_norm_scratch(int64_t channels) {
  return ck_thread_count() * ck_channel_sums_size(channels) + channels * (int64_t)sizeof(float);
}

void ck_batch_norm_update_running(const float *mean, const float *variance, int64_t rows, float momentum,
                                  float *runningMean, float *runningVariance, int64_t channels) {
  float correction = rows > 1 ? (float)((double)rows / (double)(rows - 1)) : 1.0f;
  for (int64_t c = 0; c < channels; ++c) {
    runningMean[c] = (1.0f - momentum) * runningMean[c] + momentum * mean[c];
    runningVariance[c] = (1.0f - momentum) * runningVariance[c] + momentum * correction * variance[c];
  }
}

void ck_batch_norm_fold(const float *mean, const float *variance, const float *gamma, const float *beta,
                        float epsilon, float *inverseDeviation, float *scale, float *shift,
                        int64_t channels) {
  for (int64_t c = 0; c < channels; ++c) {
    float inverse = 1.0f / sqrtf(variance[c] + epsilon);
    float factor = gamma ? gamma[c] * inverse : inverse;
    inverseDeviation[c] = inverse;
    scale[c] = factor;
    shift[c] = (beta ? beta[c] : 0.0f) - mean[c] * factor;
  }
}

/// The line slope·x + offset that the statistics add to the input gradient of a channel.
CK_INLINE void ck_gradient_line(const ck_batch_norm_saved *saved, const float *gammaGradient, const float *betaGradient,
                                int64_t c, float inverseRows, float *slope, float *offset) {
  *slope = -saved->scale[c] * saved->inverseDeviation[c] * gammaGradient[c] * inverseRows;
  *offset = -saved->scale[c] * betaGradient[c] * inverseRows - *slope * saved->mean[c];
}

void ck_batch_norm_gradient_fold(const ck_batch_norm_saved *saved, const float *gammaGradient,
                                 const float *betaGradient, int64_t statisticsRows, float *slope, float *offset,
                                 int64_t channels) {
  const float inverseRows = 1.0f / (float)statisticsRows;
  for (int64_t c = 0; c < channels; ++c) {
    ck_gradient_line(saved, gammaGradient, betaGradient, c, inverseRows, slope + c, offset + c);
  }
}

/// Where the derivative of the activation comes from.
typedef enum {
  ck_mask_none,      // identity
  ck_mask_output,    // the saved output
  ck_mask_input,     // z = x·scale + shift
  ck_mask_residual,  // z = x·scale + shift + residual
} ck_mask;

CK_INLINE ck_mask ck_mask_for(ck_activation activation, bool hasOutput, bool hasResidual) {
  if (activation == ck_activation_identity) return ck_mask_none;
  if (hasOutput && (activation == ck_activation_relu || activation == ck_activation_relu6))
    return ck_mask_output;
  return hasResidual ? ck_mask_residual : ck_mask_input;
}

#include "element_f32.inc"
#include "batch_norm_forward.inc"
#include "batch_norm_backward.inc"

void ck_batch_norm_sums_add_rows(const ck_batch_norm_saved *saved, const float *input, const float *outputGradient,
                                 int64_t rows, int64_t channels, void *scratch, int worker) {
  ck_normalize_gradient_work_f32 work = {
      .saved = saved,
      .input = input,
      .outputGradient = outputGradient,
      .rows = rows,
      .channels = channels,
      .scratch = scratch,
  };
  const int64_t width = ck_line_width(channels);
  ck_reduce_range_f32(&work, 0, (rows * channels + width - 1) / width, worker);
}

CK_INLINE void ck_gradient_rows(const ck_activation activation, const ck_norm_operand *operand, int64_t first,
                                int64_t count, int64_t channels, float *target) {
  const float *scale = operand->scale, *shift = operand->shift, *slope = operand->slope, *offset = operand->offset;
  const float *elements = operand->elements + first * channels, *input = operand->normalized + first * channels;
  for (int64_t row = 0; row < count; ++row, elements += channels, input += channels, target += channels) {
    CK_INDEPENDENT
    for (int64_t c = 0; c < channels; ++c) {
      target[c] =
          ck_norm_input_gradient(activation, elements[c], input[c], scale[c], shift[c], slope[c], offset[c]);
    }
  }
}

CK_HOT void ck_batch_norm_gradient_rows(const ck_norm_operand *operand, int64_t first, int64_t count,
                                        int64_t channels, float *target) {
  CK_FOR_FUSED(operand->activation, ck_gradient_rows, operand, first, count, channels, target)
}

#include "element_bf16.inc"
#include "batch_norm_forward.inc"
#include "batch_norm_backward.inc"
