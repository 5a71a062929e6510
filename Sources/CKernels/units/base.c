// The level every machine has.
#define CM_NAME(name) cm_base_##name
#include "impl.h"
