#include "elementwise.h"

#include <math.h>
#include <stdbool.h>

#include "bfloat16.h"
#include "broadcast.h"
#include "parallel.h"
#include "partials.h"
#include "vector_math.h"

enum {
  ck_elementwise_grain = 16384,
  ck_short_row = 256,  // a shorter operand that is repeated over all rows is copied until it is this long
};

/// Called with a constant operation, so that the switch is gone after inlining.
CK_INLINE float ck_combine(ck_binary operation, float a, float b) {
  switch (operation) {
    case ck_binary_add: return a + b;
    case ck_binary_subtract: return a - b;
    case ck_binary_multiply: return a * b;
    case ck_binary_divide: return a / b;
    case ck_binary_maximum: return a > b ? a : (a == a ? b : a);
    case ck_binary_minimum: return a < b ? a : (a == a ? b : a);
    case ck_binary_less: return a < b ? 1.0f : 0.0f;
    default: return a;  // power has a loop of its own
  }
}

/// Called with a constant operation, so that the switch is gone after inlining.
CK_INLINE float ck_transform(ck_unary operation, float x) {
  switch (operation) {
    case ck_unary_negate: return -x;
    case ck_unary_exp: return ck_exp(x);
    case ck_unary_log: return ck_log(x);
    case ck_unary_sqrt: return ck_sqrt(x);
    case ck_unary_reciprocalSqrt: return 1.0f / ck_sqrt(x);
    case ck_unary_square: return x * x;
    case ck_unary_absolute: return ck_absolute(x);
    case ck_unary_reciprocal: return 1.0f / x;
    case ck_unary_sign: return (float)(x > 0.0f) - (float)(x < 0.0f);
  }
  return x;
}

/// Calls `loop(operation, …)` with a constant for the operation at hand.
#define CK_FOR_BINARY(operation, loop, ...)                                \
  switch (operation) {                                                     \
    case ck_binary_add: loop(ck_binary_add, __VA_ARGS__); break;           \
    case ck_binary_subtract: loop(ck_binary_subtract, __VA_ARGS__); break; \
    case ck_binary_multiply: loop(ck_binary_multiply, __VA_ARGS__); break; \
    case ck_binary_divide: loop(ck_binary_divide, __VA_ARGS__); break;     \
    case ck_binary_maximum: loop(ck_binary_maximum, __VA_ARGS__); break;   \
    case ck_binary_minimum: loop(ck_binary_minimum, __VA_ARGS__); break;   \
    case ck_binary_power: loop(ck_binary_power, __VA_ARGS__); break;       \
    case ck_binary_less: loop(ck_binary_less, __VA_ARGS__); break;         \
  }

/// Calls `loop(operation, …)` with a constant for the operation at hand.
#define CK_FOR_UNARY(operation, loop, ...)                                           \
  switch (operation) {                                                               \
    case ck_unary_negate: loop(ck_unary_negate, __VA_ARGS__); break;                 \
    case ck_unary_exp: loop(ck_unary_exp, __VA_ARGS__); break;                       \
    case ck_unary_log: loop(ck_unary_log, __VA_ARGS__); break;                       \
    case ck_unary_sqrt: loop(ck_unary_sqrt, __VA_ARGS__); break;                     \
    case ck_unary_reciprocalSqrt: loop(ck_unary_reciprocalSqrt, __VA_ARGS__); break; \
    case ck_unary_square: loop(ck_unary_square, __VA_ARGS__); break;                 \
    case ck_unary_absolute: loop(ck_unary_absolute, __VA_ARGS__); break;             \
    case ck_unary_reciprocal: loop(ck_unary_reciprocal, __VA_ARGS__); break;         \
    case ck_unary_sign: loop(ck_unary_sign, __VA_ARGS__); break;                     \
  }

#include "element_f32.inc"
#include "elementwise_binary.inc"
#include "elementwise_unary.inc"
#include "element_bf16.inc"
#include "elementwise_binary.inc"
#include "elementwise_unary.inc"

typedef struct {
  const void *input;
  void *output;
  float scale;
  float offset;
} ck_cast_work;

#define CK_DEFINE_CAST(name, From, To, expression)                                         \
  CK_HOT static void name##_range(void *context, int64_t begin, int64_t end, int worker) { \
    (void)worker;                                                                          \
    const ck_cast_work *work = context;                                                    \
    const From *input = work->input;                                                       \
    To *output = work->output;                                                             \
    float scale = work->scale, offset = work->offset;                                      \
    (void)scale, (void)offset;                                                             \
    CK_INDEPENDENT                                                                         \
    for (int64_t i = begin; i < end; ++i) output[i] = expression;                          \
  }

CK_DEFINE_CAST(ck_cast_f32_bf16, float, ck_bfloat16, ck_to_bfloat16(input[i]))
CK_DEFINE_CAST(ck_cast_bf16_f32, ck_bfloat16, float, ck_from_bfloat16(input[i]))
CK_DEFINE_CAST(ck_cast_u8_f32, uint8_t, float, (float)input[i] * scale + offset)
CK_DEFINE_CAST(ck_cast_i32_f32, int32_t, float, (float)input[i])
CK_DEFINE_CAST(ck_cast_i64_f32, int64_t, float, (float)input[i])

void ck_cast_f32_bf16(const float *input, uint16_t *output, int64_t count) {
  ck_cast_work work = {input, output, 1.0f, 0.0f};
  ck_parallel_for(count, ck_elementwise_grain, ck_cast_f32_bf16_range, &work);
}

void ck_cast_bf16_f32(const uint16_t *input, float *output, int64_t count) {
  ck_cast_work work = {input, output, 1.0f, 0.0f};
  ck_parallel_for(count, ck_elementwise_grain, ck_cast_bf16_f32_range, &work);
}

void ck_cast_u8_f32(const uint8_t *input, float scale, float offset, float *output, int64_t count) {
  ck_cast_work work = {input, output, scale, offset};
  ck_parallel_for(count, ck_elementwise_grain, ck_cast_u8_f32_range, &work);
}

void ck_cast_i32_f32(const int32_t *input, float *output, int64_t count) {
  ck_cast_work work = {input, output, 1.0f, 0.0f};
  ck_parallel_for(count, ck_elementwise_grain, ck_cast_i32_f32_range, &work);
}

void ck_cast_i64_f32(const int64_t *input, float *output, int64_t count) {
  ck_cast_work work = {input, output, 1.0f, 0.0f};
  ck_parallel_for(count, ck_elementwise_grain, ck_cast_i64_f32_range, &work);
}
