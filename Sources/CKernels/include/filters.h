// The weights of convolutions as filters: so many taps for each pair of an output and an input channel.
#pragma once
#include <stdint.h>

/// sums[f] = Σ weights[f, tap]
void ck_filter_sums(const float *weights, int64_t filters, int64_t taps, float *sums);

/// weights[f, tap] = values[f]
void ck_filter_spread(const float *values, int64_t filters, int64_t taps, float *weights);
