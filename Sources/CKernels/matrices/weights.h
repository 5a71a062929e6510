// Weights as GGUF stores them, spread to floats a block at a time. Included once a CPU level, with CM_NAME set.
//
// A block is 32 floats in 2 * CM_PARTS vectors of the level's own width, so that nothing wider than a register is passed about.

#include <string.h>

#if defined(CM_WIDTH_16)
typedef float CM_NAME(vector) __attribute__((vector_size(64), aligned(4)));
#define CM_WIDTH 16
#elif defined(CM_WIDTH_8)
typedef float CM_NAME(vector) __attribute__((vector_size(32), aligned(4)));
#define CM_WIDTH 8
#else
typedef float CM_NAME(vector) __attribute__((vector_size(16), aligned(4)));
#define CM_WIDTH 4
#endif
#define CM_PARTS (CM_DOT_LANES / CM_WIDTH)
#define CM_INLINE static inline __attribute__((always_inline))

CM_INLINE CM_NAME(vector) CM_NAME(load)(const float *from) {
  CM_NAME(vector) value;
  memcpy(&value, from, sizeof value);
  return value;
}

CM_INLINE float CM_NAME(half)(const uint8_t *bytes) {
  uint16_t bits;
  memcpy(&bits, bytes, 2);
#if defined(CM_WIDTH_16) || defined(CM_WIDTH_8)
  return _cvtsh_ss(bits);
#else
  uint32_t sign = (uint32_t)(bits & 0x8000) << 16, rest = bits & 0x7fff, word;
  float value;
  if (rest >= 0x7c00) {
    word = sign | 0x7f800000 | (rest & 0x3ff) << 13 | (rest > 0x7c00 ? 0x400000 : 0);
  } else if (rest >= 0x400) {
    word = sign | ((rest << 13) + 0x38000000);
  } else {
    // A subnormal: rest * 2^-24 is exact.
    value = (float)rest * 0x1p-24f;
    memcpy(&word, &value, 4);
    word |= sign;
  }
  memcpy(&value, &word, 4);
  return value;
#endif
}

#define CM_BLOCK_BYTES_F32 128
#define CM_BLOCK_BYTES_F16 64
#define CM_BLOCK_BYTES_BF16 64
#define CM_BLOCK_BYTES_Q8_0 34
#define CM_BLOCK_BYTES_Q4_0 18
#define CM_BLOCK_BYTES_Q4_1 20

CM_INLINE void CM_NAME(spread_F32)(const uint8_t *block, CM_NAME(vector) out[2 * CM_PARTS]) {
  memcpy(out, block, 128);
}

CM_INLINE void CM_NAME(spread_BF16)(const uint8_t *block, CM_NAME(vector) out[2 * CM_PARTS]) {
  uint32_t words[32];
  for (int i = 0; i < 32; i++) {
    uint16_t bits;
    memcpy(&bits, block + 2 * i, 2);
    words[i] = (uint32_t)bits << 16;
  }
  memcpy(out, words, 128);
}

#if defined(CM_WIDTH_16)
// A half-precision number in every lane.
CM_INLINE __m512 CM_NAME(halves)(const uint8_t *bytes) {
  uint16_t bits;
  memcpy(&bits, bytes, 2);
  return _mm512_cvtph_ps(_mm256_set1_epi16((short)bits));
}

CM_INLINE void CM_NAME(spread_F16)(const uint8_t *block, CM_NAME(vector) out[2 * CM_PARTS]) {
  for (int part = 0; part < 2; part++)
    out[part] = (CM_NAME(vector))_mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(block + 32 * part)));
}

CM_INLINE void CM_NAME(spread_Q8_0)(const uint8_t *block, CM_NAME(vector) out[2 * CM_PARTS]) {
  __m512 d = CM_NAME(halves)(block);
  for (int part = 0; part < 2; part++) {
    __m512i q = _mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *)(block + 2 + 16 * part)));
    out[part] = (CM_NAME(vector))_mm512_mul_ps(_mm512_cvtepi32_ps(q), d);
  }
}

// A nibble has sixteen values: they are computed once a block and then looked up, by the low four bits of each lane.
CM_INLINE void CM_NAME(look_up)(const uint8_t *nibbles, __m512 table, CM_NAME(vector) out[2 * CM_PARTS]) {
  __m512i q = _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)nibbles));
  out[0] = (CM_NAME(vector))_mm512_permutexvar_ps(q, table);
  out[1] = (CM_NAME(vector))_mm512_permutexvar_ps(_mm512_srli_epi32(q, 4), table);
}

CM_INLINE void CM_NAME(spread_Q4_0)(const uint8_t *block, CM_NAME(vector) out[2 * CM_PARTS]) {
  __m512 q = _mm512_setr_ps(-8, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7);
  CM_NAME(look_up)(block + 2, _mm512_mul_ps(q, CM_NAME(halves)(block)), out);
}

