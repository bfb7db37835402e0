// Norms on both sides of a convolution, whose kernels compute them while they read, and sum what they want to know.
#pragma once
#include "batch_norm.h"

/// A matrix [rows, channels] that a convolution reads, as it is or changed on the way.
typedef struct ck_norm_operand {
  const float *elements;
  /// Read as act(elements·scale + shift), as `ck_batch_norm_apply_f32` gives it, where scale is not NULL.
  const float *scale;
  const float *shift;
  ck_activation activation;
  /// Read as the input gradient of that normalisation of `normalized`, as `ck_batch_norm_backward_apply_f32` gives it for
  /// the output gradient `elements`, where normalized is not NULL; slope and offset as `ck_batch_norm_gradient_fold`
  /// makes them.
  const float *normalized;
  const float *slope;
  const float *offset;
} ck_norm_operand;

/// A batch norm before the convolution, whose sums (see `ck_batch_norm_sums_begin`) take the gradient of the input while
/// it is in the cache.
typedef struct ck_norm_watch {
  const ck_batch_norm_saved *saved;
  const float *input;  // what it normalises, of the shape of that gradient
  void *sums;
} ck_norm_watch;
