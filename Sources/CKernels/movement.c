#include "movement.h"

#include <stdbool.h>

#include "bfloat16.h"
#include "elementwise.h"
#include "parallel.h"
#include "partials.h"
#include "vector_math.h"

enum {
  ck_movement_bytes = 65536,  // the least that a thread is started for
};

CK_INLINE int64_t ck_movement_grain(int64_t bytesPerItem) {
  return ck_movement_bytes / (bytesPerItem > 0 ? bytesPerItem : 1) + 1;
}

typedef struct {
  const int64_t *values;
  int64_t bound;
  int64_t first[ck_partial_limit];
} ck_bound_work;

static void ck_bound_range(void *context, int64_t begin, int64_t end, int worker) {
  ck_bound_work *work = context;
  for (int64_t i = begin; i < end; ++i) {
    if ((uint64_t)work->values[i] < (uint64_t)work->bound) continue;
    work->first[worker] = i;
    return;
  }
}

int64_t ck_first_out_of_range(const int64_t *values, int64_t count, int64_t bound) {
  ck_bound_work work = {.values = values, .bound = bound};
  for (int worker = 0; worker < ck_partial_limit; ++worker) work.first[worker] = -1;
  ck_parallel_for(count, ck_partial_grain(count, 16384), ck_bound_range, &work);
  for (int worker = 0; worker < ck_partial_limit; ++worker) {
    if (work.first[worker] >= 0) return work.first[worker];
  }
  return -1;
}

typedef struct {
  const char *source;
  int64_t rowBytes;
  const int64_t *indices;
  char *output;
} ck_gather_work;

static void ck_gather_range(void *context, int64_t begin, int64_t end, int worker) {
  (void)worker;
  const ck_gather_work *work = context;
  int64_t bytes = work->rowBytes;
  for (int64_t i = begin; i < end; ++i) {
    memcpy(work->output + i * bytes, work->source + work->indices[i] * bytes, (size_t)bytes);
  }
}

void ck_gather_rows(const void *source, int64_t rowBytes, const int64_t *indices, int64_t count,
                    void *output) {
  ck_gather_work work = {source, rowBytes, indices, output};
  ck_parallel_for(count, ck_movement_grain(rowBytes), ck_gather_range, &work);
}

typedef struct {
  const char *source;
  int64_t extent;
  int64_t blockBytes;
  const int64_t *indices;
  int64_t count;
  char *output;
} ck_selection_work;

/// A block; the sizes of one element are named, so that they are moved without a call.
CK_INLINE void ck_copy_block(char *to, const char *from, int64_t bytes) {
  if (bytes == 4) {
    memcpy(to, from, 4);
  } else if (bytes == 2) {
    memcpy(to, from, 2);
  } else {
    memcpy(to, from, (size_t)bytes);
  }
}

static void ck_select_range(void *context, int64_t begin, int64_t end, int worker) {
  (void)worker;
  const ck_selection_work *work = context;
  int64_t bytes = work->blockBytes;
  for (int64_t o = begin; o < end; ++o) {
    const char *source = work->source + o * work->extent * bytes;
    char *output = work->output + o * work->count * bytes;
    for (int64_t i = 0; i < work->count; ++i) ck_copy_block(output + i * bytes, source + work->indices[i] * bytes, bytes);
  }
}

void ck_select_blocks(const void *source, int64_t outer, int64_t extent, int64_t blockBytes,
                      const int64_t *indices, int64_t count, void *output) {
  ck_selection_work work = {source, extent, blockBytes, indices, count, output};
  ck_parallel_for(outer, ck_movement_grain(count * blockBytes), ck_select_range, &work);
}

static void ck_place_range(void *context, int64_t begin, int64_t end, int worker) {
  (void)worker;
  const ck_selection_work *work = context;
  int64_t bytes = work->blockBytes;
  for (int64_t o = begin; o < end; ++o) {
    const char *source = work->source + o * work->count * bytes;
    char *output = work->output + o * work->extent * bytes;
    for (int64_t i = 0; i < work->count; ++i) ck_copy_block(output + work->indices[i] * bytes, source + i * bytes, bytes);
  }
}

void ck_place_blocks(const void *source, int64_t outer, int64_t extent, int64_t blockBytes,
                     const int64_t *indices, int64_t count, void *output) {
  ck_selection_work work = {source, extent, blockBytes, indices, count, output};
  ck_parallel_for(outer, ck_movement_grain(count * blockBytes), ck_place_range, &work);
}

typedef struct {
  const char *source;
  int64_t axis;
  int64_t innerBytes;
  int64_t shift;  // in 0 ..< axis
  char *output;
} ck_roll_work;

/// Rows begin ..< end of the output [outer · axis].
static void ck_roll_range(void *context, int64_t begin, int64_t end, int worker) {
  (void)worker;
  const ck_roll_work *work = context;
  int64_t axis = work->axis;
  while (begin < end) {
    int64_t position = begin % axis;
    int64_t from = position >= work->shift ? position - work->shift : position - work->shift + axis;
    int64_t run = axis - (position > from ? position : from);
    if (run > end - begin) run = end - begin;
    memcpy(work->output + begin * work->innerBytes,
           work->source + (begin - position + from) * work->innerBytes, (size_t)(run * work->innerBytes));
    begin += run;
  }
}

void ck_roll(const void *source, int64_t outer, int64_t axis, int64_t innerBytes, int64_t shift,
             void *output) {
  if (axis <= 0) return;
  ck_roll_work work = {source, axis, innerBytes, (shift % axis + axis) % axis, output};
  ck_parallel_for(outer * axis, ck_movement_grain(innerBytes), ck_roll_range, &work);
}

#include "element_f32.inc"
#include "scatter.inc"
#include "element_bf16.inc"
#include "scatter.inc"
