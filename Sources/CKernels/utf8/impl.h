// How much of the front of some bytes is UTF-8, told 64 bytes at a time. Included once a CPU level, with CM_NAME set.
//
// What is wrong with two bytes that follow each other is told by three tables, by the halves of the first and the upper half of the
// second: a bit that all three have is a mistake. Whether a third and a fourth byte are there is told by the lead two and three
// places before. (Keiser and Lemire, "Validating UTF-8 in less than one instruction per byte", 2021.)
#include <string.h>

#include "CKernels.h"

#if defined(CM_TABLES_256)
enum {
  CM_SHORT = 1,         // a lead and no continuation
  CM_LONG = 2,          // a continuation after ASCII
  CM_OVERLONG_3 = 4,    // e0 80..9f
  CM_LARGE = 8,         // f4 90..bf, f5..ff
  CM_SURROGATE = 16,    // ed a0..bf
  CM_OVERLONG_2 = 32,   // c0, c1
  CM_LARGE_80 = 64,     // f5..ff 80..8f
  CM_OVERLONG_4 = 64,   // f0 80..8f
  CM_TWO = 128,         // two continuations: right after some leads, else a mistake
  CM_ANY = CM_SHORT | CM_LONG | CM_TWO,
};

#define CM_TWICE(...) _mm256_setr_epi8(__VA_ARGS__, __VA_ARGS__)

static inline __m256i CM_NAME(upper_halves)(__m256i bytes) {
  return _mm256_and_si256(_mm256_srli_epi16(bytes, 4), _mm256_set1_epi8(15));
}

// Each byte's neighbour so many places before it; `seam` is the end of the 32 bytes before and the begin of these.
#define CM_BEFORE(bytes, seam, places) _mm256_alignr_epi8(bytes, seam, 16 - places)

// Not zero where 32 bytes, after those of `before`, have a mistake.
static inline __m256i CM_NAME(mistakes)(__m256i bytes, __m256i before) {
  const char ll = CM_LARGE | CM_LARGE_80;
  __m256i seam = _mm256_permute2x128_si256(before, bytes, 0x21), one = CM_BEFORE(bytes, seam, 1);
  __m256i first = _mm256_shuffle_epi8(
      CM_TWICE(CM_LONG, CM_LONG, CM_LONG, CM_LONG, CM_LONG, CM_LONG, CM_LONG, CM_LONG, (char)CM_TWO, (char)CM_TWO, (char)CM_TWO, (char)CM_TWO,
               CM_SHORT | CM_OVERLONG_2, CM_SHORT, CM_SHORT | CM_OVERLONG_3 | CM_SURROGATE, CM_SHORT | ll | CM_OVERLONG_4),
      CM_NAME(upper_halves)(one));
  const char any = (char)CM_ANY;
  __m256i lower = _mm256_shuffle_epi8(
      CM_TWICE(any | CM_OVERLONG_3 | CM_OVERLONG_2 | CM_OVERLONG_4, any | CM_OVERLONG_2, any, any, any | CM_LARGE, any | ll, any | ll, any | ll,
               any | ll, any | ll, any | ll, any | ll, any | ll, any | ll | CM_SURROGATE, any | ll, any | ll),
      _mm256_and_si256(one, _mm256_set1_epi8(15)));
  const char middle = (char)(CM_LONG | CM_OVERLONG_2 | CM_TWO);
  __m256i second = _mm256_shuffle_epi8(
      CM_TWICE(CM_SHORT, CM_SHORT, CM_SHORT, CM_SHORT, CM_SHORT, CM_SHORT, CM_SHORT, CM_SHORT, middle | CM_OVERLONG_3 | CM_LARGE_80 | CM_OVERLONG_4,
               middle | CM_OVERLONG_3 | CM_LARGE, middle | CM_SURROGATE | CM_LARGE, middle | CM_SURROGATE | CM_LARGE, CM_SHORT, CM_SHORT, CM_SHORT,
               CM_SHORT),
      CM_NAME(upper_halves)(bytes));
  __m256i pairs = _mm256_and_si256(_mm256_and_si256(first, lower), second);
  // The top bit where a third or fourth byte has to be: e0 and above two places before, f0 and above three.
  __m256i third = _mm256_subs_epu8(CM_BEFORE(bytes, seam, 2), _mm256_set1_epi8((char)(0xe0 - 0x80)));
  __m256i fourth = _mm256_subs_epu8(CM_BEFORE(bytes, seam, 3), _mm256_set1_epi8((char)(0xf0 - 0x80)));
  __m256i wanted = _mm256_and_si256(_mm256_or_si256(third, fourth), _mm256_set1_epi8((char)0x80));
  return _mm256_xor_si256(wanted, pairs);
}
#endif

// Whole sequences only; what is left is for a reader that tells what is wrong, and where.
size_t CM_NAME(utf8_prefix)(const uint8_t *bytes, size_t count) {
  size_t start = 0;
#if defined(CM_TABLES_256)
  __m256i before = _mm256_setzero_si256();
  for (; count - start >= 64; start += 64) {
    __m256i low = _mm256_loadu_si256((const __m256i *)(bytes + start));
    __m256i high = _mm256_loadu_si256((const __m256i *)(bytes + start + 32));
    if (_mm256_movemask_epi8(_mm256_or_si256(low, high)) == 0) {
      // A sequence that ASCII cuts short is left to that reader too.
      if (start > 0 && bytes[start - 1] >= 0xc0) break;
      if (start > 1 && bytes[start - 2] >= 0xe0) break;
      if (start > 2 && bytes[start - 3] >= 0xf0) break;
    } else {
      __m256i wrong = _mm256_or_si256(CM_NAME(mistakes)(low, before), CM_NAME(mistakes)(high, low));
      if (!_mm256_testz_si256(wrong, wrong)) break;
    }
    before = high;
  }
#else
  for (; count - start >= 8; start += 8) {
    uint64_t word;
    memcpy(&word, bytes + start, 8);
    if (word & 0x8080808080808080) break;
  }
#endif
  // The sequence that the last block may have cut is not told to be whole.
  for (size_t back = 1; back <= 3 && back <= start; back++) {
    uint8_t byte = bytes[start - back];
    if (byte < 0x80) break;
    if (byte >= 0xc0) return start - back;
  }
  return start;
}
