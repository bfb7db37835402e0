#include <math.h>

#include "lanes.h"
#include "parallel.h"
#include "pooling.h"
#include "taps.h"
#include "template_names.h"

#define NAME(name) JOIN(ck_max_pool_##name##_, SUFFIX)

typedef uint8_t ck_byte_lanes __attribute__((vector_size(16)));
typedef uint16_t ck_short_lanes __attribute__((vector_size(32)));

CK_INLINE void ck_store_offset_group_f32(uint8_t *target, const ck_int_lanes *offsets) {
  ck_byte_lanes bytes = __builtin_convertvector(offsets[0], ck_byte_lanes);
  memcpy(target, &bytes, sizeof bytes);
}

CK_INLINE void ck_store_offset_group_bf16(uint8_t *target, const ck_int_lanes *offsets) {
  ck_short_lanes pairs = __builtin_convertvector(offsets[0] | (offsets[1] << 8), ck_short_lanes);
  memcpy(target, &pairs, sizeof pairs);
}

CK_INLINE void ck_load_offset_group_f32(const uint8_t *source, ck_int_lanes *offsets) {
  ck_byte_lanes bytes;
  memcpy(&bytes, source, sizeof bytes);
  offsets[0] = __builtin_convertvector(bytes, ck_int_lanes);
}

CK_INLINE void ck_load_offset_group_bf16(const uint8_t *source, ck_int_lanes *offsets) {
  ck_short_lanes pairs;
  memcpy(&pairs, source, sizeof pairs);
  ck_int_lanes words = __builtin_convertvector(pairs, ck_int_lanes);
  offsets[0] = words & 0xFF;
  offsets[1] = words >> 8;
}

#define TEMPLATE "pooling_max.inc"
#include "both_types.inc"
