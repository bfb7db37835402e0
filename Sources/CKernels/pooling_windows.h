// The windows of average pooling along one axis, of fixed or of adaptive size.
#pragma once
#include <stdint.h>

#include "dispatch.h"

typedef struct {
  int64_t inputSize;
  int64_t outputSize;
  int adaptive;
  // For fixed windows only:
  int64_t kernel;
  int64_t stride;
  int64_t padding;
  int64_t paddingEnd;
  int countIncludePadding;
} ck_windows;

/// Positions `begin ..< end`; `size` is what they count for in the divisor.
typedef struct {
  int64_t begin;
  int64_t end;
  int64_t size;
} ck_window;

/// The input positions of one output.
CK_INLINE ck_window ck_window_of_output(const ck_windows *windows, int64_t output) {
  if (windows->adaptive) {
    int64_t begin = output * windows->inputSize / windows->outputSize;
    int64_t end = ((output + 1) * windows->inputSize + windows->outputSize - 1) / windows->outputSize;
    return (ck_window){begin, end, end - begin};
  }
  int64_t begin = output * windows->stride - windows->padding;
  int64_t end = begin + windows->kernel;
  int64_t paddedEnd = windows->inputSize + windows->paddingEnd;
  int64_t paddedSize = (end < paddedEnd ? end : paddedEnd) - begin;
  if (begin < 0) begin = 0;
  if (end > windows->inputSize) end = windows->inputSize;
  return (ck_window){begin, end, windows->countIncludePadding ? paddedSize : end - begin};
}

/// The outputs whose windows hold one input.
CK_INLINE ck_window ck_outputs_of_input(const ck_windows *windows, int64_t input) {
  int64_t begin, end;
  if (windows->adaptive) {
    begin = input * windows->outputSize / windows->inputSize;
    end = ((input + 1) * windows->outputSize + windows->inputSize - 1) / windows->inputSize;
  } else {
    int64_t padded = input + windows->padding;
    begin = padded < windows->kernel ? 0 : (padded - windows->kernel) / windows->stride + 1;
    end = padded / windows->stride + 1;
    if (end > windows->outputSize) end = windows->outputSize;
  }
  return (ck_window){begin, end, end - begin};
}

/// The size that all windows have, or 0 where they differ.
static inline int64_t ck_uniform_window_size(const ck_windows *windows) {
  const int64_t size = ck_window_of_output(windows, 0).size;
  for (int64_t output = 1; output < windows->outputSize; output++) {
    if (ck_window_of_output(windows, output).size != size) return 0;
  }
  return size;
}
