#include "activity.h"

#include <string.h>

#include "activation_math.h"
#include "bfloat16.h"
#include "parallel.h"

/// Blocks of 8 rows that are enough for a thread.
static int64_t ck_activity_grain(int64_t channels) { return (2048 + channels - 1) / channels; }

int64_t ck_activity_bytes(int64_t rows, int64_t channels) { return (rows + 7) / 8 * channels; }

int64_t ck_activity_scratch(int64_t channels) { return ck_thread_count() * channels * (int64_t)sizeof(double); }

/// Adds what the workers have summed.
static void ck_activity_totals(const void *scratch, int64_t channels, float *sums) {
  const double *totals = scratch;
  for (int64_t c = 0; c < channels; ++c) {
    double sum = 0;
    for (int worker = 0; worker < ck_thread_count(); ++worker) sum += totals[worker * channels + c];
    sums[c] = (float)sum;
  }
}

#include "element_f32.inc"
#include "activity.inc"
#include "element_bf16.inc"
#include "activity.inc"

typedef struct {
  const ck_patch_grid *grid;
  const uint8_t *activity;
  float *fractions;
} ck_fraction_work;

CK_HOT static void ck_fraction_range(void *context, int64_t begin, int64_t end, int worker) {
  (void)worker;
  const ck_fraction_work *work = context;
  const ck_patch_grid *grid = work->grid;
  const int64_t channels = grid->channels;
  for (int64_t line = begin; line < end; ++line) {
    const ck_patch_span rows = ck_patch_span_of(line % grid->rows, grid->patchHeight, grid->top, grid->height);
    for (int64_t j = 0; j < grid->columns; ++j) {
      const ck_patch_span columns = ck_patch_span_of(j, grid->patchWidth, grid->left, grid->width);
      float *fraction = work->fractions + (line * grid->columns + j) * channels;
      memset(fraction, 0, (size_t)channels * sizeof(float));
      const int64_t count = (rows.end - rows.first) * (columns.end - columns.first);
      const float share = count > 0 ? 1.0f / (float)count : 0.0f;
      for (int64_t y = rows.first; y < rows.end; ++y) {
        for (int64_t x = columns.first; x < columns.end; ++x) {
          const int64_t pixel = (line / grid->rows * grid->height + y) * grid->width + x;
          const uint8_t *activity = work->activity + pixel / 8 * channels;
          const int k = (int)(pixel % 8);
          CK_INDEPENDENT
          for (int64_t c = 0; c < channels; ++c) fraction[c] += (float)((activity[c] >> k) & 1) * share;
        }
      }
    }
  }
}

void ck_activity_fractions(const ck_patch_grid *grid, const uint8_t *activity, float *fractions) {
  ck_fraction_work work = {grid, activity, fractions};
  ck_parallel_for(grid->batch * grid->rows, 1, ck_fraction_range, &work);
}