CM_INLINE void CM_NAME(spread_Q4_1)(const uint8_t *block, CM_NAME(vector) out[2 * CM_PARTS]) {
  __m512 q = _mm512_setr_ps(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  __m512 scaled = _mm512_mul_ps(q, CM_NAME(halves)(block));
  CM_NAME(look_up)(block + 4, _mm512_add_ps(scaled, CM_NAME(halves)(block + 2)), out);
}
#elif defined(CM_WIDTH_8)
CM_INLINE void CM_NAME(spread_F16)(const uint8_t *block, CM_NAME(vector) out[2 * CM_PARTS]) {
  for (int part = 0; part < 4; part++)
    out[part] = (CM_NAME(vector))_mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(block + 16 * part)));
}

CM_INLINE void CM_NAME(spread_Q8_0)(const uint8_t *block, CM_NAME(vector) out[2 * CM_PARTS]) {
  __m256 d = _mm256_set1_ps(CM_NAME(half)(block));
  for (int part = 0; part < 4; part++) {
    __m256i q = _mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i *)(block + 2 + 8 * part)));
    out[part] = (CM_NAME(vector))_mm256_mul_ps(_mm256_cvtepi32_ps(q), d);
  }
}

// The four vectors of a block's nibbles as whole numbers.
CM_INLINE void CM_NAME(nibbles)(const uint8_t *bytes, __m256i out[4]) {
  __m128i q = _mm_loadu_si128((const __m128i *)bytes), mask = _mm_set1_epi8(15);
  __m128i low = _mm_and_si128(q, mask), high = _mm_and_si128(_mm_srli_epi16(q, 4), mask);
  out[0] = _mm256_cvtepu8_epi32(low);
  out[1] = _mm256_cvtepu8_epi32(_mm_srli_si128(low, 8));
  out[2] = _mm256_cvtepu8_epi32(high);
  out[3] = _mm256_cvtepu8_epi32(_mm_srli_si128(high, 8));
}

CM_INLINE void CM_NAME(spread_Q4_0)(const uint8_t *block, CM_NAME(vector) out[2 * CM_PARTS]) {
  __m256 d = _mm256_set1_ps(CM_NAME(half)(block));
  __m256i q[4];
  CM_NAME(nibbles)(block + 2, q);
  for (int part = 0; part < 4; part++)
    out[part] = (CM_NAME(vector))_mm256_mul_ps(
        _mm256_cvtepi32_ps(_mm256_sub_epi32(q[part], _mm256_set1_epi32(8))), d);
}

CM_INLINE void CM_NAME(spread_Q4_1)(const uint8_t *block, CM_NAME(vector) out[2 * CM_PARTS]) {
  __m256 d = _mm256_set1_ps(CM_NAME(half)(block)), m = _mm256_set1_ps(CM_NAME(half)(block + 2));
  __m256i q[4];
  CM_NAME(nibbles)(block + 4, q);
  for (int part = 0; part < 4; part++)
    out[part] = (CM_NAME(vector))_mm256_add_ps(_mm256_mul_ps(_mm256_cvtepi32_ps(q[part]), d), m);
}
#else
CM_INLINE void CM_NAME(spread_F16)(const uint8_t *block, CM_NAME(vector) out[2 * CM_PARTS]) {
  float values[32];
  for (int i = 0; i < 32; i++) values[i] = CM_NAME(half)(block + 2 * i);
  memcpy(out, values, 128);
}

CM_INLINE void CM_NAME(spread_Q8_0)(const uint8_t *block, CM_NAME(vector) out[2 * CM_PARTS]) {
  float d = CM_NAME(half)(block), values[32];
  for (int i = 0; i < 32; i++) values[i] = (float)(int8_t)block[2 + i] * d;
  memcpy(out, values, 128);
}

CM_INLINE void CM_NAME(spread_Q4_0)(const uint8_t *block, CM_NAME(vector) out[2 * CM_PARTS]) {
  float d = CM_NAME(half)(block), values[32];
  for (int i = 0; i < 16; i++) {
    values[i] = (float)((block[2 + i] & 15) - 8) * d;
    values[16 + i] = (float)((block[2 + i] >> 4) - 8) * d;
  }
  memcpy(out, values, 128);
}

CM_INLINE void CM_NAME(spread_Q4_1)(const uint8_t *block, CM_NAME(vector) out[2 * CM_PARTS]) {
  float d = CM_NAME(half)(block), m = CM_NAME(half)(block + 2), values[32];
  for (int i = 0; i < 16; i++) {
    values[i] = (float)(block[4 + i] & 15) * d + m;
    values[16 + i] = (float)(block[4 + i] >> 4) * d + m;
  }
  memcpy(out, values, 128);
}
#endif
