// Elementwise arithmetic with broadcasting, and casts.
#pragma once
#include <stdint.h>

/// Operations on two numbers. Maximum and minimum pass NaN on.
typedef enum ck_binary {
  ck_binary_add = 0,
  ck_binary_subtract = 1,
  ck_binary_multiply = 2,
  ck_binary_divide = 3,
  ck_binary_maximum = 4,
  ck_binary_minimum = 5,
  ck_binary_power = 6,
  /// 1 where left < right, else 0
  ck_binary_less = 7,
} ck_binary;

/// Operations on one number.
typedef enum ck_unary {
  ck_unary_negate = 0,
  ck_unary_exp = 1,
  ck_unary_log = 2,
  ck_unary_sqrt = 3,
  ck_unary_reciprocalSqrt = 4,
  ck_unary_square = 5,
  ck_unary_absolute = 6,
  ck_unary_reciprocal = 7,
  /// −1, 0 or 1
  ck_unary_sign = 8,
} ck_unary;

/// The greatest rank that broadcasting, regions and permutations take.
#define CK_MAXIMUM_RANK 6

/// output = left ∘ right with broadcasting. Both operands are contiguous, their shapes have `rank` (0...6)
/// entries (pad with leading ones); where the entries differ one of them is 1. output has the larger entry
/// everywhere, and may be an operand of that same shape.
void ck_binary_f32(ck_binary operation, int rank, const int64_t *leftShape, const float *left,
                   const int64_t *rightShape, const float *right, float *output);
/// As `ck_binary_f32`, of bfloat16.
void ck_binary_bf16(ck_binary operation, int rank, const int64_t *leftShape, const uint16_t *left,
                    const int64_t *rightShape, const uint16_t *right, uint16_t *output);

/// output = operation(input), `count` elements; output may be input.
void ck_unary_f32(ck_unary operation, const float *input, float *output, int64_t count);
/// As `ck_unary_f32`, of bfloat16.
void ck_unary_bf16(ck_unary operation, const uint16_t *input, uint16_t *output, int64_t count);

/// output = min(max(input, lower), upper), NaN stays NaN; output may be input.
void ck_clamp_f32(const float *input, float lower, float upper, float *output, int64_t count);
/// As `ck_clamp_f32`, of bfloat16.
void ck_clamp_bf16(const uint16_t *input, float lower, float upper, uint16_t *output, int64_t count);

/// inputGradient = outputGradient where lower ≤ input ≤ upper, else 0; inputGradient may be outputGradient.
void ck_clamp_backward_f32(const float *input, const float *outputGradient, float lower, float upper,
                           float *inputGradient, int64_t count);
/// As `ck_clamp_backward_f32`, of bfloat16.
void ck_clamp_backward_bf16(const uint16_t *input, const uint16_t *outputGradient, float lower, float upper,
                            uint16_t *inputGradient, int64_t count);

/// output = scale·input + offset; output may be input.
void ck_scale_f32(const float *input, float scale, float offset, float *output, int64_t count);
/// As `ck_scale_f32`, of bfloat16.
void ck_scale_bf16(const uint16_t *input, float scale, float offset, uint16_t *output, int64_t count);

/// y = a·x + b·y. With b = 0 the old y is not read.
void ck_axpby_f32(float a, const float *x, float b, float *y, int64_t count);
/// As `ck_axpby_f32`, of bfloat16.
void ck_axpby_bf16(float a, const uint16_t *x, float b, uint16_t *y, int64_t count);

/// Rounds float32 to bfloat16, to nearest even.
void ck_cast_f32_bf16(const float *input, uint16_t *output, int64_t count);
/// Widens bfloat16 to float32.
void ck_cast_bf16_f32(const uint16_t *input, float *output, int64_t count);
/// output = scale·input + offset.
void ck_cast_u8_f32(const uint8_t *input, float scale, float offset, float *output, int64_t count);
/// Converts int32 to float32.
void ck_cast_i32_f32(const int32_t *input, float *output, int64_t count);
/// Converts int64 to float32.
void ck_cast_i64_f32(const int64_t *input, float *output, int64_t count);

/// The index of the first NaN or infinity, or −1.
int64_t ck_first_non_finite_f32(const float *input, int64_t count);
/// As `ck_first_non_finite_f32`, of bfloat16.
int64_t ck_first_non_finite_bf16(const uint16_t *input, int64_t count);
