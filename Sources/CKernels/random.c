#include "random.h"

#include "bfloat16.h"
#include "parallel.h"
#include "vector_math.h"

// Words are made in chunks of 64 blocks of Philox. Word `lane` of block `b` of a chunk is element 64·lane + b
// of it, so that vectors are written as they come.
enum {
  ck_chunk_blocks = 64,
  ck_chunk = 4 * ck_chunk_blocks,
  ck_random_grain = 4096,
};

/// Philox 4x32-10 (Salmon, Moraes, Dror, Shaw: Parallel Random Numbers, SC'11) with key = seed and counter =
/// (block, stream), for all blocks of one chunk.
CK_INLINE void ck_random_chunk(ck_random_stream stream, uint64_t chunk, uint32_t *words) {
  CK_INDEPENDENT
  for (int b = 0; b < ck_chunk_blocks; ++b) {
    uint64_t block = chunk * ck_chunk_blocks + (uint64_t)b;
    uint32_t c0 = (uint32_t)block, c1 = (uint32_t)(block >> 32);
    uint32_t c2 = (uint32_t)stream.stream, c3 = (uint32_t)(stream.stream >> 32);
    uint32_t k0 = (uint32_t)stream.seed, k1 = (uint32_t)(stream.seed >> 32);
    for (int round = 0; round < 10; ++round) {
      uint64_t product0 = (uint64_t)0xD2511F53u * c0, product1 = (uint64_t)0xCD9E8D57u * c2;
      uint32_t next0 = (uint32_t)(product1 >> 32) ^ c1 ^ k0, next2 = (uint32_t)(product0 >> 32) ^ c3 ^ k1;
      c0 = next0;
      c1 = (uint32_t)product1;
      c2 = next2;
      c3 = (uint32_t)product0;
      k0 += 0x9E3779B9u;
      k1 += 0xBB67AE85u;
    }
    words[b] = c0;
    words[ck_chunk_blocks + b] = c1;
    words[2 * ck_chunk_blocks + b] = c2;
    words[3 * ck_chunk_blocks + b] = c3;
  }
}

/// The next part of a range that lies in one chunk.
typedef struct {
  uint64_t chunk;
  int64_t first;  // in the chunk
  int64_t count;
} ck_chunk_part;

CK_INLINE ck_chunk_part ck_chunk_part_at(ck_random_stream stream, int64_t position, int64_t end) {
  uint64_t element = stream.offset + (uint64_t)position;
  int64_t first = (int64_t)(element % ck_chunk);
  int64_t count = end - position < ck_chunk - first ? end - position : ck_chunk - first;
  return (ck_chunk_part){element / ck_chunk, first, count};
}

CK_INLINE float ck_uniform_of_word(uint32_t word) { return (float)(int32_t)(word >> 8) * 0x1p-24f; }

typedef struct {
  ck_random_stream stream;
  float a;
  float b;
  const void *input;
  void *output;
} ck_random_work;

CK_HOT static void ck_random_uniform_range(void *context, int64_t begin, int64_t end, int worker) {
  (void)worker;
  const ck_random_work *work = context;
  float lower = work->a, extent = work->b - work->a;
  // Rounding must not reach the upper bound.
  float greatest = extent > 0.0f ? ck_float_of_bits(ck_bits(work->b) + (work->b > 0.0f ? -1u : 1u)) : work->b;
  if (work->b == 0.0f) greatest = -0x1p-126f;
  uint32_t words[ck_chunk];
  while (begin < end) {
    ck_chunk_part part = ck_chunk_part_at(work->stream, begin, end);
    ck_random_chunk(work->stream, part.chunk, words);
    float *output = (float *)work->output + begin;
    const uint32_t *source = words + part.first;
    CK_INDEPENDENT
    for (int64_t i = 0; i < part.count; ++i) {
      output[i] = ck_minimum(lower + extent * ck_uniform_of_word(source[i]), greatest);
    }
    begin += part.count;
  }
}

void ck_random_uniform(ck_random_stream stream, float lower, float upper, float *output, int64_t count) {
  ck_random_work work = {.stream = stream, .a = lower, .b = upper, .output = output};
  ck_parallel_for(count, ck_random_grain, ck_random_uniform_range, &work);
}

/// Turns the words of a chunk into normal numbers: lanes 0, 1 and lanes 2, 3 are pairs (radius, angle).
CK_INLINE void ck_normals_of_words(const uint32_t *words, float mean, float deviation, float *normals) {
  for (int pair = 0; pair < ck_chunk; pair += 2 * ck_chunk_blocks) {
    CK_INDEPENDENT
    for (int b = pair; b < pair + ck_chunk_blocks; ++b) {
      float sine, cosine;
      float radius = ck_sqrt(-2.0f * ck_log(ck_minimum((float)words[b] * 0x1p-32f + 0x1p-33f, 1.0f)));
      ck_sine_cosine_of_turn(ck_uniform_of_word(words[b + ck_chunk_blocks]), &sine, &cosine);
      normals[b] = mean + deviation * (radius * cosine);
      normals[b + ck_chunk_blocks] = mean + deviation * (radius * sine);
    }
  }
}

CK_HOT static void ck_random_normal_range(void *context, int64_t begin, int64_t end, int worker) {
  (void)worker;
  const ck_random_work *work = context;
  float *output = work->output;
  uint32_t words[ck_chunk];
  float normals[ck_chunk];
  while (begin < end) {
    ck_chunk_part part = ck_chunk_part_at(work->stream, begin, end);
    ck_random_chunk(work->stream, part.chunk, words);
    ck_normals_of_words(words, work->a, work->b, normals);
    memcpy(output + begin, normals + part.first, (size_t)part.count * sizeof(float));
    begin += part.count;
  }
}

void ck_random_normal(ck_random_stream stream, float mean, float deviation, float *output, int64_t count) {
  ck_random_work work = {.stream = stream, .a = mean, .b = deviation, .output = output};
  ck_parallel_for(count, ck_random_grain, ck_random_normal_range, &work);
}

#include "element_f32.inc"
#include "dropout.inc"
#include "element_bf16.inc"
#include "dropout.inc"
