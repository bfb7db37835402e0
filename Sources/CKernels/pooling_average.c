#include "lanes.h"
#include "parallel.h"
#include "pooling.h"
#include "pooling_windows.h"
#include "template_names.h"

#define NAME(name) JOIN(ck_##name##_, SUFFIX)

typedef struct {
  ck_windows vertical;
  ck_windows horizontal;
  int64_t batch;
  int64_t channels;
  float uniformShare;  // 1 / divisor where all windows have the same one, else 0
} ck_average_geometry;

static ck_average_geometry ck_average_geometry_of(ck_windows vertical, ck_windows horizontal, int64_t batch,
                                                  int64_t channels) {
  const int64_t size = ck_uniform_window_size(&vertical) * ck_uniform_window_size(&horizontal);
  return (ck_average_geometry){vertical, horizontal, batch, channels, size > 0 ? 1 / (float)size : 0};
}

static ck_average_geometry ck_average_geometry_fixed(const ck_pooling_shape *shape, int countIncludePadding) {
  return ck_average_geometry_of(
      (ck_windows){shape->height, shape->outputHeight, 0, shape->kernelHeight, shape->strideHeight,
                   shape->paddingTop, shape->paddingBottom, countIncludePadding},
      (ck_windows){shape->width, shape->outputWidth, 0, shape->kernelWidth, shape->strideWidth,
                   shape->paddingLeft, shape->paddingRight, countIncludePadding},
      shape->batch, shape->channels);
}

static ck_average_geometry ck_average_geometry_adaptive(const ck_adaptive_pooling_shape *shape) {
  return ck_average_geometry_of(
      (ck_windows){.inputSize = shape->height, .outputSize = shape->outputHeight, .adaptive = 1},
      (ck_windows){.inputSize = shape->width, .outputSize = shape->outputWidth, .adaptive = 1},
      shape->batch, shape->channels);
}

#define TEMPLATE "pooling_average.inc"
#include "both_types.inc"
