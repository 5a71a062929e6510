// The level every machine has: SSE2 on x86-64, plain C elsewhere.
#include <stddef.h>
#include <stdint.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif
#define CM_NAME(name) cm_base_##name
#include "impl.h"
