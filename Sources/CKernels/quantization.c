#include "quantization.h"

#include "parallel.h"
#include "vector_math.h"

enum { ck_quantization_grain = 16384 };

typedef struct {
  const float *numbers;
  const float *noise;
  uint8_t *codes;
  float *results;
  const uint8_t *source;
  int64_t extent;
  int64_t inner;
  const float *lower;
  const float *step;
  float levels;
} ck_quantization_work;

/// 1 / step, and 0 where all numbers of a range are equal.
CK_INLINE float ck_codes_per_unit(float step) { return step > 0.0f ? 1.0f / step : 0.0f; }

/// Truncation is the floor, since a code is not negative; NaN has the code 0.
CK_INLINE uint8_t ck_code(float x, float lower, float codesPerUnit, float noise, float levels) {
  float place = ck_maximum((x - lower) * codesPerUnit + noise, 0.0f);
  return (uint8_t)(int32_t)ck_minimum(place, levels);
}

/// Rows begin ..< end of [outer · extent, inner].
CK_HOT static void ck_quantize_range(void *context, int64_t begin, int64_t end, int worker) {
  (void)worker;
  const ck_quantization_work *work = context;
  int64_t inner = work->inner;
  for (int64_t row = begin; row < end; ++row) {
    float lower = work->lower[row % work->extent], levels = work->levels;
    float codesPerUnit = ck_codes_per_unit(work->step[row % work->extent]);
    const float *x = work->numbers + row * inner;
    const float *noise = work->noise ? work->noise + row * inner : 0;
    uint8_t *codes = work->codes + row * inner;
    if (noise) {
      CK_INDEPENDENT
      for (int64_t i = 0; i < inner; ++i) codes[i] = ck_code(x[i], lower, codesPerUnit, noise[i], levels);
    } else {
      CK_INDEPENDENT
      for (int64_t i = 0; i < inner; ++i) codes[i] = ck_code(x[i], lower, codesPerUnit, 0.5f, levels);
    }
  }
}

/// Rows begin ..< end of [outer, extent] where each number of a row has a range of its own.
CK_HOT static void ck_quantize_columns_range(void *context, int64_t begin, int64_t end, int worker) {
  (void)worker;
  const ck_quantization_work *work = context;
  const float *lower = work->lower, *step = work->step;
  int64_t extent = work->extent;
  float levels = work->levels;
  for (int64_t row = begin; row < end; ++row) {
    const float *x = work->numbers + row * extent;
    const float *noise = work->noise ? work->noise + row * extent : 0;
    uint8_t *codes = work->codes + row * extent;
    if (noise) {
      CK_INDEPENDENT
      for (int64_t e = 0; e < extent; ++e) {
        codes[e] = ck_code(x[e], lower[e], ck_codes_per_unit(step[e]), noise[e], levels);
      }
    } else {
      CK_INDEPENDENT
      for (int64_t e = 0; e < extent; ++e) {
        codes[e] = ck_code(x[e], lower[e], ck_codes_per_unit(step[e]), 0.5f, levels);
      }
    }
  }
}

void ck_quantize_f32(const float *input, const float *noise, int64_t outer, int64_t extent, int64_t inner,
                     const float *lower, const float *step, int levels, uint8_t *output) {
  ck_quantization_work work = {.numbers = input,
                               .noise = noise,
                               .codes = output,
                               .extent = extent,
                               .inner = inner,
                               .lower = lower,
                               .step = step,
                               .levels = (float)levels};
  if (inner == 1) {
    ck_parallel_for(outer, ck_quantization_grain / (extent + 1) + 1, ck_quantize_columns_range, &work);
  } else {
    ck_parallel_for(outer * extent, ck_quantization_grain / (inner + 1) + 1, ck_quantize_range, &work);
  }
}

/// Rows begin ..< end of [outer · extent, inner].
CK_HOT static void ck_dequantize_range(void *context, int64_t begin, int64_t end, int worker) {
  (void)worker;
  const ck_quantization_work *work = context;
  int64_t inner = work->inner;
  for (int64_t row = begin; row < end; ++row) {
    float lower = work->lower[row % work->extent], step = work->step[row % work->extent];
    const uint8_t *codes = work->source + row * inner;
    float *output = work->results + row * inner;
    CK_INDEPENDENT
    for (int64_t i = 0; i < inner; ++i) output[i] = lower + step * (float)codes[i];
  }
}

/// Rows begin ..< end of [outer, extent] where each number of a row has a range of its own.
CK_HOT static void ck_dequantize_columns_range(void *context, int64_t begin, int64_t end, int worker) {
  (void)worker;
  const ck_quantization_work *work = context;
  const float *lower = work->lower, *step = work->step;
  int64_t extent = work->extent;
  for (int64_t row = begin; row < end; ++row) {
    const uint8_t *codes = work->source + row * extent;
    float *output = work->results + row * extent;
    CK_INDEPENDENT
    for (int64_t e = 0; e < extent; ++e) output[e] = lower[e] + step[e] * (float)codes[e];
  }
}

void ck_dequantize_f32(const uint8_t *input, int64_t outer, int64_t extent, int64_t inner, const float *lower,
                       const float *step, float *output) {
  ck_quantization_work work = {
      .source = input, .results = output, .extent = extent, .inner = inner, .lower = lower, .step = step};
  if (inner == 1) {
    ck_parallel_for(outer, ck_quantization_grain / (extent + 1) + 1, ck_dequantize_columns_range, &work);
  } else {
    ck_parallel_for(outer * extent, ck_quantization_grain / (inner + 1) + 1, ck_dequantize_range, &work);
  }
}
