// The level every machine has: SSE2 on x86-64, NEON on arm64.
#pragma STDC FP_CONTRACT OFF
#define CM_NAME(name) cm_base_##name
#include "impl.h"
