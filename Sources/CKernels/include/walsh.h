// Walsh–Hadamard projections of token grids, block by block.
#pragma once
#include <stdint.h>

/// How tokens [batch, extra + height · width, channels] are cut in blocks, and the functions they are projected on.
///
/// The grid [height, width] is padded to whole blocks, ⌈(block · blockRows − height) / 2⌉ rows at the top, columns
/// likewise.
/// Basis b is the ±1 function with rowSequencies[b] sign changes from the top of a block to its bottom and
/// columnSequencies[b] from left to right. Coefficients are float32,
/// [batch, extra + blockRows · blockColumns · bases, channels]: the extra tokens as they are, then the
/// coefficients of one block after the other.
typedef struct {
  int64_t batch;
  int64_t extra;
  int64_t height;
  int64_t width;
  int64_t channels;
  /// The edge of a block: 4, 8 or 16.
  int64_t block;
  int64_t blockRows;
  int64_t blockColumns;
  /// At most block · block.
  int64_t bases;
  const uint8_t *rowSequencies;
  const uint8_t *columnSequencies;
} ck_walsh_shape;

/// coefficients[n, extra + p · bases + b, c] = scale Σ over the pixels of block p of x · B_b.
/// Beyond the border of the grid x is mirrored without repeating the edge where `reflects`, else zero.
/// sums (float32 [batch, extra + blocks, channels], or null) gets the extra tokens and the sum over each block's own
/// pixels, without padding.
void ck_walsh_project_f32(const ck_walsh_shape *shape, const float *tokens, int reflects, float scale,
                          float *coefficients, float *sums);
/// As ck_walsh_project_f32, with bfloat16 tokens.
void ck_walsh_project_bf16(const ck_walsh_shape *shape, const uint16_t *tokens, int reflects, float scale,
                           float *coefficients, float *sums);

/// tokens[n, extra + pixel, c] = Σ_b coefficients[n, extra + p · bases + b, c] · B_b[pixel]; extra tokens are
/// copied.
void ck_walsh_reconstruct_f32(const ck_walsh_shape *shape, const float *coefficients, float *tokens);
/// As ck_walsh_reconstruct_f32, with bfloat16 tokens.
void ck_walsh_reconstruct_bf16(const ck_walsh_shape *shape, const float *coefficients, uint16_t *tokens);
