// How much a mark shows: the mask it is written under, and the structural similarity it leaves.

static void CM_NAME(mask_strengths)(const float *deviation, const float *quiet, float *out,
                                    size_t count) {
  for (size_t i = 0; i < count; i++) {
    float limit = __builtin_elementwise_sqrt(quiet[i]) * 1.6f + 0.5f;
    float v = (deviation[i] < limit ? deviation[i] : limit) + 1.5f;
    v = v < 1.5f ? 1.5f : v;
    v = v > 25.0f ? 25.0f : v;
    // v^0.85 as a polynomial in u = sqrt(v), fitted for the least relative error from 1.5 to 25.
    float u = __builtin_elementwise_sqrt(v);
    float p = -0.0003491187817f;
    p = p * u + 0.007052900735288858f;
    p = p * u + -0.0671229213476181f;
    p = p * u + 0.7451139092445374f;
    p = p * u + 0.3890679180622101f;
    out[i] = p * u + -0.07430928945541382f;
  }
}

// Lanes of sums, the same at every level.
#define CM_SUM_LANES 16

static double CM_NAME(multiply_rows)(float *values, const float *factors, size_t count) {
  float lanes[CM_SUM_LANES] = {0};
  size_t i = 0;
  for (; i + CM_SUM_LANES <= count; i += CM_SUM_LANES)
    for (size_t l = 0; l < CM_SUM_LANES; l++) {
      values[i + l] *= factors[i + l];
      lanes[l] += values[i + l] * values[i + l];
    }
  for (size_t l = 0; i + l < count; l++) {
    values[i + l] *= factors[i + l];
    lanes[l] += values[i + l] * values[i + l];
  }
  double sum = 0;
  for (size_t l = 0; l < CM_SUM_LANES; l++) sum += lanes[l];
  return sum;
}

static inline float CM_NAME(similarity)(float mean, float pattern_mean, float variance,
                                        float covariance, float pattern_variance, float gain) {
  const float c1 = 2.55f * 2.55f, c2 = 7.65f * 7.65f;
  float other = mean + gain * pattern_mean;
  float crossed = gain * covariance, power = gain * gain * pattern_variance;
  float near_below = mean * mean + other * other + c1, near_above = 2 * mean * other + c1;
  float like_above = 2 * (variance + crossed) + c2;
  float like_below = 2 * (variance + crossed) + power + c2;
  return near_above * like_above / (near_below * like_below);
}

static void CM_NAME(similarity_sums)(const float *mean, const float *pattern_mean,
                                     const float *variance, const float *covariance,
                                     const float *pattern_variance, size_t count, const float *gains,
                                     size_t gain_count, double *sums) {
  for (size_t g = 0; g < gain_count; g++) {
    float lanes[CM_SUM_LANES] = {0};
    size_t i = 0;
    for (; i + CM_SUM_LANES <= count; i += CM_SUM_LANES)
      for (size_t l = 0; l < CM_SUM_LANES; l++)
        lanes[l] += CM_NAME(similarity)(mean[i + l], pattern_mean[i + l], variance[i + l],
                                        covariance[i + l], pattern_variance[i + l], gains[g]);
    for (size_t l = 0; i + l < count; l++)
      lanes[l] += CM_NAME(similarity)(mean[i + l], pattern_mean[i + l], variance[i + l],
                                      covariance[i + l], pattern_variance[i + l], gains[g]);
    double sum = 0;
    for (size_t l = 0; l < CM_SUM_LANES; l++) sum += lanes[l];
    sums[g] += sum;
  }
}
