// Images [batch, height, width, channels] cut into equal patches: sums and means of the patches, and images that are constant on
// each of them.
#pragma once
#include <stdint.h>

/// A grid of rows × columns patches over each image. Patch (i, j) covers the pixels from row i·patchHeight − top and column
/// j·patchWidth − left on, as far as they are in the image.
typedef struct {
  int64_t batch;
  int64_t height;
  int64_t width;
  int64_t channels;
  int64_t rows;
  int64_t columns;
  int64_t patchHeight;
  int64_t patchWidth;
  int64_t top;
  int64_t left;
} ck_patch_grid;

/// pooled [batch, rows, columns, channels] = the sum of each patch, or the mean over its pixels inside the image where isMean ≠ 0;
/// 0 where a patch has none.
void ck_patch_pool_f32(const ck_patch_grid *grid, int isMean, const float *image, float *pooled);
/// As ck_patch_pool_f32, of a bfloat16 image.
void ck_patch_pool_bf16(const ck_patch_grid *grid, int isMean, const uint16_t *image, float *pooled);

/// image = at each pixel the value of its patch; 0 where there is none.
/// @param values float32, [batch, rows, columns, channels].
void ck_patch_expand_f32(const ck_patch_grid *grid, const float *values, float *image);
/// As ck_patch_expand_f32, to a bfloat16 image.
void ck_patch_expand_bf16(const ck_patch_grid *grid, const float *values, uint16_t *image);

/// The pixels of an extent that a patch covers, first ..< end.
typedef struct {
  int64_t first;
  int64_t end;
} ck_patch_span;

static inline ck_patch_span ck_patch_span_of(int64_t index, int64_t patch, int64_t offset, int64_t size) {
  int64_t first = index * patch - offset, end = first + patch;
  first = first < 0 ? 0 : first < size ? first : size;
  end = end < first ? first : end < size ? end : size;
  return (ck_patch_span){first, end};
}
