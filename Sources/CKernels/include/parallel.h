// What kernels run on: the processor, and the one way in which they use threads, a range cut in fixed pieces over the
// OpenMP team that oneDNN uses too.
#pragma once
#include <stdbool.h>
#include <stdint.h>

/// Works on the items `begin ..< end` of a range; `worker` numbers the piece, 0 ..< ck_thread_count().
typedef void (*ck_range_body)(void *context, int64_t begin, int64_t end, int worker);

/// Cuts `0 ..< count` in ⌈count / grain⌉ contiguous pieces of about the same size, at most ck_thread_count(), and runs
/// them together.
/// The cut depends on `count`, `grain` and the thread count alone, so equal calls give equal bits.
void ck_parallel_for(int64_t count, int64_t grain, ck_range_body body, void *context);

/// As ck_parallel_for, in more pieces, for bodies whose results do not depend on the cut: each worker begins with its own
/// ones, and who is ready early, because the others' cores are slower or busy with something else, takes some of theirs.
/// A worker's pieces follow each other, mostly; `worker` numbers who works, not the piece.
void ck_parallel_share(int64_t count, int64_t grain, ck_range_body body, void *context);

/// The size of the team of the calling thread; workers, whose own teams may be smaller, are told it by their caller.
int ck_thread_count(void);

/// Sets the size of the team that the calling thread starts from now on.
void ck_set_thread_count(int count);

/// Makes denormal numbers zero in every thread of the team (they slow arithmetic by up to a hundred times).
void ck_flush_denormals(void);

/// Whether the processor has 32 registers of 16 float32 numbers (AVX-512): products that keep their sums in registers
/// are written for these.
bool ck_has_wide_registers(void);

/// Whether the processor multiplies pairs of bfloat16 numbers as fast as single float32 ones (AVX-512 BF16 of AMD's; Intel's
/// take four times as long, measured in convolutions).
bool ck_has_fast_bfloat16_products(void);
