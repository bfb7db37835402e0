#include "optimizer.h"

#include <math.h>

#include "bfloat16.h"
#include "parallel.h"
#include "partials.h"
#include "vector_math.h"

enum { ck_optimizer_grain = 16384 };

/// Calls `body(slot, from, to)` for the parts of the slots that make up elements begin ..< end of all slots
/// in a row.
#define CK_FOR_SLOT_PARTS(slots, slotCount, begin, end, body)                                        \
  for (int64_t s = 0, start = 0; s < (slotCount) && start < (end); start += (slots)[s].count, ++s) { \
    int64_t from = (begin) > start ? (begin) - start : 0;                                            \
    int64_t to = (end) - start < (slots)[s].count ? (end) - start : (slots)[s].count;                \
    if (from < to) body(&(slots)[s], from, to);                                                      \
  }

typedef struct {
  const ck_parameter_slot *slots;
  int64_t slotCount;
  const void *options;
  double partial[ck_partial_limit];
} ck_optimizer_work;

static int64_t ck_slot_elements(const ck_parameter_slot *slots, int64_t slotCount) {
  int64_t total = 0;
  for (int64_t s = 0; s < slotCount; ++s) total += slots[s].count;
  return total;
}

CK_INLINE void ck_sgd_part(const ck_sgd_options *options, const ck_parameter_slot *slot, int64_t from,
                           int64_t to) {
  float *weight = slot->weight, *buffer = slot->state0;
  const float *gradient = slot->gradient;
  float rate = options->learningRate, momentum = options->momentum, decay = options->weightDecay;
  float gradientScale = options->gradientScale;
  if (momentum == 0.0f) {
    CK_INDEPENDENT
    for (int64_t i = from; i < to; ++i) weight[i] -= rate * (gradientScale * gradient[i] + decay * weight[i]);
    return;
  }
  // The step is weight −= rate·(own·g + buffered·b).
  float own = options->nesterov ? 1.0f : 0.0f, buffered = options->nesterov ? momentum : 1.0f;
  CK_INDEPENDENT
  for (int64_t i = from; i < to; ++i) {
    float g = gradientScale * gradient[i] + decay * weight[i];
    float b = momentum * buffer[i] + g;
    buffer[i] = b;
    weight[i] -= rate * (own * g + buffered * b);
  }
}

CK_HOT static void ck_sgd_range(void *context, int64_t begin, int64_t end, int worker) {
  (void)worker;
  const ck_optimizer_work *work = context;
#define CK_PART(slot, from, to) ck_sgd_part(work->options, slot, from, to)
  CK_FOR_SLOT_PARTS(work->slots, work->slotCount, begin, end, CK_PART)
#undef CK_PART
}

void ck_sgd_step(const ck_parameter_slot *slots, int64_t slotCount, const ck_sgd_options *options) {
  ck_optimizer_work work = {.slots = slots, .slotCount = slotCount, .options = options};
  ck_parallel_for(ck_slot_elements(slots, slotCount), ck_optimizer_grain, ck_sgd_range, &work);
}

typedef struct {
  float shrink;                   // 1 − learningRate·weightDecay
  float rate;                     // learningRate/(1 − β₁ᵗ)
  float inverseRootOfCorrection;  // 1/√(1 − β₂ᵗ)
  float beta1, beta2, oneMinusBeta1, oneMinusBeta2, epsilon, gradientScale;
} ck_adamw_constants;

CK_INLINE void ck_adamw_part(const ck_adamw_constants *constants, const ck_parameter_slot *slot, int64_t from,
                             int64_t to) {
  const ck_adamw_constants k = *constants;
  float *weight = slot->weight, *first = slot->state0, *second = slot->state1;
  const float *gradient = slot->gradient;
  CK_INDEPENDENT
  for (int64_t i = from; i < to; ++i) {
    float g = k.gradientScale * gradient[i];
    float m = k.beta1 * first[i] + k.oneMinusBeta1 * g;
    float v = k.beta2 * second[i] + k.oneMinusBeta2 * g * g;
    first[i] = m;
    second[i] = v;
    weight[i] = weight[i] * k.shrink - k.rate * m / (ck_sqrt(v) * k.inverseRootOfCorrection + k.epsilon);
  }
}

