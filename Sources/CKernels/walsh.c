#include "walsh.h"

#include "lanes.h"
#include "parallel.h"

// A Walsh function with fewer than s sign changes, s a power of two, is constant on s equal runs of the block's
// edge. So a block is first summed up to s × s cells, where s is the smallest that serves all bases; only the
// cells are transformed.

enum { ck_walsh_group = 16, ck_walsh_scratch = 8192, ck_walsh_longest_chunk = 512, ck_walsh_bases = 256 };

/// What both directions need: the work is cut in items of one block and one chunk of channels.
typedef struct {
  ck_walsh_shape shape;
  int64_t cells;   // along an edge
  int64_t chunk;   // channels of an item, a multiple of a group
  int64_t chunks;
  int64_t paddingTop;
  int64_t paddingLeft;
  uint8_t places[ck_walsh_bases];  // where each basis lies among the transformed cells
} ck_walsh_plan;

/// The place of a sequency in a transform in natural order: the bits of its Gray code, reversed.
static int64_t ck_walsh_natural(int64_t sequency, int64_t cells) {
  const int64_t gray = sequency ^ (sequency >> 1);
  int64_t natural = 0;
  for (int64_t low = 1, high = cells / 2; high > 0; low *= 2, high /= 2) {
    if (gray & low) natural |= high;
  }
  return natural;
}

static ck_walsh_plan ck_walsh_plan_of(const ck_walsh_shape *shape) {
  ck_walsh_plan plan = {.shape = *shape, .cells = 1};
  for (int64_t basis = 0; basis < shape->bases; basis++) {
    while (shape->rowSequencies[basis] >= plan.cells || shape->columnSequencies[basis] >= plan.cells) {
      plan.cells *= 2;
    }
  }
  for (int64_t basis = 0; basis < shape->bases; basis++) {
    plan.places[basis] = (uint8_t)(ck_walsh_natural(shape->rowSequencies[basis], plan.cells) * plan.cells +
                                   ck_walsh_natural(shape->columnSequencies[basis], plan.cells));
  }
  const int64_t fitting = ck_walsh_scratch / (plan.cells * plan.cells);
  plan.chunk = fitting < ck_walsh_longest_chunk ? fitting : ck_walsh_longest_chunk;
  plan.chunks = (shape->channels + plan.chunk - 1) / plan.chunk;
  plan.paddingTop = (shape->block * shape->blockRows - shape->height + 1) / 2;
  plan.paddingLeft = (shape->block * shape->blockColumns - shape->width + 1) / 2;
  return plan;
}

/// One item of the work.
typedef struct {
  int64_t image;
  int64_t block;         // within the image
  int64_t top, left;     // of the block in the grid; negative where it begins in the padding
  int64_t firstChannel;
  int64_t channels;
} ck_walsh_item;

static ck_walsh_item ck_walsh_item_of(const ck_walsh_plan *plan, int64_t index) {
  const ck_walsh_shape *shape = &plan->shape;
  const int64_t blocks = shape->blockRows * shape->blockColumns;
  ck_walsh_item item = {.image = index / plan->chunks / blocks, .block = index / plan->chunks % blocks};
  item.top = item.block / shape->blockColumns * shape->block - plan->paddingTop;
  item.left = item.block % shape->blockColumns * shape->block - plan->paddingLeft;
  item.firstChannel = index % plan->chunks * plan->chunk;
  const int64_t rest = shape->channels - item.firstChannel;
  item.channels = rest < plan->chunk ? rest : plan->chunk;
  return item;
}

static int64_t ck_walsh_item_count(const ck_walsh_plan *plan) {
  return plan->shape.batch * plan->shape.blockRows * plan->shape.blockColumns * plan->chunks;
}

/// Where the tokens of an image begin.
static inline int64_t ck_walsh_tokens(const ck_walsh_shape *shape, int64_t image) {
  return image * (shape->extra + shape->height * shape->width);
}

/// Where the rows of coefficients of an image begin.
static inline int64_t ck_walsh_rows(const ck_walsh_shape *shape, int64_t image) {
  return image * (shape->extra + shape->blockRows * shape->blockColumns * shape->bases);
}

