#include "patches.h"

#include <string.h>

#include "bfloat16.h"
#include "parallel.h"
#include "vector_math.h"

enum { ck_patch_thread_elements = 16384 };

/// Lines of `height` pixel rows that are enough for a thread.
static int64_t ck_patch_grain(const ck_patch_grid *grid, int64_t height) {
  const int64_t elements = height * grid->width * grid->channels;
  return elements > 0 ? (ck_patch_thread_elements + elements - 1) / elements : 1;
}

#include "element_f32.inc"
#include "patches.inc"
#include "element_bf16.inc"
#include "patches.inc"
