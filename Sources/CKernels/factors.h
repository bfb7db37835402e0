// The numbers that products multiply, in words of 32 bits: one float32, or two bfloat16 that stand next to each other in a sum,
// whose products are added at once.
#pragma once
#include <stdint.h>
#include <string.h>

#include "lanes.h"

#if defined(__x86_64__)
#include <immintrin.h>
/// Hot functions of bfloat16 products.
#define CK_HOT_bf16 __attribute__((target("arch=x86-64-v4,avx512bf16")))
#else
#define CK_HOT_bf16
#endif
#define CK_HOT_f32 CK_HOT
/// What is inlined into hot functions has to allow their instructions.
#define CK_INLINE_bf16 CK_INLINE CK_HOT_bf16
#define CK_INLINE_f32 CK_INLINE

typedef float ck_word_f32;
typedef uint32_t ck_word_bf16;
/// Terms of a sum in a word.
enum { CK_TERMS_f32 = 1, CK_TERMS_bf16 = 2 };

/// sum += left · right, with the same word on the right for every lane.
CK_INLINE void ck_multiply_add_f32(ck_lanes *sum, const ck_lanes *left, ck_word_f32 right) { *sum += *left * right; }

CK_INLINE_bf16 void ck_multiply_add_bf16(ck_lanes *sum, const ck_lanes *left, ck_word_bf16 right) {
  const ck_bit_lanes words = right - (ck_bit_lanes){0};
#if defined(__x86_64__)
  *sum = (ck_lanes)_mm512_dpbf16_ps((__m512)*sum, (__m512bh)*left, (__m512bh)words);
#else
  const ck_bit_lanes factors = (ck_bit_lanes)*left;
  *sum += (ck_lanes)(factors << 16) * (ck_lanes)(words << 16);
  *sum += (ck_lanes)(factors & 0xFFFF0000u) * (ck_lanes)(words & 0xFFFF0000u);
#endif
}

typedef uint16_t ck_half_lanes __attribute__((vector_size(32)));

/// The upper halves of the lanes, rounded.
CK_INLINE_bf16 void ck_narrow_lanes(const ck_lanes *values, ck_half_lanes *result) {
#if defined(__x86_64__)
  *result = (ck_half_lanes)_mm512_cvtneps_pbh((__m512)*values);
#else
  ck_bit_lanes bits;
  ck_round_bits(values, &bits);
  *result = __builtin_convertvector(bits >> 16, ck_half_lanes);
#endif
}

/// Loads 16 neighbouring numbers.
CK_INLINE void ck_load_lanes_f32(const float *source, ck_lanes *values) { memcpy(values, source, sizeof *values); }

CK_INLINE_bf16 void ck_load_lanes_bf16(const ck_bfloat16 *source, ck_lanes *values) {
  ck_half_lanes halves;
  memcpy(&halves, source, sizeof halves);
  *values = (ck_lanes)(__builtin_convertvector(halves, ck_bit_lanes) << 16);
}

/// Stores 16 neighbouring numbers; neighbours share words.
CK_INLINE void ck_store_lanes_f32(void *target, const ck_lanes *values) { memcpy(target, values, sizeof *values); }

CK_INLINE_bf16 void ck_store_lanes_bf16(void *target, const ck_lanes *values) {
  ck_half_lanes halves;
  ck_narrow_lanes(values, &halves);
  memcpy(target, &halves, sizeof halves);
}

/// 16 words of the terms that stand at equal places of CK_TERMS vectors, which are `stride` apart.
CK_INLINE void ck_join_terms_f32(const ck_lanes *terms, int64_t stride, ck_lanes *words) {
  (void)stride;
  *words = *terms;
}

CK_INLINE_bf16 void ck_join_terms_bf16(const ck_lanes *terms, int64_t stride, ck_lanes *words) {
  ck_half_lanes first, second;
  ck_narrow_lanes(terms, &first);
  ck_narrow_lanes(terms + stride, &second);
  *words = (ck_lanes)(__builtin_convertvector(first, ck_bit_lanes) |
                      __builtin_convertvector(second, ck_bit_lanes) << 16);
}
