#include "layer_norm.h"

#include <stdbool.h>

#include "bfloat16.h"
#include "parallel.h"
#include "vector_math.h"

enum { ck_rows_in_float = 64 };  // rows added in float32 before the sums go to float64

/// One more thread for every 8192 elements.
CK_INLINE int64_t ck_row_grain(int64_t width) { return 8192 / (width > 0 ? width : 1) + 1; }

/// The part of the scratch space that one worker sums in: float64 totals and float32 sums of some rows.
typedef struct {
  double *gammaTotal, *betaTotal;  // of everything
  double *gammaImage, *betaImage;  // of one image
  float *gammaSum, *betaSum;       // of some rows
  float *table;                    // [3, channels], constants of one image
} ck_affine_sums;

CK_INLINE int64_t ck_affine_sums_size(int64_t channels) {
  return (channels * (int64_t)(4 * sizeof(double) + 5 * sizeof(float)) + 63) / 64 * 64;
}

CK_INLINE ck_affine_sums ck_affine_sums_at(void *scratch, int worker, int64_t channels) {
  double *totals = (double *)((char *)scratch + worker * ck_affine_sums_size(channels));
  double *image = totals + 2 * channels;
  float *sums = (float *)(image + 2 * channels);
  return (ck_affine_sums){totals,          totals + channels,  image, image + channels, sums,
                          sums + channels, sums + 2 * channels};
}

static void ck_affine_sums_clear(void *scratch, int64_t channels) {
  memset(scratch, 0, (size_t)(ck_thread_count() * ck_affine_sums_size(channels)));
}

/// Adds the float32 sums [2·channels] to the totals and clears them.
CK_INLINE void ck_affine_sums_flush(float *sums, double *totals, int64_t channels) {
  CK_INDEPENDENT
  for (int64_t c = 0; c < 2 * channels; ++c) {
    totals[c] += (double)sums[c];
    sums[c] = 0.0f;
  }
}

static void ck_affine_sums_combine(void *scratch, int64_t channels, float *gammaGradient,
                                   float *betaGradient) {
  for (int64_t c = 0; c < channels; ++c) {
    double gamma = 0, beta = 0;
    for (int worker = 0; worker < ck_thread_count(); ++worker) {
      ck_affine_sums sums = ck_affine_sums_at(scratch, worker, channels);
      gamma += sums.gammaTotal[c];
      beta += sums.betaTotal[c];
    }
    if (gammaGradient) gammaGradient[c] = (float)gamma;
    if (betaGradient) betaGradient[c] = (float)beta;
  }
}

int64_t ck_layer_norm_scratch(int64_t channels) { return ck_thread_count() * ck_affine_sums_size(channels); }

#include "element_f32.inc"
#include "layer_norm.inc"
#include "group_norm.inc"
#include "element_bf16.inc"
#include "layer_norm.inc"
#include "group_norm.inc"
