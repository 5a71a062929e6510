// Where fields and rows of delimited text end. Included once a CPU level, with CM_NAME set.
#include "CKernels.h"

// `quote` and `separator` get a bit for each of 64 bytes that is a quote, or the delimiter or a line feed.
#if defined(CM_MASKS_512)
static inline void CM_NAME(classify)(const uint8_t *bytes, uint8_t delimiter, uint64_t *quote, uint64_t *separator) {
  __m512i block = _mm512_loadu_si512(bytes);
  *quote = _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8('"'));
  *separator = _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8((char)delimiter)) |
               _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8('\n'));
}
#elif defined(CM_MASKS_256)
static inline void CM_NAME(classify)(const uint8_t *bytes, uint8_t delimiter, uint64_t *quote, uint64_t *separator) {
  uint64_t quotes = 0, separators = 0;
  for (int half = 0; half < 2; half++) {
    __m256i block = _mm256_loadu_si256((const __m256i *)(bytes + 32 * half));
    uint32_t q = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(block, _mm256_set1_epi8('"')));
    uint32_t s = (uint32_t)_mm256_movemask_epi8(
        _mm256_or_si256(_mm256_cmpeq_epi8(block, _mm256_set1_epi8((char)delimiter)),
                        _mm256_cmpeq_epi8(block, _mm256_set1_epi8('\n'))));
    quotes |= (uint64_t)q << (32 * half);
    separators |= (uint64_t)s << (32 * half);
  }
  *quote = quotes;
  *separator = separators;
}
#elif defined(__SSE2__)
static inline void CM_NAME(classify)(const uint8_t *bytes, uint8_t delimiter, uint64_t *quote, uint64_t *separator) {
  uint64_t quotes = 0, separators = 0;
  for (int part = 0; part < 4; part++) {
    __m128i block = _mm_loadu_si128((const __m128i *)(bytes + 16 * part));
    uint64_t q = (uint16_t)_mm_movemask_epi8(_mm_cmpeq_epi8(block, _mm_set1_epi8('"')));
    uint64_t s = (uint16_t)_mm_movemask_epi8(
        _mm_or_si128(_mm_cmpeq_epi8(block, _mm_set1_epi8((char)delimiter)),
                     _mm_cmpeq_epi8(block, _mm_set1_epi8('\n'))));
    quotes |= q << (16 * part);
    separators |= s << (16 * part);
  }
  *quote = quotes;
  *separator = separators;
}
#else
static inline void CM_NAME(classify)(const uint8_t *bytes, uint8_t delimiter, uint64_t *quote, uint64_t *separator) {
  uint64_t quotes = 0, separators = 0;
  for (int k = 0; k < 64; k++) {
    quotes |= (uint64_t)(bytes[k] == '"') << k;
    separators |= (uint64_t)(bytes[k] == delimiter || bytes[k] == '\n') << k;
  }
  *quote = quotes;
  *separator = separators;
}
#endif

size_t CM_NAME(delimited_index)(const uint8_t *bytes, size_t count, uint8_t delimiter, uint32_t *positions) {
  size_t found = 0;
  uint64_t inside = 0;  // all ones where the block begins within quotes
  uint8_t tail[64];
  for (size_t start = 0; start < count; start += 64) {
    const uint8_t *block = bytes + start;
    if (count - start < 64) {
      for (size_t k = 0; k < 64; k++) tail[k] = k < count - start ? block[k] : 0;
      block = tail;
    }
    uint64_t quote, separator;
    CM_NAME(classify)(block, delimiter, &quote, &separator);
    if (quote | inside) {
      // Bit k of the running exclusive-or says whether byte k lies within quotes.
      uint64_t within = quote;
      for (int shift = 1; shift < 64; shift <<= 1) within ^= within << shift;
      within ^= inside;
      inside = (uint64_t)0 - (within >> 63);
      separator &= ~within;
    }
    uint32_t *out = positions + found;
    found += (size_t)__builtin_popcountll(separator);
    while (separator) {
      *out++ = (uint32_t)(start + (size_t)__builtin_ctzll(separator));
      separator &= separator - 1;
    }
  }
  return found;
}
