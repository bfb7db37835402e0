#include "broadcast.h"

ck_broadcast ck_broadcast_of_shapes(int rank, const int64_t *leftShape, const int64_t *rightShape) {
  ck_broadcast result = {.rank = 0, .count = 1};
  // From the last dimension to the first; the result is kept in reverse order until the end.
  int64_t shape[CK_MAXIMUM_RANK], left[CK_MAXIMUM_RANK], right[CK_MAXIMUM_RANK];
  int64_t leftCount = 1, rightCount = 1;
  for (int d = rank - 1; d >= 0; --d) {
    int64_t size = leftShape[d] == 1 ? rightShape[d] : leftShape[d];
    int64_t leftStride = leftShape[d] == 1 && size != 1 ? 0 : leftCount;
    int64_t rightStride = rightShape[d] == 1 && size != 1 ? 0 : rightCount;
    leftCount *= leftShape[d];
    rightCount *= rightShape[d];
    result.count *= size;
    if (size == 1) continue;
    int last = result.rank - 1;
    if (last >= 0 && (left[last] == 0) == (leftStride == 0) && (right[last] == 0) == (rightStride == 0)) {
      shape[last] *= size;
      continue;
    }
    shape[result.rank] = size;
    left[result.rank] = leftStride;
    right[result.rank] = rightStride;
    ++result.rank;
  }
  if (result.rank == 0) {
    result.rank = 1;
    shape[0] = left[0] = right[0] = 1;
  }
  for (int d = 0; d < result.rank; ++d) {
    result.shape[d] = shape[result.rank - 1 - d];
    result.leftStrides[d] = left[result.rank - 1 - d];
    result.rightStrides[d] = right[result.rank - 1 - d];
  }
  return result;
}

ck_broadcast_position ck_broadcast_seek(const ck_broadcast *broadcast, int64_t row) {
  ck_broadcast_position position = {.left = 0, .right = 0};
  for (int d = broadcast->rank - 2; d >= 0; --d) {
    position.index[d] = row % broadcast->shape[d];
    position.left += position.index[d] * broadcast->leftStrides[d];
    position.right += position.index[d] * broadcast->rightStrides[d];
    row /= broadcast->shape[d];
  }
  return position;
}
