// Which source positions meet which weights (or window places) along one axis of a convolution or a pooling.
#pragma once
#include <stdint.h>

#include "dispatch.h"

/// Taps in arithmetic progression: the i-th reads position `source + i·sourceStep` with weight `tap + i·tapStep`.
typedef struct {
  int64_t source;
  int64_t sourceStep;
  int64_t tap;
  int64_t tapStep;
  int64_t count;
} ck_taps;

/// One axis of a filter pass from `sourceSize` positions to `targetSize`.
typedef struct {
  int64_t sourceSize;
  int64_t targetSize;
  int64_t kernel;
  int64_t stride;
  int64_t dilation;
  int64_t padding;
  /// 0: from input to output; 1: the transpose, which gathers for each input position the outputs that read it.
  int transposed;
} ck_axis;

/// Every `period`-th target has the same taps, and its source moves by `ck_axis_advance`.
CK_INLINE int64_t ck_axis_period(const ck_axis *axis) { return axis->transposed ? axis->stride : 1; }
CK_INLINE int64_t ck_axis_advance(const ck_axis *axis) { return axis->transposed ? 1 : axis->stride; }

/// The taps of one target, in rising order of their sources, before they are clipped to the source.
CK_INLINE ck_taps ck_axis_taps(const ck_axis *axis, int64_t target) {
  if (!axis->transposed) {
    return (ck_taps){target * axis->stride - axis->padding, axis->dilation, 0, 1, axis->kernel};
  }
  int64_t first = 0;
  while (first < axis->kernel && (target + axis->padding - first * axis->dilation) % axis->stride != 0) first++;
  if (first == axis->kernel) return (ck_taps){0, 1, 0, 1, 0};
  int64_t tapStep = 1;
  while (tapStep * axis->dilation % axis->stride != 0) tapStep++;
  int64_t count = (axis->kernel - first + tapStep - 1) / tapStep;
  int64_t last = first + (count - 1) * tapStep;
  int64_t source = (target + axis->padding - last * axis->dilation) / axis->stride;
  return (ck_taps){source, tapStep * axis->dilation / axis->stride, last, -tapStep, count};
}

/// Drops the taps whose source is outside `0 ..< size`.
CK_INLINE ck_taps ck_clip_taps(ck_taps taps, int64_t size) {
  while (taps.count > 0 && taps.source < 0) {
    taps.source += taps.sourceStep;
    taps.tap += taps.tapStep;
    taps.count--;
  }
  while (taps.count > 0 && taps.source + (taps.count - 1) * taps.sourceStep >= size) taps.count--;
  return taps;
}
