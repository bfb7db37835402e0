#include "resize.h"

#include "lanes.h"
#include "parallel.h"
#include "resize_points.h"
#include "template_names.h"

#define NAME(name) JOIN(ck_resize_##name##_, SUFFIX)

int64_t ck_resize_scratch(const ck_resize_shape *shape) {
  return (shape->outputHeight + shape->outputWidth) * (int64_t)sizeof(ck_resize_point) +
         (shape->height + shape->width) * (int64_t)sizeof(ck_resize_readers);
}

#define TEMPLATE "resize.inc"
#include "both_types.inc"
