#pragma once
#include <oneapi/dnnl/dnnl.h>

#if DNNL_VERSION_MAJOR < 3
#error "Martlet needs oneDNN 3.0 or newer; run scripts/setup"
#endif

// Macros with casts are not imported into Swift.
static inline size_t onednn_allocated_by_library(void) { return (size_t)-1; }
