// Broadcasting of two contiguous operands, with neighbouring dimensions of one kind merged.
#pragma once
#include <stdint.h>

#include "dispatch.h"
#include "elementwise.h"

/// Strides in elements, 0 where the operand is repeated. The rank is at least 1, and the last strides are 0
/// or 1.
typedef struct {
  int rank;
  int64_t shape[CK_MAXIMUM_RANK];
  int64_t leftStrides[CK_MAXIMUM_RANK];
  int64_t rightStrides[CK_MAXIMUM_RANK];
  int64_t count;
} ck_broadcast;

ck_broadcast ck_broadcast_of_shapes(int rank, const int64_t *leftShape, const int64_t *rightShape);

/// A walk over the rows (the last dimension) of a broadcast.
typedef struct {
  int64_t index[CK_MAXIMUM_RANK];
  int64_t left;
  int64_t right;
} ck_broadcast_position;

ck_broadcast_position ck_broadcast_seek(const ck_broadcast *broadcast, int64_t row);

/// Moves to the next row.
CK_INLINE void ck_broadcast_advance(const ck_broadcast *broadcast, ck_broadcast_position *position) {
  for (int d = broadcast->rank - 2; d >= 0; --d) {
    position->left += broadcast->leftStrides[d];
    position->right += broadcast->rightStrides[d];
    if (++position->index[d] < broadcast->shape[d]) return;
    position->index[d] = 0;
    position->left -= broadcast->leftStrides[d] * broadcast->shape[d];
    position->right -= broadcast->rightStrides[d] * broadcast->shape[d];
  }
}
