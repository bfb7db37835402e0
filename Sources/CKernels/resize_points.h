// Where each output position of a resize reads, along one axis, and which outputs read each input.
#pragma once
#include <stdint.h>

#include "dispatch.h"
#include "resize.h"

/// One output position: (1 − upperWeight) · input[lower] + upperWeight · input[upper].
typedef struct {
  int64_t lower;
  int64_t upper;
  float upperWeight;
} ck_resize_point;

/// The outputs `begin ..< end` that read one input.
typedef struct {
  int64_t begin;
  int64_t end;
} ck_resize_readers;

static inline void ck_resize_points(int64_t inputSize, int64_t outputSize, ck_resize_mode mode,
                                    ck_resize_point *points) {
  const int aligned = mode == ck_resize_bilinear_aligned;
  float scale = (float)inputSize / (float)outputSize;
  if (aligned) scale = outputSize > 1 ? (float)(inputSize - 1) / (float)(outputSize - 1) : 0;
  for (int64_t output = 0; output < outputSize; output++) {
    float position = (float)output * scale;
    if (mode == ck_resize_bilinear) {
      position = scale * ((float)output + 0.5f) - 0.5f;
      if (position < 0) position = 0;
    }
    int64_t lower = (int64_t)position;
    if (lower > inputSize - 1) lower = inputSize - 1;
    if (mode == ck_resize_nearest) {
      points[output] = (ck_resize_point){lower, lower, 0};
    } else {
      float weight = position - (float)lower;
      points[output] =
          (ck_resize_point){lower, lower < inputSize - 1 ? lower + 1 : lower, weight < 1 ? weight : 1};
    }
  }
}

static inline void ck_resize_find_readers(int64_t inputSize, int64_t outputSize, const ck_resize_point *points,
                                          ck_resize_readers *readers) {
  for (int64_t input = 0; input < inputSize; input++) readers[input] = (ck_resize_readers){0, 0};
  for (int64_t output = 0; output < outputSize; output++) {
    for (int64_t input = points[output].lower; input <= points[output].upper; input++) {
      if (readers[input].end == 0) readers[input].begin = output;
      readers[input].end = output + 1;
    }
  }
}

/// How much of `input` the output at `point` holds.
CK_INLINE float ck_resize_weight(const ck_resize_point *point, int64_t input) {
  return (point->lower == input ? 1 - point->upperWeight : 0) +
         (point->upper == input ? point->upperWeight : 0);
}
