// Filters over planes and transforms, compiled once a level by base.c, v3.c and v4.c, which define CM_NAME(name).

#include "CImageKernels.h"
#include "../planes/filters.h"
#include "../planes/visibility.h"
#include "spectra.h"
#include "../votes/votes.h"

const cm_image_kernels CM_NAME(image_kernels) = {
    .fir_rows = CM_NAME(fir_rows),
    .fir_columns = CM_NAME(fir_columns),
    .minimum_rows = CM_NAME(minimum_rows),
    .minimum_columns = CM_NAME(minimum_columns),
    .fft_lanes = CM_NAME(fft_lanes),
    .whiten_blocks = CM_NAME(whiten_blocks),
    .combine_waves = CM_NAME(combine_waves),
    .mask_strengths = CM_NAME(mask_strengths),
    .multiply_rows = CM_NAME(multiply_rows),
    .similarity_sums = CM_NAME(similarity_sums),
    .line_sums = CM_NAME(line_sums),
    .block_votes = CM_NAME(block_votes),
};
