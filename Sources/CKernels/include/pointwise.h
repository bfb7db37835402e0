// The weight gradient of pointwise (1×1) convolutions, a matrix product over all pixels.
#pragma once
#include <stdint.h>

/// Bytes of scratch that `ck_pointwise_weights` needs with the present thread count.
int64_t ck_pointwise_weights_scratch(int64_t inputs, int64_t outputs);

/// weightGradient[o, i] = Σ over rows of outputGradient[row, o] · input[row, i]
void ck_pointwise_weights(int64_t rows, int64_t inputs, int64_t outputs, const float *input,
                          const float *outputGradient, float *weightGradient, void *scratch);