/// The row or column that stands at a position; −1 for a zero.
static inline int64_t ck_walsh_source(int64_t position, int64_t size, int reflects) {
  if (position >= 0 && position < size) return position;
  if (!reflects) return -1;
  if (size == 1) return 0;
  const int64_t period = 2 * (size - 1);
  const int64_t distance = (position < 0 ? -position : position) % period;
  return distance < size ? distance : period - distance;
}

/// The transform of `size` vectors in natural order.
CK_INLINE void ck_walsh_butterflies(ck_lanes *values, const int size) {
  CK_UNROLL for (int step = 1; step < size; step *= 2) {
    CK_UNROLL for (int index = 0; index < size; index++) {
      if (index & step) continue;
      const ck_lanes a = values[index], b = values[index + step];
      values[index] = a + b;
      values[index + step] = a - b;
    }
  }
}

/// The transform of size × size vectors along both axes.
CK_INLINE void ck_walsh_transform(ck_lanes *cells, const int size) {
  for (int row = 0; row < size; row++) ck_walsh_butterflies(cells + row * size, size);
  for (int column = 0; column < size; column++) {
    ck_lanes values[16];
    CK_UNROLL for (int row = 0; row < size; row++) values[row] = cells[row * size + column];
    ck_walsh_butterflies(values, size);
    CK_UNROLL for (int row = 0; row < size; row++) cells[row * size + column] = values[row];
  }
}

/// Calls `action(cells)` with the number of cells as a constant.
#define CK_WALSH_WITH_CELLS(cells, action) \
  switch (cells) {                         \
    case 1: action(1); break;              \
    case 2: action(2); break;              \
    case 4: action(4); break;              \
    case 8: action(8); break;              \
    default: action(16);                   \
  }

/// Calls `action(cells, run)` with the number of cells and of pixels in each, along an edge of `block` pixels.
#define CK_WALSH_WITH_RUNS(cells, block, action) \
  switch ((cells) * 32 + (block)) {              \
    case 1 * 32 + 4: action(1, 4); break;        \
    case 2 * 32 + 4: action(2, 2); break;        \
    case 4 * 32 + 4: action(4, 1); break;        \
    case 1 * 32 + 8: action(1, 8); break;        \
    case 2 * 32 + 8: action(2, 4); break;        \
    case 4 * 32 + 8: action(4, 2); break;        \
    case 8 * 32 + 8: action(8, 1); break;        \
    case 1 * 32 + 16: action(1, 16); break;      \
    case 2 * 32 + 16: action(2, 8); break;       \
    case 4 * 32 + 16: action(4, 4); break;       \
    case 8 * 32 + 16: action(8, 2); break;       \
    default: action(16, 1);                      \
  }

/// A loop over the groups of a chunk, with `first` channel and number of `lanes`; only the last can be narrow.
#define CK_WALSH_GROUPS(channels)                                                                            \
  for (int64_t first = 0, lanes; first < (channels) &&                                                       \
       (lanes = (channels) - first < ck_walsh_group ? (channels) - first : ck_walsh_group, 1);               \
       first += ck_walsh_group)

typedef uint16_t ck_short_group __attribute__((vector_size(32)));

CK_INLINE void ck_walsh_widen_f32(const float *source, ck_lanes *value) { memcpy(value, source, 64); }
CK_INLINE void ck_walsh_narrow_f32(float *target, const ck_lanes *value) { memcpy(target, value, 64); }

CK_INLINE void ck_walsh_widen_bf16(const ck_bfloat16 *source, ck_lanes *value) {
  ck_short_group halves;
  memcpy(&halves, source, 32);
  *value = (ck_lanes)(__builtin_convertvector(halves, ck_bit_lanes) << 16);
}

CK_INLINE void ck_walsh_narrow_bf16(ck_bfloat16 *target, const ck_lanes *value) {
  ck_bit_lanes bits;
  ck_round_bits(value, &bits);
  const ck_short_group halves = __builtin_convertvector(bits >> 16, ck_short_group);
  memcpy(target, &halves, 32);
}

#define NAME(name) JOIN(ck_walsh_##name##_, SUFFIX)

#define SUFFIX f32
#define T float
#include "walsh_lanes.inc"
#include "walsh_project.inc"
#include "walsh_reconstruct.inc"
#undef SUFFIX
#undef T

#define SUFFIX bf16
#define T ck_bfloat16
#include "walsh_lanes.inc"
#include "walsh_project.inc"
#include "walsh_reconstruct.inc"
