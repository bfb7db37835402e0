// Marks for hot functions: compiled once for each instruction set, chosen when the library loads.
#pragma once

#if defined(__x86_64__)
#define CK_HOT __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CK_HOT
#endif
#define CK_INLINE static inline __attribute__((always_inline))
/// Lets the compiler reorder the additions of one function, which vectorises its sums.
#define CK_REASSOCIATE _Pragma("clang fp reassociate(on) contract(fast)")
