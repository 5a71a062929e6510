// Inner loops of a language model, compiled once a level by base.c, v3.c and v4.c, which define CM_NAME(name) and the width.

#include "CModelKernels.h"
#include "weights.h"
#include "products.h"
#include "layers.h"

const cm_model_kernels CM_NAME(model_kernels) = {
    .spread = {CM_NAME(spread_all_F32), CM_NAME(spread_all_F16), CM_NAME(spread_all_BF16), CM_NAME(spread_all_Q8_0),
               CM_NAME(spread_all_Q4_0), CM_NAME(spread_all_Q4_1)},
    .product = {CM_NAME(product_F32), CM_NAME(product_F16), CM_NAME(product_BF16), CM_NAME(product_Q8_0),
                CM_NAME(product_Q4_0), CM_NAME(product_Q4_1)},
    .products = CM_NAME(products),
    .normalize = CM_NAME(normalize),
    .gated = CM_NAME(gated),
    .rotate = CM_NAME(rotate),
    .attend = CM_NAME(attend),
    .add = CM_NAME(add),
};
