// x86-64-v4. The attribute, not a flag, raises the level: SwiftPM refuses unsafe flags to dependents.
#if defined(__x86_64__)
#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4"))), apply_to = function)
#define CM_COMPRESS_512
#define CM_NAME(name) cm_v4_##name
#include "impl.h"
#pragma clang attribute pop
#else
typedef int cm_v4_units_is_for_x86_64_only;
#endif
