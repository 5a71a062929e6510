// How surely each 4 x 4 block of a Haar approximation carries a zero or a one of a quantised mark. Eight blocks a step.

typedef int32_t CM_NAME(whole_lanes) __attribute__((vector_size(32), aligned(4)));

// -sin(2 pi value / step): -1 at a quarter of a step, 1 at three quarters. A parabola with one correction, within 0.0011.
static inline void CM_NAME(wave)(CM_NAME(lanes) * value, float inverse_step) {
  CM_NAME(lanes) turns = *value * inverse_step;
  CM_NAME(whole_lanes) whole = __builtin_convertvector(turns, CM_NAME(whole_lanes));
  CM_NAME(lanes) u = turns - __builtin_convertvector(whole, CM_NAME(lanes)) - 0.5f;
  CM_NAME(lanes) y = 8.0f * u - 16.0f * u * __builtin_elementwise_abs(u);
  *value = 0.225f * (y * __builtin_elementwise_abs(y) - y) + y;
}

static inline void CM_NAME(square_symmetric)(const CM_NAME(lanes) in[4][4], CM_NAME(lanes) out[4][4]) {
  for (int i = 0; i < 4; i++)
    for (int j = i; j < 4; j++) {
      out[i][j] = in[i][0] * in[0][j] + in[i][1] * in[1][j] + in[i][2] * in[2][j] + in[i][3] * in[3][j];
      out[j][i] = out[i][j];
    }
}

static void CM_NAME(block_votes)(const float *values, size_t stride, size_t count, float step,
                                 float *largest, float *singular) {
  const float inverse = 1.0f / step, half = 2.0f / step;
  const CM_NAME(lanes) zero = {0};
  for (size_t start = 0; start < count; start += CM_LANES) {
    CM_NAME(lanes) v[16];
    size_t here = count - start < CM_LANES ? count - start : CM_LANES;
    for (int i = 0; i < 16; i++) {
      const float *from = values + (size_t)(i / 4) * stride + (size_t)(i % 4) + 4 * start;
      if (here == CM_LANES) {
        for (size_t l = 0; l < CM_LANES; l++) v[i][l] = from[4 * l];
      } else {
        for (size_t l = 0; l < CM_LANES; l++) v[i][l] = from[4 * (l < here ? l : here - 1)];
      }
    }
    if (largest) {
      CM_NAME(lanes) most = zero;
      for (int i = 1; i < 16; i++) most = __builtin_elementwise_max(most, __builtin_elementwise_abs(v[i]));
      CM_NAME(lanes) sum = zero, weights = zero;
      for (int i = 1; i < 16; i++) {
        CM_NAME(lanes) size = __builtin_elementwise_abs(v[i]);
        CM_NAME(lanes) near = __builtin_elementwise_max(zero, 1.0f - (most - size) * half);
        CM_NAME(lanes) weight = near * near;
        CM_NAME(wave)(&size, inverse);
        sum += weight * size;
        weights += weight;
      }
      sum /= weights;
      for (size_t l = 0; l < here; l++) largest[start + l] = sum[l];
    }
    if (singular) {
      // Traces of powers of the transpose times the block, scaled to trace one, give its largest eigenvalue.
      CM_NAME(lanes) m[4][4], a[4][4], b[4][4];
      for (int i = 0; i < 4; i++)
        for (int j = i; j < 4; j++) {
          m[i][j] = v[i] * v[j] + v[4 + i] * v[4 + j] + v[8 + i] * v[8 + j] + v[12 + i] * v[12 + j];
          m[j][i] = m[i][j];
        }
      CM_NAME(lanes) trace = m[0][0] + m[1][1] + m[2][2] + m[3][3];
      CM_NAME(lanes) scale = 1.0f / (trace + 1e-20f);
      for (int i = 0; i < 4; i++)
        for (int j = 0; j < 4; j++) m[i][j] *= scale;
      CM_NAME(square_symmetric)((const CM_NAME(lanes)(*)[4])m, a);
      CM_NAME(square_symmetric)((const CM_NAME(lanes)(*)[4])a, b);
      CM_NAME(square_symmetric)((const CM_NAME(lanes)(*)[4])b, a);
      CM_NAME(lanes) over = zero, under = a[0][0] + a[1][1] + a[2][2] + a[3][3] + 1e-20f;
      for (int i = 0; i < 4; i++)
        for (int j = 0; j < 4; j++) over += a[i][j] * m[i][j];
      CM_NAME(lanes) value = over / under * trace;
      value = __builtin_elementwise_sqrt(value);
      CM_NAME(wave)(&value, inverse);
      for (size_t l = 0; l < here; l++) singular[start + l] = value[l];
    }
  }
}
