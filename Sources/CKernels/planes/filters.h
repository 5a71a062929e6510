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

static void CM_NAME(fir_rows)(const float *in, float *out, size_t width, size_t height,
                              const float *taps, size_t radius, float *restrict scratch) {
  for (size_t y = 0; y < height; y++) {
    CM_NAME(padded_row)(in + y * width, width, radius, scratch);
    float *row = out + y * width;
    const float *middle = scratch + radius;
    for (size_t x = 0; x < width; x++) row[x] = taps[0] * middle[x];
    // Four taps a pass, added in the same order as one by one.
    size_t t = 1;
    for (; t + 3 <= radius; t += 4) {
      const float *l = middle - t - 3, *r = middle + t;
      float a = taps[t], b = taps[t + 1], c = taps[t + 2], d = taps[t + 3];
      for (size_t x = 0; x < width; x++)
        row[x] = row[x] + a * (l[x + 3] + r[x]) + b * (l[x + 2] + r[x + 1]) +
                 c * (l[x + 1] + r[x + 2]) + d * (l[x] + r[x + 3]);
    }
    for (; t <= radius; t++) {
      const float *left = middle - t, *right = middle + t;
      float tap = taps[t];
      for (size_t x = 0; x < width; x++) row[x] += tap * (left[x] + right[x]);
    }
  }
}

static void CM_NAME(fir_columns)(const float *in, float *restrict out, size_t width,
                                 size_t height, const float *taps, size_t radius) {
  for (size_t y = 0; y < height; y++) {
    float *restrict row = out + y * width;
    const float *middle = in + y * width;
    for (size_t x = 0; x < width; x++) row[x] = taps[0] * middle[x];
    for (size_t t = 1; t <= radius; t++) {
      const float *above = in + width * CM_NAME(reflected)((ptrdiff_t)y - (ptrdiff_t)t, height);
      const float *below = in + width * CM_NAME(reflected)((ptrdiff_t)(y + t), height);
      float tap = taps[t];
      for (size_t x = 0; x < width; x++) row[x] += tap * (above[x] + below[x]);
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

static void CM_NAME(combine_waves)(const float *waves, const float *weights, size_t terms,
                                   size_t width, float *out) {
  // Blocks of the row stay in registers and the first cache level while all waves pass.
  for (size_t start = 0; start < width; start += 64) {
    size_t count = width - start < 64 ? width - start : 64;
    float sum[64] = {0};
    for (size_t j = 0; j < terms; j++) {
      const float *wave = waves + j * width + start;
      float weight = weights[j];
      if (count == 64) {
        for (size_t x = 0; x < 64; x++) sum[x] += weight * wave[x];
      } else {
        for (size_t x = 0; x < count; x++) sum[x] += weight * wave[x];
      }
    }
    memcpy(out + start, sum, count * sizeof(float));
  }
}
