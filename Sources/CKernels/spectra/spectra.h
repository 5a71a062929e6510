// Fourier transforms of eight signals side by side, block whitening, and sums of power along a lattice.
//
// Radix 2, decimation in time (Cooley and Tukey 1965). Eight lanes fill one AVX register or two of SSE2.

typedef float CM_NAME(lanes) __attribute__((vector_size(32), aligned(4)));

// Places of sample i: base + i * stride lanes.
static inline void CM_NAME(fft)(float *re, float *im, size_t n, size_t stride,
                                const float *twiddles, const uint32_t *reversed) {
  CM_NAME(lanes) *r = (CM_NAME(lanes) *)re, *m = (CM_NAME(lanes) *)im;
  for (size_t i = 0; i < n; i++) {
    size_t j = reversed[i];
    if (j <= i) continue;
    CM_NAME(lanes) a = r[i * stride], b = m[i * stride];
    r[i * stride] = r[j * stride];
    m[i * stride] = m[j * stride];
    r[j * stride] = a;
    m[j * stride] = b;
  }
  for (size_t i = 0; i < n; i += 2) {
    CM_NAME(lanes) ar = r[i * stride], ai = m[i * stride];
    CM_NAME(lanes) br = r[(i + 1) * stride], bi = m[(i + 1) * stride];
    r[i * stride] = ar + br;
    m[i * stride] = ai + bi;
    r[(i + 1) * stride] = ar - br;
    m[(i + 1) * stride] = ai - bi;
  }
  for (size_t half = 2; half < n; half *= 2) {
    size_t step = n / (2 * half);
    for (size_t start = 0; start < n; start += 2 * half) {
      for (size_t k = 0; k < half; k++) {
        float c = twiddles[2 * k * step], s = twiddles[2 * k * step + 1];
        size_t p = (start + k) * stride, q = (start + k + half) * stride;
        CM_NAME(lanes) br = r[q] * c - m[q] * s, bi = r[q] * s + m[q] * c;
        CM_NAME(lanes) ar = r[p], ai = m[p];
        r[p] = ar + br;
        m[p] = ai + bi;
        r[q] = ar - br;
        m[q] = ai - bi;
      }
    }
  }
}

static void CM_NAME(fft_lanes)(float *re, float *im, size_t n, const float *twiddles,
                               const uint32_t *reversed) {
  if (n > 1) CM_NAME(fft)(re, im, n, 1, twiddles, reversed);
}

static inline void CM_NAME(fft_blocks)(float *re, float *im, const float *twiddles,
                                       const uint32_t *reversed) {
  for (size_t y = 0; y < CM_BLOCK; y++)
    CM_NAME(fft)(re + y * CM_BLOCK * CM_LANES, im + y * CM_BLOCK * CM_LANES, CM_BLOCK, 1, twiddles,
                 reversed);
  for (size_t x = 0; x < CM_BLOCK; x++)
    CM_NAME(fft)(re + x * CM_LANES, im + x * CM_LANES, CM_BLOCK, CM_BLOCK, twiddles, reversed);
}

// The gain of one bin: one over the root of the power smoothed over 3 x 3 bins, rows around the circle, columns reflected.
static inline void CM_NAME(gain)(const CM_NAME(lanes) *power, size_t y, size_t x, float floor,
                                 CM_NAME(lanes) *gain) {
  size_t rows[3] = {(y + CM_BLOCK - 1) % CM_BLOCK, y, (y + 1) % CM_BLOCK};
  size_t columns[3] = {x == 0 ? 0 : x - 1, x, x == CM_BLOCK / 2 ? x : x + 1};
  CM_NAME(lanes) sum = {0};
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++) sum += power[rows[i] * (CM_BLOCK / 2 + 1) + columns[j]];
  sum = sum * (1.0f / 9.0f) + floor;
  // Unlike sqrtf this sets no errno, so that it stays one instruction.
  *gain = 1.0f / __builtin_elementwise_sqrt(sum);
}

