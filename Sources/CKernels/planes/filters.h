// Separable filters over planes. Each output sample is one sum in one order, whatever the width of a vector.

#include <string.h>

static inline size_t CM_NAME(reflected)(ptrdiff_t index, size_t count) {
  ptrdiff_t period = 2 * (ptrdiff_t)count;
  index %= period;
  if (index < 0) index += period;
  return (size_t)(index < (ptrdiff_t)count ? index : period - 1 - index);
}

static inline void CM_NAME(padded_row)(const float *row, size_t width, size_t radius,
                                       float *out) {
  memcpy(out + radius, row, width * sizeof(float));
  for (size_t t = 1; t <= radius; t++) {
    out[radius - t] = row[CM_NAME(reflected)(-(ptrdiff_t)t, width)];
    out[radius + width - 1 + t] = row[CM_NAME(reflected)((ptrdiff_t)(width - 1 + t), width)];
  }
}

// Sums of four vectors of a row stay in registers while all taps pass: the compiler is told so by types, as it does not see it in arrays.
typedef float CM_NAME(wide) __attribute__((vector_size(64), aligned(4)));
#define CM_FILTER_BLOCK 64
#define CM_FILTER_GROUP 256
#define CM_INLINE static inline __attribute__((always_inline))

CM_INLINE CM_NAME(wide) CM_NAME(load)(const float *from) { return *(const CM_NAME(wide) *)from; }

// out(x) = taps[0] own(x) + sum of taps[t] (before[t](x) + after[t](x)) for one block.
#define CM_FILTER_SUMS(own, before, after)                                                      \
  CM_NAME(wide) s0 = taps[0] * CM_NAME(load)(own), s1 = taps[0] * CM_NAME(load)((own) + 16),    \
                s2 = taps[0] * CM_NAME(load)((own) + 32), s3 = taps[0] * CM_NAME(load)((own) + 48); \
  for (size_t t = 1; t <= radius; t++) {                                                        \
    const float *a = (before), *b = (after);                                                    \
    float tap = taps[t];                                                                        \
    s0 += tap * (CM_NAME(load)(a) + CM_NAME(load)(b));                                          \
    s1 += tap * (CM_NAME(load)(a + 16) + CM_NAME(load)(b + 16));                                \
    s2 += tap * (CM_NAME(load)(a + 32) + CM_NAME(load)(b + 32));                                \
    s3 += tap * (CM_NAME(load)(a + 48) + CM_NAME(load)(b + 48));                                \
  }

CM_INLINE void CM_NAME(store)(float *to, CM_NAME(wide) a, CM_NAME(wide) b, CM_NAME(wide) c,
                              CM_NAME(wide) d) {
  *(CM_NAME(wide) *)to = a;
  *(CM_NAME(wide) *)(to + 16) = b;
  *(CM_NAME(wide) *)(to + 32) = c;
  *(CM_NAME(wide) *)(to + 48) = d;
}

static void CM_NAME(fir_rows)(const float *in, float *out, size_t width, size_t height,
                              const float *taps, size_t radius, float *restrict scratch) {
  for (size_t y = 0; y < height; y++) {
    CM_NAME(padded_row)(in + y * width, width, radius, scratch);
    float *row = out + y * width;
    const float *middle = scratch + radius;
    size_t start = 0;
    for (; start + CM_FILTER_BLOCK <= width; start += CM_FILTER_BLOCK) {
      const float *own = middle + start;
      CM_FILTER_SUMS(own, own - t, own + t)
      CM_NAME(store)(row + start, s0, s1, s2, s3);
    }
    for (size_t x = start; x < width; x++) {
      float sum = taps[0] * middle[x];
      for (size_t t = 1; t <= radius; t++) sum += taps[t] * (middle[x - t] + middle[x + t]);
      row[x] = sum;
    }
  }
}

// The row t above y or below it, in a plane whose borders repeat.
CM_INLINE const float *CM_NAME(above)(const float *in, size_t width, size_t height, size_t y, size_t t) {
  return in + width * (y >= t ? y - t : CM_NAME(reflected)((ptrdiff_t)y - (ptrdiff_t)t, height));
}

CM_INLINE const float *CM_NAME(below)(const float *in, size_t width, size_t height, size_t y, size_t t) {
  return in + width * (y + t < height ? y + t : CM_NAME(reflected)((ptrdiff_t)(y + t), height));
}

