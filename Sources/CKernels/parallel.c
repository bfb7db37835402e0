#include "parallel.h"

#include <stdatomic.h>

#if defined(__SSE__)
#include <xmmintrin.h>
#endif

// The entry points of the OpenMP run time that libdnnl brings (libgomp; libomp exports the same names).
extern void GOMP_parallel(void (*body)(void *), void *context, unsigned threads, unsigned flags);
extern int omp_get_thread_num(void);
extern int omp_get_num_threads(void);
extern int omp_get_max_threads(void);
extern int omp_in_parallel(void);
extern void omp_set_num_threads(int);

typedef struct {
  ck_range_body body;
  void *context;
  int64_t count;
  int pieces;
} ck_range;

static void ck_run_piece(void *argument) {
  const ck_range *range = argument;
  int workers = omp_get_num_threads();
  for (int piece = omp_get_thread_num(); piece < range->pieces; piece += workers) {
    int64_t begin = range->count * piece / range->pieces;
    int64_t end = range->count * (piece + 1) / range->pieces;
    range->body(range->context, begin, end, piece);
  }
}

/// One more piece for every `grain` items.
static int64_t ck_most_pieces(int64_t count, int64_t grain) {
  return grain > 1 ? (count + grain - 1) / grain : count;
}

void ck_parallel_for(int64_t count, int64_t grain, ck_range_body body, void *context) {
  if (count <= 0) return;
  int64_t pieces = ck_most_pieces(count, grain);
  int threads = ck_thread_count();
  if (pieces > threads) pieces = threads;
  if (pieces <= 1 || omp_in_parallel()) {
    body(context, 0, count, 0);
    return;
  }
  ck_range range = {body, context, count, (int)pieces};
  GOMP_parallel(ck_run_piece, &range, (unsigned)threads, 0);
}

/// Pieces of each worker: at the end nobody waits longer than for one of them.
enum { ck_shares = 8 };

typedef struct {
  ck_range_body body;
  void *context;
  int64_t count;
  int64_t pieces;
  int queues;
  _Atomic int64_t *next;  // the next piece of each queue
} ck_shared_range;

static void ck_run_shares(void *argument) {
  const ck_shared_range *range = argument;
  const int worker = omp_get_thread_num();
  for (int turn = 0; turn < range->queues; ++turn) {
    const int queue = (worker + turn) % range->queues;
    const int64_t last = range->pieces * (queue + 1) / range->queues;
    for (int64_t piece; (piece = atomic_fetch_add(range->next + queue, 1)) < last;) {
      range->body(range->context, range->count * piece / range->pieces, range->count * (piece + 1) / range->pieces,
                  worker);
    }
  }
}

void ck_parallel_share(int64_t count, int64_t grain, ck_range_body body, void *context) {
  if (count <= 0) return;
  const int threads = ck_thread_count();
  const int64_t most = ck_most_pieces(count, grain);
  if (threads == 1 || most == 1 || omp_in_parallel()) {
    body(context, 0, count, 0);
    return;
  }
  const int queues = most < threads ? (int)most : threads;
  _Atomic int64_t next[queues];
  const int64_t pieces = most < queues * ck_shares ? most : queues * ck_shares;
  for (int queue = 0; queue < queues; ++queue) atomic_init(next + queue, pieces * queue / queues);
  ck_shared_range range = {body, context, count, pieces, queues, next};
  GOMP_parallel(ck_run_shares, &range, (unsigned)threads, 0);
}

int ck_thread_count(void) { return omp_get_max_threads(); }

void ck_set_thread_count(int count) { omp_set_num_threads(count); }

static void ck_flush_denormals_here(void *context, int64_t begin, int64_t end, int worker) {
  (void)context, (void)begin, (void)end, (void)worker;
#if defined(__SSE__)
  _mm_setcsr(_mm_getcsr() | 0x8040);  // flush to zero, denormals are zero
#endif
}

void ck_flush_denormals(void) {
  ck_parallel_for(ck_thread_count(), 1, ck_flush_denormals_here, 0);
}

bool ck_has_wide_registers(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl");
#else
  return false;
#endif
}

bool ck_has_fast_bfloat16_products(void) {
#if defined(__x86_64__)
  return ck_has_wide_registers() && __builtin_cpu_supports("avx512bf16") && __builtin_cpu_is("amd");
#else
  return false;
#endif
}
