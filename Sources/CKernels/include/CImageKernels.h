// Inner loops over planes of floats and over spectra, one table of functions a CPU level.
//
// Contract as in CKernels.h: a plain Swift reference each, all levels equal bit for bit (floats are never contracted, every
// sum has one order), no allocation, no state. Planes are rows of floats without padding.

#ifndef COUNTERMARK_CIMAGEKERNELS_H
#define COUNTERMARK_CIMAGEKERNELS_H

#include <stddef.h>
#include <stdint.h>

// Transforms work on eight signals side by side: element i of signal l lies at [i * 8 + l].
#define CM_LANES 8
// Blocks of the whitening: 32 x 32 samples, half overlapping, sixteen at a time (two a complex lane).
#define CM_BLOCK 32
#define CM_BLOCK_GROUP 16
// Samples of a wave that lie side by side.
#define CM_WAVE_BLOCK 16

typedef struct {
  // out(x) = taps[0] in(x) + sum of taps[t] (in(x - t) + in(x + t)), along rows; borders repeat as d c b a | a b c d | d c b a.
  // `scratch` holds width + 2 radius floats; taps has radius + 1. `in` may be `out`.
  void (*fir_rows)(const float *in, float *out, size_t width, size_t height, const float *taps,
                   size_t radius, float *scratch);
  // The same along columns, for rows first, first + step, … of `in`, written one below the other; `in` is not `out`.
  void (*fir_columns)(const float *in, float *out, size_t width, size_t height, const float *taps,
                      size_t radius, size_t first, size_t step);
  // Smallest value within `radius`, along rows and along columns, borders as above.
  void (*minimum_rows)(const float *in, float *out, size_t width, size_t height, size_t radius,
                       float *scratch);
  void (*minimum_columns)(const float *in, float *out, size_t width, size_t height, size_t radius);

  // Forward transform of CM_LANES complex signals of n = 2^k samples in place: X(k) = sum x(j) exp(-2 pi i j k / n).
  // `twiddles` holds cos and -sin of 2 pi k / n for k < n / 2 in turn; `reversed` the bit-reversed places.
  void (*fft_lanes)(float *re, float *im, size_t n, const float *twiddles,
                    const uint32_t *reversed);

  // Whitens CM_BLOCK_GROUP blocks, whose first lies at `in` and each next one half a block to the right, and adds them to
  // `out` at the same places. Only the first `count` blocks are added. `floor` is added to the smoothed power.
  // `window` holds CM_BLOCK floats, `scratch` CM_WHITEN_SCRATCH.
  void (*whiten_blocks)(const float *in, float *out, size_t stride, size_t count,
                        const float *window, float floor, const float *twiddles,
                        const uint32_t *reversed, float *scratch);

  // out(x, y) = sum over j < terms of weights[y * terms + j] * wave j at x, for `rows` rows of `width` samples. Waves come in
  // blocks of CM_WAVE_BLOCK samples, the last one padded: sample x of wave j is waves[(x / B * terms + j) * B + x % B].
  void (*combine_waves)(const float *waves, const float *weights, size_t terms, size_t width,
                        size_t rows, float *out);

  // How strongly a pixel may carry a pattern: v^0.85 for v = min(max(min(deviation, 1.6 sqrt(quiet) + 0.5) + 1.5, 1.5), 25),
  // by a polynomial in sqrt(v) that is off by less than a part in ten thousand. Neither input is negative.
  void (*mask_strengths)(const float *deviation, const float *quiet, float *out, size_t count);

  // Multiplies values by factors in place; returns the sum of the squares of the products.
  double (*multiply_rows)(float *values, const float *factors, size_t count);

  // Adds to sums[g] the structural similarity of `count` windows with `gains[g]` times a pattern added, from the windows' means,
  // variances and covariance.
  void (*similarity_sums)(const float *mean, const float *pattern_mean, const float *variance,
                          const float *covariance, const float *pattern_variance, size_t count,
                          const float *gains, size_t gain_count, double *sums);

  // For each of `scales` scales: the sums of power at the bins nearest to (fx, fy) * gains[s], over the first
  // min(inner, counts[s]) lines and over the first counts[s]. fx is never negative; `power` has rows of `stride` bins, row
  // `half` is frequency zero.
  void (*line_sums)(const uint16_t *power, size_t stride, int32_t half, const float *fx,
                    const float *fy, size_t inner, const float *gains, const uint32_t *counts,
                    size_t scales, uint32_t *inner_sums, uint32_t *sums);

  // For `count` blocks of 4 x 4 samples side by side: how surely a mark quantised with `step` says one (1) or zero (-1), by the
  // largest coefficients but the first, and by the largest singular value. Either output may be NULL. Samples stay below 2^20.
  void (*block_votes)(const float *values, size_t stride, size_t count, float step,
                      float *largest, float *singular);
} cm_image_kernels;

// Four planes of CM_BLOCK x CM_BLOCK x CM_LANES floats.
#define CM_WHITEN_SCRATCH 32768

// The functions compiled for `level`, or NULL where this build or this CPU does not have them.
const cm_image_kernels *cm_image_kernels_at(int level);

#endif
