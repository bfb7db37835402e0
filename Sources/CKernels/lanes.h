// Groups of channels as explicit vectors, for kernels that must keep several of them in registers.
// A group of float32 is one vector of 16. A group of bfloat16 is two: its 32 channels split into even and odd
// ones, the low and high halves of 32-bit words, so that no shuffle is needed to widen or narrow them.
#pragma once
#include <stdint.h>
#include <string.h>

#include "bfloat16.h"
#include "template_names.h"

typedef float ck_lanes __attribute__((vector_size(64)));
typedef int32_t ck_int_lanes __attribute__((vector_size(64)));
typedef uint32_t ck_bit_lanes __attribute__((vector_size(64)));

/// A line of the cache.
enum { ck_line_bytes = 64 };

#define CK_UNROLL _Pragma("clang loop unroll(full)")

enum { CK_GROUP_f32 = 16, CK_PARTS_f32 = 1, CK_GROUP_bf16 = 32, CK_PARTS_bf16 = 2 };

/// min(max(value, lower), upper); NaN stays a NaN.
CK_INLINE void ck_clamp_lanes(ck_lanes *value, float lower, float upper) {
  const ck_lanes low = lower - (ck_lanes){0}, high = upper - (ck_lanes){0};
  const ck_bit_lanes below = (ck_bit_lanes)(*value < low), above = (ck_bit_lanes)(*value > high);
  *value = (ck_lanes)(((ck_bit_lanes)*value & ~below & ~above) | ((ck_bit_lanes)low & below) |
                      ((ck_bit_lanes)high & above));
}

/// Loads one group.
CK_INLINE void ck_load_group_f32(const float *source, ck_lanes *parts) { memcpy(parts, source, 64); }

CK_INLINE void ck_load_group_bf16(const ck_bfloat16 *source, ck_lanes *parts) {
  ck_bit_lanes words;
  memcpy(&words, source, 64);
  parts[0] = (ck_lanes)(words << 16);
  parts[1] = (ck_lanes)(words & 0xFFFF0000u);
}

/// Stores one group.
CK_INLINE void ck_store_group_f32(float *target, const ck_lanes *parts) { memcpy(target, parts, 64); }

/// The float32 bits rounded to nearest even at bit 16; NaN stays a NaN.
CK_INLINE void ck_round_bits(const ck_lanes *value, ck_bit_lanes *result) {
  ck_bit_lanes bits = (ck_bit_lanes)*value;
  ck_bit_lanes rounded = bits + 0x7FFFu + ((bits >> 16) & 1u);
  ck_bit_lanes isNumber = (ck_bit_lanes)(*value == *value);
  *result = (rounded & isNumber) | ((bits | 0x400000u) & ~isNumber);
}

CK_INLINE void ck_store_group_bf16(ck_bfloat16 *target, const ck_lanes *parts) {
  ck_bit_lanes even, odd;
  ck_round_bits(parts, &even);
  ck_round_bits(parts + 1, &odd);
  ck_bit_lanes words = (even >> 16) | (odd & 0xFFFF0000u);
  memcpy(target, &words, 64);
}

/// Where the value at `position` of a group stands in its 64 bytes.
CK_INLINE int64_t ck_lane_element_f32(int64_t position) { return position; }
CK_INLINE int64_t ck_lane_element_bf16(int64_t position) { return 2 * (position % 16) + position / 16; }

/// Fewer channels than a group are read and written as two pieces of equal size that may overlap: the first
/// and the last `size` channels, where `size` is the largest power of two up to the number of channels.
#define CK_WITH_PIECES(count, action) \
  do {                                \
    if ((count) >= 16) action(16);    \
    else if ((count) >= 8) action(8); \
    else if ((count) >= 4) action(4); \
    else if ((count) >= 2) action(2); \
    else action(1);                   \
  } while (0)

#define TEMPLATE "lanes.inc"
#include "both_types.inc"
