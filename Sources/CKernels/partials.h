// Partial results of a parallel reduction, one for each worker, on the caller's stack.
#pragma once
#include <stdint.h>

#include "dispatch.h"

enum { ck_partial_limit = 256 };

/// The grain, made so coarse that no worker has a number of ck_partial_limit or more.
CK_INLINE int64_t ck_partial_grain(int64_t count, int64_t grain) {
  int64_t least = (count + ck_partial_limit - 1) / ck_partial_limit;
  return grain > least ? grain : least;
}
