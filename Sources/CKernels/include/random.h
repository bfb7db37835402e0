// Random numbers by counter (Philox 4x32-10): element i of a stream depends on (seed, stream, i) alone, so
// neither the thread count nor the order of calls changes it, and a dropout mask is made again instead of
// kept.
#pragma once
#include <stdint.h>

/// A place in a stream of random numbers: calls use the elements offset, offset + 1, …
typedef struct ck_random_stream {
  uint64_t seed;
  uint64_t stream;
  uint64_t offset;
} ck_random_stream;

/// Uniform numbers in [lower, upper): lower + (upper − lower)·u with u a multiple of 2⁻²⁴ in [0, 1).
void ck_random_uniform(ck_random_stream stream, float lower, float upper, float *output, int64_t count);

/// Normal numbers of the given mean and deviation (Box–Muller on pairs of elements).
void ck_random_normal(ck_random_stream stream, float mean, float deviation, float *output, int64_t count);

/// output = input/(1 − probability) where a uniform number reaches the probability, else 0 (probability 1: all
/// zeros). The backward pass is the same call on the gradient with the same stream. output may be input.
void ck_dropout_f32(ck_random_stream stream, float probability, const float *input, float *output,
                    int64_t count);
/// As `ck_dropout_f32`, of bfloat16.
void ck_dropout_bf16(ck_random_stream stream, float probability, const uint16_t *input, uint16_t *output,
                     int64_t count);
