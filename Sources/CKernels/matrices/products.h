// Sums of products in sixteen lanes. Included once a CPU level, after weights.h.

// The lanes as a tree.
CM_INLINE float CM_NAME(sum)(const CM_NAME(vector) lanes[CM_PARTS]) {
  float v[CM_DOT_LANES];
  memcpy(v, lanes, sizeof v);
  for (int half = CM_DOT_LANES / 2; half > 0; half /= 2)
    for (int l = 0; l < half; l++) v[l] = v[l] + v[l + half];
  return v[0];
}

#if CM_WIDTH == 16
// Eight sums at once: each step of the tree serves all of them.
CM_INLINE void CM_NAME(eight_sums)(CM_NAME(vector) *const lanes[8], float out[8]) {
  typedef float CM_NAME(eight) __attribute__((vector_size(32)));
  CM_NAME(vector) half[4], quarter[2];
  for (int i = 0; i < 4; i++) {
    CM_NAME(vector) a = *lanes[2 * i], b = *lanes[2 * i + 1];
    half[i] = __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23) +
              __builtin_shufflevector(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
  }
  for (int i = 0; i < 2; i++)
    quarter[i] = __builtin_shufflevector(half[2 * i], half[2 * i + 1], 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27) +
                 __builtin_shufflevector(half[2 * i], half[2 * i + 1], 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
  CM_NAME(vector) pairs = __builtin_shufflevector(quarter[0], quarter[1], 0, 1, 4, 5, 8, 9, 12, 13, 16, 17, 20, 21, 24, 25, 28, 29) +
                          __builtin_shufflevector(quarter[0], quarter[1], 2, 3, 6, 7, 10, 11, 14, 15, 18, 19, 22, 23, 26, 27, 30, 31);
  CM_NAME(eight) sums = __builtin_shufflevector(pairs, pairs, 0, 2, 4, 6, 8, 10, 12, 14) +
                        __builtin_shufflevector(pairs, pairs, 1, 3, 5, 7, 9, 11, 13, 15);
  memcpy(out, &sums, sizeof sums);
}
#endif

CM_INLINE float CM_NAME(dot)(const float *a, const float *b, size_t count) {
  CM_NAME(vector) sums[CM_PARTS] = {0};
  for (size_t k = 0; k < count; k += CM_DOT_LANES)
    for (int p = 0; p < CM_PARTS; p++)
      sums[p] += CM_NAME(load)(a + k + CM_WIDTH * p) * CM_NAME(load)(b + k + CM_WIDTH * p);
  return CM_NAME(sum)(sums);
}

// Fetches weights that come after those in hand: the CPU does not see several rows at once as one stream. Past the end of the
// weights it does nothing.
#define CM_AHEAD(place) __builtin_prefetch(place, 0, 3)

// Rows that are read side by side, so that additions wait less for each other.
#define CM_SIDE (CM_WIDTH == 16 ? 4 : CM_WIDTH == 8 ? 2 : 1)

#define CM_SPREAD(TYPE)                                                                                       \
  static void CM_NAME(spread_all_##TYPE)(const uint8_t *weights, size_t count, float *out) {                   \
    for (size_t k = 0; k < count; k += CM_WEIGHT_BLOCK, weights += CM_BLOCK_BYTES_##TYPE) {                    \
      CM_NAME(vector) w[2 * CM_PARTS];                                                                        \
      CM_NAME(spread_##TYPE)(weights, w);                                                                     \
      memcpy(out + k, w, sizeof w);                                                                           \
    }                                                                                                         \
  }

CM_SPREAD(F32)
CM_SPREAD(F16)
CM_SPREAD(BF16)
CM_SPREAD(Q8_0)
CM_SPREAD(Q4_0)

#if CM_WIDTH == 16
// Steps and minima of many blocks are widened first, sixteen in an instruction: what is left a block is then half the work.
static void CM_NAME(spread_all_Q4_1)(const uint8_t *weights, size_t count, float *out) {
  enum { most = 64, bytes = CM_BLOCK_BYTES_Q4_1 };
  uint32_t halves[most] = {0};
  float steps[2 * most];
  const __m512 q = _mm512_setr_ps(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  for (size_t left = count / CM_WEIGHT_BLOCK, here; left > 0; left -= here) {
    here = left < most ? left : most;
#pragma clang loop vectorize(disable)
    for (size_t b = 0; b < here; b++) memcpy(halves + b, weights + bytes * b, 4);
    for (size_t b = 0; b < here; b += 8)
      _mm512_storeu_ps(steps + 2 * b, _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(halves + b))));
    for (size_t b = 0; b < here; b++, weights += bytes, out += CM_WEIGHT_BLOCK) {
      __m512 scaled = _mm512_mul_ps(q, _mm512_set1_ps(steps[2 * b]));
      CM_NAME(vector) w[2];
      CM_NAME(look_up)(weights + 4, _mm512_add_ps(scaled, _mm512_set1_ps(steps[2 * b + 1])), w);
      memcpy(out, w, sizeof w);
    }
  }
}
#else
CM_SPREAD(Q4_1)
#endif

#define CM_PRODUCT(TYPE)                                                                                      \
  CM_INLINE void CM_NAME(some_##TYPE)(const uint8_t *weights, size_t row_bytes, int rows, size_t columns,      \
                                      const float *x, float *out) {                                           \
    CM_NAME(vector) sums[CM_SIDE][CM_PARTS] = {{{0}}};                                                        \
    const char *ahead = (const char *)weights + 2 * (size_t)rows * row_bytes;                                 \
    for (size_t k = 0, at = 0; k < columns; k += CM_WEIGHT_BLOCK, at += CM_BLOCK_BYTES_##TYPE) {               \
      for (int line = 0; line < rows * CM_BLOCK_BYTES_##TYPE; line += 64, ahead += 64) CM_AHEAD(ahead);        \
      CM_NAME(vector) v[2 * CM_PARTS];                                                                        \
      for (int p = 0; p < 2 * CM_PARTS; p++) v[p] = CM_NAME(load)(x + k + CM_WIDTH * p);                       \
      for (int r = 0; r < rows; r++) {                                                                        \
        CM_NAME(vector) w[2 * CM_PARTS];                                                                      \
        CM_NAME(spread_##TYPE)(weights + (size_t)r * row_bytes + at, w);                                      \
        for (int p = 0; p < CM_PARTS; p++) sums[r][p] += w[p] * v[p];                                         \
        for (int p = 0; p < CM_PARTS; p++) sums[r][p] += w[CM_PARTS + p] * v[CM_PARTS + p];                   \
      }                                                                                                       \
    }                                                                                                         \
    for (int r = 0; r < rows; r++) out[r] = CM_NAME(sum)(sums[r]);                                            \
  }                                                                                                           \
  static void CM_NAME(product_##TYPE)(const uint8_t *weights, size_t row_bytes, size_t rows, size_t columns,   \
                                      const float *x, float *out) {                                           \
    size_t r = 0;                                                                                             \
    for (; r + CM_SIDE <= rows; r += CM_SIDE)                                                                 \
      CM_NAME(some_##TYPE)(weights + r * row_bytes, row_bytes, CM_SIDE, columns, x, out + r);                 \
    for (; r < rows; r++) CM_NAME(some_##TYPE)(weights + r * row_bytes, row_bytes, 1, columns, x, out + r);   \
  }

CM_PRODUCT(F32)
CM_PRODUCT(F16)
CM_PRODUCT(BF16)
CM_PRODUCT(Q8_0)
CM_PRODUCT(Q4_0)
CM_PRODUCT(Q4_1)

// A tile of rows times vectors, sized for the level's registers. What is left over takes narrower tiles.
#if CM_WIDTH == 16
#define CM_TILE_ROWS 3
#define CM_TILE_VECTORS 8
#elif CM_WIDTH == 8
#define CM_TILE_ROWS 1
#define CM_TILE_VECTORS 4
#else
#define CM_TILE_ROWS 1
#define CM_TILE_VECTORS 2
#endif

CM_INLINE void CM_NAME(tile)(const float *weights, int rows, size_t columns, const float *x, int vectors, float *out,
                             size_t out_stride) {
  CM_NAME(vector) sums[CM_TILE_ROWS][CM_TILE_VECTORS][CM_PARTS] = {{{{0}}}};
  // Vectors pass one by one, so that sums and weights fit into the registers.
  for (size_t k = 0; k < columns; k += CM_DOT_LANES) {
    CM_NAME(vector) w[CM_TILE_ROWS][CM_PARTS];
    for (int r = 0; r < rows; r++)
      for (int p = 0; p < CM_PARTS; p++) w[r][p] = CM_NAME(load)(weights + (size_t)r * columns + k + CM_WIDTH * p);
    for (int c = 0; c < vectors; c++)
      for (int p = 0; p < CM_PARTS; p++) {
        CM_NAME(vector) v = CM_NAME(load)(x + (size_t)c * columns + k + CM_WIDTH * p);
        for (int r = 0; r < rows; r++) sums[r][c][p] += w[r][p] * v;
      }
  }
#if CM_WIDTH == 16
  if (vectors == 8) {
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      float eight[8];
      CM_NAME(vector) *lanes[8] = {&sums[r][0][0], &sums[r][1][0], &sums[r][2][0], &sums[r][3][0],
                                   &sums[r][4][0], &sums[r][5][0], &sums[r][6][0], &sums[r][7][0]};
      CM_NAME(eight_sums)(lanes, eight);
      for (int c = 0; c < 8; c++) out[(size_t)c * out_stride + (size_t)r] = eight[c];
    }
    return;
  }
#endif
  for (int c = 0; c < vectors; c++)
    for (int r = 0; r < rows; r++) out[(size_t)c * out_stride + (size_t)r] = CM_NAME(sum)(sums[r][c]);
}

// All rows times some vectors, which stay in the first cache while the weights pass by.
CM_INLINE void CM_NAME(column_of_tiles)(const float *weights, size_t rows, size_t columns, const float *x, int vectors,
                                        float *out, size_t out_stride, const char *ahead, size_t ahead_bytes) {
  size_t r = 0, fetched = 0;
  for (; r + CM_TILE_ROWS <= rows; r += CM_TILE_ROWS) {
    for (size_t end = ahead_bytes * (r + CM_TILE_ROWS) / rows; fetched < end; fetched += 64) CM_AHEAD(ahead + fetched);
    CM_NAME(tile)(weights + r * columns, CM_TILE_ROWS, columns, x, vectors, out + r, out_stride);
  }
  for (; r < rows; r++) CM_NAME(tile)(weights + r * columns, 1, columns, x, vectors, out + r, out_stride);
}

static void CM_NAME(products)(const float *weights, size_t rows, size_t columns, const float *x, size_t vectors,
                              float *out, size_t out_stride, const uint8_t *ahead, size_t ahead_bytes) {
  const char *next = (const char *)ahead;
  // Each column of tiles fetches its share of what comes next: in a burst, fetches wait for memory and products for them.
  size_t pieces = vectors / CM_TILE_VECTORS + vectors % CM_TILE_VECTORS / (CM_TILE_VECTORS / 2) + vectors % (CM_TILE_VECTORS / 2);
  size_t share = ahead_bytes / pieces + 64;
  size_t c = 0;
  for (; c + CM_TILE_VECTORS <= vectors; c += CM_TILE_VECTORS, next += share)
    CM_NAME(column_of_tiles)(weights, rows, columns, x + c * columns, CM_TILE_VECTORS, out + c * out_stride, out_stride, next, share);
  for (; c + CM_TILE_VECTORS / 2 <= vectors; c += CM_TILE_VECTORS / 2, next += share)
    CM_NAME(column_of_tiles)(weights, rows, columns, x + c * columns, CM_TILE_VECTORS / 2, out + c * out_stride, out_stride, next, share);
  for (; c < vectors; c++, next += share)
    CM_NAME(column_of_tiles)(weights, rows, columns, x + c * columns, 1, out + c * out_stride, out_stride, next, share);
}
