// Numbers as codes of at most eight bits: x ≈ lower + step · code.
#pragma once
#include <stdint.h>

/// Codes of [outer, extent, inner] numbers, where each entry of the middle axis has a range of its own:
///
///     code = clamp(⌊(x − lower[e]) / step[e] + noise⌋, 0, levels)
///
/// Uniform noise in [0, 1) rounds stochastically, without bias; without noise (null) the code is the nearest one. Where
/// step is 0 the code is 0. levels is at most 255.
void ck_quantize_f32(const float *input, const float *noise, int64_t outer, int64_t extent, int64_t inner,
                     const float *lower, const float *step, int levels, uint8_t *output);

/// output = lower[e] + step[e] · code of [outer, extent, inner] codes.
void ck_dequantize_f32(const uint8_t *input, int64_t outer, int64_t extent, int64_t inner, const float *lower,
                       const float *step, float *output);
