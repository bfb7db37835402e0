#include "startup.h"
#include <stdlib.h>

#ifdef __linux__
/// Threads that wait for each other give up their cores after 0.1 ms, which outlasts most pauses within a training step. By default
/// they keep them busy for milliseconds, and where another program runs these are the cores that the others wait for: a training
/// beside one was seen to take ten times as long.
static void limit_spinning(void) {
  if (!getenv("OMP_WAIT_POLICY")) setenv("GOMP_SPINCOUNT", "5000", 0);
}

/// libgomp reads its options while it is loaded, before main; this runs earlier.
__attribute__((section(".preinit_array"), used)) static void (*const before_libraries)(void) = limit_spinning;
#endif