CK_HOT static void ck_adamw_range(void *context, int64_t begin, int64_t end, int worker) {
  (void)worker;
  const ck_optimizer_work *work = context;
#define CK_PART(slot, from, to) ck_adamw_part(work->options, slot, from, to)
  CK_FOR_SLOT_PARTS(work->slots, work->slotCount, begin, end, CK_PART)
#undef CK_PART
}

void ck_adamw_step(const ck_parameter_slot *slots, int64_t slotCount, const ck_adamw_options *options) {
  double step = (double)options->step;
  ck_adamw_constants constants = {
      .shrink = (float)(1.0 - (double)options->learningRate * (double)options->weightDecay),
      .rate = (float)((double)options->learningRate / (1.0 - pow((double)options->beta1, step))),
      .inverseRootOfCorrection = (float)(1.0 / sqrt(1.0 - pow((double)options->beta2, step))),
      .beta1 = options->beta1,
      .beta2 = options->beta2,
      .oneMinusBeta1 = 1.0f - options->beta1,
      .oneMinusBeta2 = 1.0f - options->beta2,
      .epsilon = options->epsilon,
      .gradientScale = options->gradientScale};
  ck_optimizer_work work = {.slots = slots, .slotCount = slotCount, .options = &constants};
  ck_parallel_for(ck_slot_elements(slots, slotCount), ck_optimizer_grain, ck_adamw_range, &work);
}

CK_INLINE double ck_squares_part(const ck_parameter_slot *slot, int64_t from, int64_t to) {
  CK_REASSOCIATE
  const float *gradient = slot->gradient;
  double total = 0;
  for (int64_t block = from; block < to; block += 1024) {
    int64_t blockEnd = to - block < 1024 ? to : block + 1024;
    float sum = 0.0f;
    for (int64_t i = block; i < blockEnd; ++i) sum += gradient[i] * gradient[i];
    total += (double)sum;
  }
  return total;
}

CK_HOT static void ck_squares_range(void *context, int64_t begin, int64_t end, int worker) {
  ck_optimizer_work *work = context;
  double total = 0;
#define CK_PART(slot, from, to) total += ck_squares_part(slot, from, to)
  CK_FOR_SLOT_PARTS(work->slots, work->slotCount, begin, end, CK_PART)
#undef CK_PART
  work->partial[worker] = total;
}

double ck_gradient_sum_of_squares(const ck_parameter_slot *slots, int64_t slotCount) {
  ck_optimizer_work work = {.slots = slots, .slotCount = slotCount};
  int64_t count = ck_slot_elements(slots, slotCount);
  ck_parallel_for(count, ck_partial_grain(count, ck_optimizer_grain), ck_squares_range, &work);
  double total = 0;
  for (int worker = 0; worker < ck_partial_limit; ++worker) total += work.partial[worker];
  return total;
}

typedef struct {
  const ck_average_slot *slots;
  int64_t slotCount;
  float decay;
} ck_average_work;

CK_INLINE void ck_average_part(float decay, const ck_average_slot *slot, int64_t from, int64_t to) {
  float *average = slot->average;
  const float *weight = slot->weight;
  float rest = 1.0f - decay;
  CK_INDEPENDENT
  for (int64_t i = from; i < to; ++i) average[i] = decay * average[i] + rest * weight[i];
}

CK_HOT static void ck_average_range(void *context, int64_t begin, int64_t end, int worker) {
  (void)worker;
  const ck_average_work *work = context;
#define CK_PART(slot, from, to) ck_average_part(work->decay, slot, from, to)
  CK_FOR_SLOT_PARTS(work->slots, work->slotCount, begin, end, CK_PART)
#undef CK_PART
}

void ck_average_step(const ck_average_slot *slots, int64_t slotCount, float decay) {
  int64_t count = 0;
  for (int64_t s = 0; s < slotCount; ++s) count += slots[s].count;
  ck_average_work work = {slots, slotCount, decay};
  ck_parallel_for(count, ck_optimizer_grain, ck_average_range, &work);
}