static void CM_NAME(whiten_blocks)(const float *in, float *out, size_t stride, size_t count,
                                   const float *window, float floor, const float *twiddles,
                                   const uint32_t *reversed, float *scratch) {
  const size_t size = CM_BLOCK * CM_BLOCK;
  float *re = scratch, *im = scratch + size * CM_LANES;
  CM_NAME(lanes) *r = (CM_NAME(lanes) *)re, *m = (CM_NAME(lanes) *)im;
  CM_NAME(lanes) *power_a = (CM_NAME(lanes) *)(scratch + 2 * size * CM_LANES);
  CM_NAME(lanes) *power_b = (CM_NAME(lanes) *)(scratch + 3 * size * CM_LANES);

  // Block l is the real part and block l + 8 the imaginary part of lane l.
  CM_NAME(lanes) mean_a = {0}, mean_b = {0};
  for (size_t y = 0; y < CM_BLOCK; y++) {
    const float *row = in + y * stride;
    for (size_t x = 0; x < CM_BLOCK; x++) {
      CM_NAME(lanes) a, b;
      for (int l = 0; l < CM_LANES; l++) {
        a[l] = row[l * (CM_BLOCK / 2) + x];
        b[l] = row[(l + CM_LANES) * (CM_BLOCK / 2) + x];
      }
      r[y * CM_BLOCK + x] = a;
      m[y * CM_BLOCK + x] = b;
      mean_a += a;
      mean_b += b;
    }
  }
  mean_a *= 1.0f / (float)size;
  mean_b *= 1.0f / (float)size;
  for (size_t y = 0; y < CM_BLOCK; y++)
    for (size_t x = 0; x < CM_BLOCK; x++) {
      float w = window[y] * window[x];
      r[y * CM_BLOCK + x] = (r[y * CM_BLOCK + x] - mean_a) * w;
      m[y * CM_BLOCK + x] = (m[y * CM_BLOCK + x] - mean_b) * w;
    }
  CM_NAME(fft_blocks)(re, im, twiddles, reversed);

  // The two spectra of a lane: A = (Z(k) + conj Z(-k)) / 2, B = (Z(k) - conj Z(-k)) / 2i.
  for (size_t y = 0; y < CM_BLOCK; y++)
    for (size_t x = 0; x <= CM_BLOCK / 2; x++) {
      size_t p = y * CM_BLOCK + x;
      size_t q = ((CM_BLOCK - y) % CM_BLOCK) * CM_BLOCK + (CM_BLOCK - x) % CM_BLOCK;
      CM_NAME(lanes) ar = r[p] + r[q], ai = m[p] - m[q], br = m[p] + m[q], bi = r[q] - r[p];
      power_a[y * (CM_BLOCK / 2 + 1) + x] = 0.25f * (ar * ar + ai * ai);
      power_b[y * (CM_BLOCK / 2 + 1) + x] = 0.25f * (br * br + bi * bi);
    }
  for (size_t x = 0; x <= CM_BLOCK / 2; x++)
    for (size_t y = 0; y < CM_BLOCK; y++) {
      size_t mirrored = (CM_BLOCK - y) % CM_BLOCK;
      int is_own_mirror = x == 0 || x == CM_BLOCK / 2;
      if (is_own_mirror && mirrored < y) continue;
      size_t p = y * CM_BLOCK + x, q = mirrored * CM_BLOCK + (CM_BLOCK - x) % CM_BLOCK;
      if (x == 0 && y == 0) {
        r[0] = m[0] = (CM_NAME(lanes)){0};
        continue;
      }
      CM_NAME(lanes) ga, gb;
      CM_NAME(gain)(power_a, y, x, floor, &ga);
      CM_NAME(gain)(power_b, y, x, floor, &gb);
      if (is_own_mirror) {
        // A real block's bins come in conjugate pairs: both get the mean gain.
        CM_NAME(lanes) other_a, other_b;
        CM_NAME(gain)(power_a, mirrored, x, floor, &other_a);
        CM_NAME(gain)(power_b, mirrored, x, floor, &other_b);
        ga = 0.5f * (ga + other_a);
        gb = 0.5f * (gb + other_b);
      }
      CM_NAME(lanes) ar = 0.5f * ga * (r[p] + r[q]), ai = 0.5f * ga * (m[p] - m[q]);
      CM_NAME(lanes) br = 0.5f * gb * (m[p] + m[q]), bi = 0.5f * gb * (r[q] - r[p]);
      r[p] = ar - bi;
      m[p] = ai + br;
      r[q] = ar + bi;
      m[q] = br - ai;
    }
  // Backwards: the same transform with the parts exchanged.
  CM_NAME(fft_blocks)(im, re, twiddles, reversed);
  for (size_t y = 0; y < CM_BLOCK; y++)
    for (size_t x = 0; x < CM_BLOCK; x++) {
      float w = window[y] * window[x] * (1.0f / (float)size);
      r[y * CM_BLOCK + x] *= w;
      m[y * CM_BLOCK + x] *= w;
    }
  for (size_t block = 0; block < count; block++) {
    const float *values = (block < CM_LANES ? re : im) + block % CM_LANES;
    for (size_t y = 0; y < CM_BLOCK; y++) {
      float *row = out + y * stride + block * (CM_BLOCK / 2);
      for (size_t x = 0; x < CM_BLOCK; x++) row[x] += values[(y * CM_BLOCK + x) * CM_LANES];
    }
  }
}

static void CM_NAME(line_sums)(const uint16_t *power, size_t stride, int32_t half, const float *fx,
                               const float *fy, size_t inner, const float *gains,
                               const uint32_t *counts, size_t scales, uint32_t *inner_sums,
                               uint32_t *sums) {
  for (size_t s = 0; s < scales; s++) {
    float gain = gains[s];
    size_t count = counts[s], near = inner < count ? inner : count;
    uint32_t sum = 0;
    inner_sums[s] = 0;
    for (size_t start = 0; start < count;) {
      int32_t places[64];
      size_t end = start < near ? near : count;
      size_t some = end - start < 64 ? end - start : 64;
      // Truncation rounds to the nearest bin, as what is truncated is not negative.
      for (size_t i = 0; i < some; i++) {
        int32_t column = (int32_t)(fx[start + i] * gain + 0.5f);
        int32_t row = (int32_t)(fy[start + i] * gain + ((float)half + 0.5f));
        places[i] = row * (int32_t)stride + column;
      }
      // Four sums, so that an addition need not wait for the last one. Vector gathers were measured to be no faster (Zen 4).
      uint32_t a = 0, b = 0, c = 0, d = 0;
      size_t i = 0;
      for (; i + 4 <= some; i += 4) {
        a += power[places[i]];
        b += power[places[i + 1]];
        c += power[places[i + 2]];
        d += power[places[i + 3]];
      }
      for (; i < some; i++) a += power[places[i]];
      sum += a + b + c + d;
      start += some;
      if (start == near) inner_sums[s] = sum;
    }
    sums[s] = sum;
  }
}
