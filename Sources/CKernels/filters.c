#include "filters.h"

#include "lanes.h"
#include "parallel.h"

enum {
  ck_filter_thread_elements = 16384,
  ck_filter_lanes = sizeof(ck_lanes) / sizeof(float),
};

typedef struct {
  const float *source;
  float *target;
  int64_t taps;
} ck_filter_work;

/// `taps` is a constant where it is a usual number, so that the loop over them unrolls. Vectors would be gathered from
/// memory, which takes longer than loading scalars.
CK_INLINE void ck_sum_filters(const ck_filter_work *work, int64_t taps, int64_t begin, int64_t end) {
  _Pragma("clang loop vectorize(disable)")
  for (int64_t f = begin; f < end; ++f) {
    float sum = 0.0f;
    for (int64_t tap = 0; tap < taps; ++tap) sum += work->source[f * taps + tap];
    work->target[f] = sum;
  }
}

CK_HOT static void ck_filter_sums_range(void *context, int64_t begin, int64_t end, int worker) {
  (void)worker;
  const ck_filter_work *work = context;
  if (work->taps == 9) ck_sum_filters(work, 9, begin, end);
  else ck_sum_filters(work, work->taps, begin, end);
}

/// Nine taps for each of 16 filters.
CK_INLINE void ck_spread_nine(const float *values, float *weights) {
  ck_lanes filters;
  memcpy(&filters, values, sizeof filters);
#define FILTER(place) ((place) / 9)
#define FOUR_FILTERS(place) FILTER(place), FILTER(place + 1), FILTER(place + 2), FILTER(place + 3)
#define SPREAD(place)                                                                                               \
  do {                                                                                                              \
    const ck_lanes line = __builtin_shufflevector(filters, filters, FOUR_FILTERS(place), FOUR_FILTERS(place + 4),  \
                                                  FOUR_FILTERS(place + 8), FOUR_FILTERS(place + 12));               \
    memcpy(weights + place, &line, sizeof line);                                                                    \
  } while (0)
  SPREAD(0);
  SPREAD(16);
  SPREAD(32);
  SPREAD(48);
  SPREAD(64);
  SPREAD(80);
  SPREAD(96);
  SPREAD(112);
  SPREAD(128);
#undef SPREAD
#undef FOUR_FILTERS
#undef FILTER
}

CK_HOT static void ck_filter_spread_range(void *context, int64_t begin, int64_t end, int worker) {
  (void)worker;
  const ck_filter_work *work = context;
  const int64_t taps = work->taps;
  int64_t f = begin;
  if (taps == 9) {
    for (; f + ck_filter_lanes <= end; f += ck_filter_lanes) ck_spread_nine(work->source + f, work->target + 9 * f);
  }
  for (; f < end; ++f) {
    for (int64_t tap = 0; tap < taps; ++tap) work->target[f * taps + tap] = work->source[f];
  }
}

void ck_filter_sums(const float *weights, int64_t filters, int64_t taps, float *sums) {
  ck_filter_work work = {weights, sums, taps};
  ck_parallel_for(filters, ck_filter_thread_elements / taps + 1, ck_filter_sums_range, &work);
}

void ck_filter_spread(const float *values, int64_t filters, int64_t taps, float *weights) {
  ck_filter_work work = {values, weights, taps};
  ck_parallel_for(filters, ck_filter_thread_elements / taps + 1, ck_filter_spread_range, &work);
}
