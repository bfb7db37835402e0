#include "patches.h"

#include <string.h>

#include "bfloat16.h"
#include "parallel.h"
#include "vector_math.h"

enum { ck_patch_thread_elements = 16384 };

/// Lines of `height` pixel rows that are enough for a thread.
static int64_t ck_patch_grain(const ck_patch_grid *grid, int64_t height) {
  const int64_t elements = height * grid->width * grid->channels;
  return elements > 0 ? (ck_patch_thread_elements + elements - 1) / elements : 1;
}

#include "element_f32.inc"
#include "patches.inc"
#include "element_bf16.inc"
#include "patches.inc"

typedef struct {
  const float *source;
  float *target;
  int64_t taps;
} ck_filter_work;

/// Called with a constant number of taps where it is a usual one, so that the loop over them unrolls.
CK_INLINE void ck_sum_filters(const ck_filter_work *work, int64_t taps, int64_t begin, int64_t end) {
  CK_REASSOCIATE
  for (int64_t f = begin; f < end; ++f) {
    float sum = 0.0f;
    for (int64_t tap = 0; tap < taps; ++tap) sum += work->source[f * taps + tap];
    work->target[f] = sum;
  }
}

CK_INLINE void ck_spread_filters(const ck_filter_work *work, int64_t taps, int64_t begin, int64_t end) {
  for (int64_t f = begin; f < end; ++f) {
    for (int64_t tap = 0; tap < taps; ++tap) work->target[f * taps + tap] = work->source[f];
  }
}

CK_HOT static void ck_filter_sums_range(void *context, int64_t begin, int64_t end, int worker) {
  (void)worker;
  const ck_filter_work *work = context;
  if (work->taps == 9) ck_sum_filters(work, 9, begin, end);
  else ck_sum_filters(work, work->taps, begin, end);
}

CK_HOT static void ck_filter_spread_range(void *context, int64_t begin, int64_t end, int worker) {
  (void)worker;
  const ck_filter_work *work = context;
  if (work->taps == 9) ck_spread_filters(work, 9, begin, end);
  else ck_spread_filters(work, work->taps, begin, end);
}

void ck_filter_sums(const float *weights, int64_t filters, int64_t taps, float *sums) {
  ck_filter_work work = {weights, sums, taps};
  ck_parallel_for(filters, ck_patch_thread_elements / taps + 1, ck_filter_sums_range, &work);
}

void ck_filter_spread(const float *values, int64_t filters, int64_t taps, float *weights) {
  ck_filter_work work = {values, weights, taps};
  ck_parallel_for(filters, ck_patch_thread_elements / taps + 1, ck_filter_spread_range, &work);
}
