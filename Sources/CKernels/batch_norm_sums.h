// A batch norm's backward pass as a part of other kernels.
#pragma once
#include "norm_operand.h"

/// Adds some rows to the sums of one worker, as `ck_batch_norm_sums_add_f32` adds a band to those of all.
void ck_batch_norm_sums_add_rows(const ck_batch_norm_saved *saved, const float *input, const float *outputGradient,
                                 int64_t rows, int64_t channels, void *scratch, int worker);

/// target = the input gradient that an operand is read as, of the rows first ..< first + count.
void ck_batch_norm_gradient_rows(const ck_norm_operand *operand, int64_t first, int64_t count, int64_t channels,
                                 float *target);
