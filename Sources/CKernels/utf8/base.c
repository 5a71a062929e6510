// The level every machine has: words of eight bytes, in plain C.
#include <stddef.h>
#include <stdint.h>
#define CM_NAME(name) cm_base_##name
#include "impl.h"
