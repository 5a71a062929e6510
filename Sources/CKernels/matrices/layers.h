// What lies between products in a layer of a model. Included once a CPU level, after products.h.

// e^x to about two units in the last place, for every lane the same operations: x = n ln 2 + r, a polynomial in r, and n added to
// the exponent. Below -87 it is e^-87, above 88 it is e^88; NaN stays NaN.
CM_INLINE void CM_NAME(exponential)(float *values, size_t count) {
  typedef int32_t CM_NAME(words) __attribute__((vector_size(4 * CM_WIDTH)));
  for (size_t k = 0; k < count; k += CM_WIDTH) {
    float padded[CM_WIDTH] = {0};
    size_t here = count - k < CM_WIDTH ? count - k : CM_WIDTH;
    memcpy(padded, values + k, 4 * here);
    CM_NAME(vector) x = CM_NAME(load)(padded);
    CM_NAME(vector) low = x - x - 87.0f, high = x - x + 88.0f;
    CM_NAME(words) isLow = x < low, isHigh = x > high;
    CM_NAME(words) bits, lowBits, highBits;
    memcpy(&bits, &x, sizeof bits);
    memcpy(&lowBits, &low, sizeof bits);
    memcpy(&highBits, &high, sizeof bits);
    bits = (bits & ~(isLow | isHigh)) | (lowBits & isLow) | (highBits & isHigh);
    memcpy(&x, &bits, sizeof bits);
    CM_NAME(vector) n = (x * 1.44269504f + 12582912.0f) - 12582912.0f;
    CM_NAME(vector) r = (x - n * 0.693359375f) - n * -2.12194440e-4f;
    CM_NAME(vector) y = r * 1.9875691500e-4f + 1.3981999507e-3f;
    y = y * r + 8.3334519073e-3f;
    y = y * r + 4.1665795894e-2f;
    y = y * r + 1.6666665459e-1f;
    y = y * r + 5.0000001201e-1f;
    y = (y * (r * r) + r) + 1.0f;
    // The place of n in the exponent, read off the sum with 1.5 * 2^23.
    CM_NAME(vector) shifted = n + 12582912.0f;
    memcpy(&bits, &shifted, sizeof bits);
    bits = (bits - 0x4b400000) << 23;
    CM_NAME(words) result;
    memcpy(&result, &y, sizeof result);
    result += bits;
    memcpy(padded, &result, sizeof padded);
    memcpy(values + k, padded, 4 * here);
  }
}

static void CM_NAME(normalize)(const float *x, const float *scale, size_t count, float epsilon, float *out) {
  float factor = 1.0f / __builtin_sqrtf(CM_NAME(dot)(x, x, count) / (float)count + epsilon);
  for (size_t i = 0; i < count; i++) out[i] = scale[i] * (x[i] * factor);
}

static void CM_NAME(gated)(float *gate, const float *up, size_t count) {
  float powers[64];
  for (size_t k = 0; k < count; k += 64) {
    size_t here = count - k < 64 ? count - k : 64;
    for (size_t i = 0; i < here; i++) powers[i] = -gate[k + i];
    CM_NAME(exponential)(powers, here);
    for (size_t i = 0; i < here; i++) gate[k + i] = gate[k + i] / (1.0f + powers[i]) * up[k + i];
  }
}

static void CM_NAME(rotate)(float *x, size_t heads, size_t size, size_t rotated, const float *cosines, const float *sines,
                            int split) {
  size_t pairs = rotated / 2;
  for (size_t head = 0; head < heads; head++, x += size) {
    if (split) {
      for (size_t i = 0; i < pairs; i++) {
        float a = x[i], b = x[i + pairs];
        x[i] = a * cosines[i] - b * sines[i];
        x[i + pairs] = a * sines[i] + b * cosines[i];
      }
    } else {
      for (size_t i = 0; i < pairs; i++) {
        float a = x[2 * i], b = x[2 * i + 1];
        x[2 * i] = a * cosines[i] - b * sines[i];
        x[2 * i + 1] = a * sines[i] + b * cosines[i];
      }
    }
  }
}

// `groups` times sixteen elements of the weighted mean, each summed over positions in order.
CM_INLINE void CM_NAME(weigh)(const float *values, size_t stride, size_t count, const float *weights, float sum, int groups,
                              float *out) {
  CM_NAME(vector) totals[4 * CM_PARTS] = {0};
  for (size_t j = 0; j < count; j++)
    for (int p = 0; p < groups * CM_PARTS; p++)
      totals[p] += CM_NAME(load)(values + j * stride + CM_WIDTH * p) * weights[j];
  for (int p = 0; p < groups * CM_PARTS; p++) {
    CM_NAME(vector) mean = totals[p] / sum;
    memcpy(out + CM_WIDTH * p, &mean, sizeof mean);
  }
}

static void CM_NAME(attend)(const float *query, const float *keys, const float *values, size_t stride, size_t count,
                            size_t size, float scale, float *scores, float *out) {
  float most = -__builtin_inff();
  size_t first = 0;
#if CM_WIDTH == 16
  for (; first + 8 <= count; first += 8) {
    CM_NAME(vector) sums[8] = {0};
    for (size_t k = 0; k < size; k += CM_DOT_LANES)
      for (int j = 0; j < 8; j++)
        sums[j] += CM_NAME(load)(query + k) * CM_NAME(load)(keys + (first + (size_t)j) * stride + k);
    CM_NAME(vector) *lanes[8] = {sums, sums + 1, sums + 2, sums + 3, sums + 4, sums + 5, sums + 6, sums + 7};
    CM_NAME(eight_sums)(lanes, scores + first);
    for (int j = 0; j < 8; j++) scores[first + (size_t)j] *= scale;
  }
#endif
  for (size_t j = first; j < count; j++) scores[j] = CM_NAME(dot)(query, keys + j * stride, size) * scale;
  for (size_t j = 0; j < count; j++) most = scores[j] > most ? scores[j] : most;
  for (size_t j = 0; j < count; j++) scores[j] = scores[j] - most;
  CM_NAME(exponential)(scores, count);
  CM_NAME(vector) sums[CM_PARTS] = {0};
  for (size_t j = 0; j < count; j += CM_DOT_LANES) {
    float padded[CM_DOT_LANES] = {0};
    memcpy(padded, scores + j, 4 * (count - j < CM_DOT_LANES ? count - j : CM_DOT_LANES));
    for (int p = 0; p < CM_PARTS; p++) sums[p] += CM_NAME(load)(padded + CM_WIDTH * p);
  }
  float sum = CM_NAME(sum)(sums);
  size_t i = 0;
  for (; i + 4 * CM_DOT_LANES <= size; i += 4 * CM_DOT_LANES)
    CM_NAME(weigh)(values + i, stride, count, scores, sum, 4, out + i);
  for (; i < size; i += CM_DOT_LANES) CM_NAME(weigh)(values + i, stride, count, scores, sum, 1, out + i);
}

static void CM_NAME(add)(float *out, const float *x, size_t count) {
  for (size_t i = 0; i < count; i++) out[i] += x[i];
}