// Downwards through one group of blocks of columns after another: the rows that a sum needs stay in the nearest caches, and
// enough of a row is read at once to pay for the step to the next one.
static void CM_NAME(fir_columns)(const float *in, float *restrict out, size_t width,
                                 size_t height, const float *taps, size_t radius, size_t first,
                                 size_t step) {
  size_t whole = width - width % CM_FILTER_BLOCK;
  for (size_t start = 0; start < whole; start += CM_FILTER_GROUP) {
    size_t end = start + CM_FILTER_GROUP < whole ? start + CM_FILTER_GROUP : whole;
    float *row = out;
    for (size_t y = first; y < height; y += step, row += width) {
      for (size_t x = start; x < end; x += CM_FILTER_BLOCK) {
        const float *block = in + x;
        CM_FILTER_SUMS(block + y * width, CM_NAME(above)(block, width, height, y, t),
                       CM_NAME(below)(block, width, height, y, t))
        CM_NAME(store)(row + x, s0, s1, s2, s3);
      }
    }
  }
  if (whole == width) return;
  float *row = out;
  for (size_t y = first; y < height; y += step, row += width) {
    for (size_t x = whole; x < width; x++) row[x] = taps[0] * in[y * width + x];
    for (size_t t = 1; t <= radius; t++) {
      const float *a = CM_NAME(above)(in, width, height, y, t), *b = CM_NAME(below)(in, width, height, y, t);
      for (size_t x = whole; x < width; x++) row[x] += taps[t] * (a[x] + b[x]);
    }
  }
}

static void CM_NAME(minimum_rows)(const float *in, float *out, size_t width, size_t height,
                                  size_t radius, float *scratch) {
  for (size_t y = 0; y < height; y++) {
    CM_NAME(padded_row)(in + y * width, width, radius, scratch);
    float *row = out + y * width;
    for (size_t x = 0; x < width; x++) row[x] = scratch[x];
    for (size_t t = 1; t <= 2 * radius; t++)
      for (size_t x = 0; x < width; x++) row[x] = scratch[x + t] < row[x] ? scratch[x + t] : row[x];
  }
}

static void CM_NAME(minimum_columns)(const float *in, float *restrict out, size_t width,
                                     size_t height, size_t radius) {
  for (size_t y = 0; y < height; y++) {
    float *restrict row = out + y * width;
    memcpy(row, in + y * width, width * sizeof(float));
    for (size_t t = 1; t <= radius; t++) {
      const float *above = in + width * CM_NAME(reflected)((ptrdiff_t)y - (ptrdiff_t)t, height);
      const float *below = in + width * CM_NAME(reflected)((ptrdiff_t)(y + t), height);
      for (size_t x = 0; x < width; x++) {
        float least = above[x] < below[x] ? above[x] : below[x];
        row[x] = least < row[x] ? least : row[x];
      }
    }
  }
}

// Rows that are made at once, so that a wave is loaded once for all of them.
#define CM_WAVE_ROWS 6

static void CM_NAME(combine_waves)(const float *waves, const float *weights, size_t terms,
                                   size_t width, size_t rows, float *out) {
  for (size_t start = 0; start < width; start += CM_WAVE_BLOCK) {
    size_t count = width - start < CM_WAVE_BLOCK ? width - start : CM_WAVE_BLOCK;
    const float *block = waves + start * terms;
    for (size_t y = 0; y < rows; y += CM_WAVE_ROWS) {
      size_t some = rows - y < CM_WAVE_ROWS ? rows - y : CM_WAVE_ROWS;
      CM_NAME(wide) sum[CM_WAVE_ROWS] = {0};
      // Rows beyond the last one are made from its weights again, and not stored.
      const float *own[CM_WAVE_ROWS];
      for (size_t r = 0; r < CM_WAVE_ROWS; r++)
        own[r] = weights + (y + (r < some ? r : some - 1)) * terms;
      for (size_t j = 0; j < terms; j++) {
        CM_NAME(wide) wave = CM_NAME(load)(block + j * CM_WAVE_BLOCK);
#pragma clang loop unroll(full)
        for (size_t r = 0; r < CM_WAVE_ROWS; r++) sum[r] += own[r][j] * wave;
      }
      for (size_t r = 0; r < some; r++)
        memcpy(out + (y + r) * width + start, &sum[r], count * sizeof(float));
    }
  }
}
