// bfloat16 is the upper half of a float32, rounded to nearest even.
#pragma once
#include <stdint.h>
#include <string.h>

#include "dispatch.h"

typedef uint16_t ck_bfloat16;

CK_INLINE float ck_from_bfloat16(ck_bfloat16 value) {
  uint32_t bits = (uint32_t)value << 16;
  float result;
  memcpy(&result, &bits, sizeof result);
  return result;
}

CK_INLINE ck_bfloat16 ck_to_bfloat16(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  uint32_t rounded = (bits + 0x7FFFu + ((bits >> 16) & 1u)) >> 16;
  uint32_t quietNaN = (bits >> 16) | 0x40u;
  return (ck_bfloat16)(((bits & 0x7FFFFFFFu) > 0x7F800000u) ? quietNaN : rounded);
}
