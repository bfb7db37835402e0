#include "softmax.h"

#include <math.h>
#include <stdbool.h>

#include "bfloat16.h"
#include "parallel.h"
#include "partials.h"
#include "vector_math.h"

/// One more thread for every 4096 elements.
CK_INLINE int64_t ck_softmax_grain(int64_t width) { return 4096 / (width > 0 ? width : 1) + 1; }

typedef struct {
  const int64_t *labels;
  int64_t classes;
  int64_t ignoreIndex;
  int64_t first[ck_partial_limit];
} ck_label_work;

static void ck_label_range(void *context, int64_t begin, int64_t end, int worker) {
  ck_label_work *work = context;
  for (int64_t i = begin; i < end; ++i) {
    int64_t label = work->labels[i];
    if (label == work->ignoreIndex || (label >= 0 && label < work->classes)) continue;
    work->first[worker] = i;
    return;
  }
}

int64_t ck_first_invalid_label(const int64_t *labels, int64_t rows, int64_t classes, int64_t ignoreIndex) {
  ck_label_work work = {.labels = labels, .classes = classes, .ignoreIndex = ignoreIndex};
  for (int worker = 0; worker < ck_partial_limit; ++worker) work.first[worker] = -1;
  ck_parallel_for(rows, ck_partial_grain(rows, 16384), ck_label_range, &work);
  for (int worker = 0; worker < ck_partial_limit; ++worker) {
    if (work.first[worker] >= 0) return work.first[worker];
  }
  return -1;
}

#include "element_f32.inc"
#include "softmax.inc"
#include "cross_entropy.inc"
#include "element_bf16.inc"
#include "softmax.inc"
#include "cross_entropy.inc"
