// What of JSON is taken in blocks: lists of whole numbers, strings, line ends. Included once a CPU level, with CM_NAME set.
#include <string.h>

#include "CKernels.h"

// One bit for each of 64 bytes: digits, zeros among them, commas and blanks.
typedef struct {
  uint64_t digit, zero, comma, blank;
} CM_NAME(list_masks);

#if defined(CM_MASKS_512)
static inline CM_NAME(list_masks) CM_NAME(classify_list)(const uint8_t *bytes) {
  __m512i block = _mm512_loadu_si512(bytes);
  CM_NAME(list_masks) masks;
  masks.digit = _mm512_cmplt_epu8_mask(_mm512_sub_epi8(block, _mm512_set1_epi8('0')), _mm512_set1_epi8(10));
  masks.zero = _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8('0'));
  masks.comma = _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8(','));
  masks.blank = _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8(' '));
  return masks;
}
static inline uint64_t CM_NAME(equal_mask)(const uint8_t *bytes, uint8_t wanted) {
  return _mm512_cmpeq_epi8_mask(_mm512_loadu_si512(bytes), _mm512_set1_epi8((char)wanted));
}
static inline uint64_t CM_NAME(special_mask)(const uint8_t *bytes) {
  __m512i block = _mm512_loadu_si512(bytes);
  return _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8('"')) | _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8('\\')) |
         _mm512_cmplt_epu8_mask(block, _mm512_set1_epi8(0x20));
}
#elif defined(CM_MASKS_256)
static inline CM_NAME(list_masks) CM_NAME(classify_list)(const uint8_t *bytes) {
  CM_NAME(list_masks) masks = {0, 0, 0, 0};
  for (int half = 0; half < 2; half++) {
    __m256i block = _mm256_loadu_si256((const __m256i *)(bytes + 32 * half));
    __m256i low = _mm256_sub_epi8(block, _mm256_set1_epi8('0'));
    // Unsigned "at most 9": the smaller of it and 9 is it itself.
    uint32_t digit = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_min_epu8(low, _mm256_set1_epi8(9)), low));
    uint32_t zero = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(block, _mm256_set1_epi8('0')));
    uint32_t comma = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(block, _mm256_set1_epi8(',')));
    uint32_t blank = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(block, _mm256_set1_epi8(' ')));
    masks.digit |= (uint64_t)digit << (32 * half);
    masks.zero |= (uint64_t)zero << (32 * half);
    masks.comma |= (uint64_t)comma << (32 * half);
    masks.blank |= (uint64_t)blank << (32 * half);
  }
  return masks;
}
static inline uint64_t CM_NAME(equal_mask)(const uint8_t *bytes, uint8_t wanted) {
  uint64_t mask = 0;
  for (int half = 0; half < 2; half++) {
    __m256i block = _mm256_loadu_si256((const __m256i *)(bytes + 32 * half));
    mask |= (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(block, _mm256_set1_epi8((char)wanted)))
            << (32 * half);
  }
  return mask;
}
static inline uint64_t CM_NAME(special_mask)(const uint8_t *bytes) {
  uint64_t mask = 0;
  for (int half = 0; half < 2; half++) {
    __m256i block = _mm256_loadu_si256((const __m256i *)(bytes + 32 * half));
    __m256i special = _mm256_cmpeq_epi8(block, _mm256_set1_epi8('"'));
    special = _mm256_or_si256(special, _mm256_cmpeq_epi8(block, _mm256_set1_epi8('\\')));
    // Unsigned "at most 31", as above.
    special = _mm256_or_si256(special, _mm256_cmpeq_epi8(_mm256_min_epu8(block, _mm256_set1_epi8(0x1f)), block));
    mask |= (uint64_t)(uint32_t)_mm256_movemask_epi8(special) << (32 * half);
  }
  return mask;
}
#elif defined(__SSE2__)
static inline CM_NAME(list_masks) CM_NAME(classify_list)(const uint8_t *bytes) {
  CM_NAME(list_masks) masks = {0, 0, 0, 0};
  for (int part = 0; part < 4; part++) {
    __m128i block = _mm_loadu_si128((const __m128i *)(bytes + 16 * part));
    __m128i low = _mm_sub_epi8(block, _mm_set1_epi8('0'));
    uint64_t digit = (uint16_t)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(low, _mm_set1_epi8(9)), low));
    uint64_t zero = (uint16_t)_mm_movemask_epi8(_mm_cmpeq_epi8(block, _mm_set1_epi8('0')));
    uint64_t comma = (uint16_t)_mm_movemask_epi8(_mm_cmpeq_epi8(block, _mm_set1_epi8(',')));
    uint64_t blank = (uint16_t)_mm_movemask_epi8(_mm_cmpeq_epi8(block, _mm_set1_epi8(' ')));
    masks.digit |= digit << (16 * part);
    masks.zero |= zero << (16 * part);
    masks.comma |= comma << (16 * part);
    masks.blank |= blank << (16 * part);
  }
  return masks;
}
static inline uint64_t CM_NAME(equal_mask)(const uint8_t *bytes, uint8_t wanted) {
  uint64_t mask = 0;
  for (int part = 0; part < 4; part++) {
    __m128i block = _mm_loadu_si128((const __m128i *)(bytes + 16 * part));
    uint64_t equal = (uint16_t)_mm_movemask_epi8(_mm_cmpeq_epi8(block, _mm_set1_epi8((char)wanted)));
    mask |= equal << (16 * part);
  }
  return mask;
}
static inline uint64_t CM_NAME(special_mask)(const uint8_t *bytes) {
  uint64_t mask = 0;
  for (int part = 0; part < 4; part++) {
    __m128i block = _mm_loadu_si128((const __m128i *)(bytes + 16 * part));
    __m128i special = _mm_or_si128(_mm_cmpeq_epi8(block, _mm_set1_epi8('"')), _mm_cmpeq_epi8(block, _mm_set1_epi8('\\')));
    special = _mm_or_si128(special, _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(0x1f)), block));
    mask |= (uint64_t)(uint16_t)_mm_movemask_epi8(special) << (16 * part);
  }
  return mask;
}
#else
static inline CM_NAME(list_masks) CM_NAME(classify_list)(const uint8_t *bytes) {
  CM_NAME(list_masks) masks = {0, 0, 0, 0};
  for (int k = 0; k < 64; k++) {
    masks.digit |= (uint64_t)((uint8_t)(bytes[k] - '0') < 10) << k;
    masks.zero |= (uint64_t)(bytes[k] == '0') << k;
    masks.comma |= (uint64_t)(bytes[k] == ',') << k;
    masks.blank |= (uint64_t)(bytes[k] == ' ') << k;
  }
  return masks;
}
static inline uint64_t CM_NAME(equal_mask)(const uint8_t *bytes, uint8_t wanted) {
  uint64_t mask = 0;
  for (int k = 0; k < 64; k++) mask |= (uint64_t)(bytes[k] == wanted) << k;
  return mask;
}
static inline uint64_t CM_NAME(special_mask)(const uint8_t *bytes) {
  uint64_t mask = 0;
  for (int k = 0; k < 64; k++) mask |= (uint64_t)(bytes[k] == '"' || bytes[k] == '\\' || bytes[k] < 0x20) << k;
  return mask;
}
#endif

// What the byte before a block was; a list begins as after a blank, so that only a digit may follow.
typedef struct {
  uint64_t digit, comma, firstZero;
} CM_NAME(list_state);

// The bytes of a block that no list has at their place; the block is passed.
static inline uint64_t CM_NAME(pass_block)(const CM_NAME(list_masks) *m, CM_NAME(list_state) *before) {
  uint64_t afterDigit = m->digit << 1 | before->digit, afterComma = m->comma << 1 | before->comma;
  // A zero that begins a number may not be followed by a digit.
  uint64_t firstZero = m->zero & ~afterDigit;
  uint64_t good = (m->digit & ~(firstZero << 1 | before->firstZero)) | (m->comma & afterDigit) | (m->blank & afterComma);
  *before = (CM_NAME(list_state)){m->digit >> 63, m->comma >> 63, firstZero >> 63};
  return ~good;
}

// A block of a list that may end within it: then the rest of a copy is zero, which is in no list.
static inline const uint8_t *CM_NAME(list_block)(const uint8_t *bytes, size_t start, size_t count, uint8_t copy[64]) {
  if (count - start >= 64) return bytes + start;
  for (size_t k = 0; k < 64; k++) copy[k] = k < count - start ? bytes[start + k] : 0;
  return copy;
}

size_t CM_NAME(number_list)(const uint8_t *bytes, size_t count, size_t *numbers) {
  size_t end = 0, found = 0;
  CM_NAME(list_state) state = {0, 0, 0};
  uint8_t tail[64];
  for (size_t start = 0; start < count; start += 64) {
    CM_NAME(list_masks) m = CM_NAME(classify_list)(CM_NAME(list_block)(bytes, start, count, tail));
    uint64_t bad = CM_NAME(pass_block)(&m, &state);
    uint64_t below = bad ? (bad & (0 - bad)) - 1 : ~(uint64_t)0;
    uint64_t commas = m.comma & below;
    if (commas) {
      int last = 63 - __builtin_clzll(commas);
      found += (size_t)__builtin_popcountll(commas);
      end = start + (size_t)last + 1;
      if (last < 63 && (m.blank & below) >> (last + 1) & 1) end += 1;
    } else if (end == start && start > 0 && m.blank & below & 1) {
      // The comma was the last byte of the block before.
      end += 1;
    }
    if (bad) break;
  }
  *numbers = found;
  return end;
}

// Eight bytes that end with a number of `length` digits, to its value: what lies before the digits is shifted out, and the digits are
// added up by three multiplications (Lemire and Mula, "Faster parsing of integers", 2018).
static inline uint32_t CM_NAME(number_value)(const uint8_t *end, size_t length) {
  uint64_t digits;
  memcpy(&digits, end - 8, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  digits = __builtin_bswap64(digits);
#endif
  unsigned shift = (unsigned)(64 - 8 * length);
  digits = (digits ^ 0x3030303030303030ull) >> shift << shift;
  digits = digits * 10 + (digits >> 8);
  return (uint32_t)(((digits & 0x000000ff000000ffull) * 0x000f424000000064ull +
                     (digits >> 16 & 0x000000ff000000ffull) * 0x0000271000000001ull) >>
                    32);
}

size_t CM_NAME(number_values)(const uint8_t *bytes, size_t start, size_t count, uint32_t *values, size_t room, size_t *end) {
  size_t found = 0, first = start;
  CM_NAME(list_state) state = {0, 0, 0};
  uint8_t tail[64];
  for (size_t place = start; place < count; place += 64) {
    CM_NAME(list_masks) m = CM_NAME(classify_list)(CM_NAME(list_block)(bytes, place, count, tail));
    uint64_t bad = CM_NAME(pass_block)(&m, &state);
    uint64_t commas = m.comma & (bad ? (bad & (0 - bad)) - 1 : ~(uint64_t)0);
    for (; commas; commas &= commas - 1) {
      size_t comma = place + (size_t)__builtin_ctzll(commas), length = comma - first;
      if (length > 8 || found == room) {
        *end = first;
        return found;
      }
      if (comma >= 8) {
        values[found] = CM_NAME(number_value)(bytes + comma, length);
      } else {
        uint32_t value = 0;
        for (size_t k = first; k < comma; k++) value = value * 10 + (bytes[k] - '0');
        values[found] = value;
      }
      found += 1;
      first = comma + 1;
      first += first < count && bytes[first] == ' ';
    }
    if (bad) break;
  }
  *end = first;
  return found;
}

size_t CM_NAME(count_byte)(const uint8_t *bytes, size_t count, uint8_t wanted) {
  size_t found = 0, start = 0;
  for (; start + 64 <= count; start += 64) {
    found += (size_t)__builtin_popcountll(CM_NAME(equal_mask)(bytes + start, wanted));
  }
  for (; start < count; start++) found += bytes[start] == wanted;
  return found;
}

// What the byte after a backslash stands for, or 0 where it begins no escape of two bytes.
static inline uint8_t CM_NAME(escaped)(uint8_t byte) {
  switch (byte) {
    case '"': case '\\': case '/': return byte;
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return 0;
  }
}

// The value of four hexadecimal digits, or UINT32_MAX.
static inline uint32_t CM_NAME(hex_unit)(const uint8_t *digits) {
  uint32_t unit = 0, bad = 0;
  for (size_t k = 0; k < 4; k++) {
    uint32_t digit = (uint32_t)digits[k] - '0', letter = (uint32_t)(digits[k] | 0x20) - 'a';
    bad |= digit > 9 && letter > 5;
    unit = unit << 4 | (digit <= 9 ? digit : letter + 10);
  }
  return bad ? UINT32_MAX : unit;
}

// The length of the escape at the front of `bytes`, which begin with a backslash; 0 if JSON has no such escape, or it does not end.
static inline size_t CM_NAME(escape_length)(const uint8_t *bytes, size_t count) {
  if (count < 2) return 0;
  if (CM_NAME(escaped)(bytes[1])) return 2;
  return bytes[1] == 'u' && count >= 6 && CM_NAME(hex_unit)(bytes + 2) != UINT32_MAX ? 6 : 0;
}

size_t CM_NAME(string_front)(const uint8_t *bytes, size_t count, size_t *escapes) {
  size_t start = 0, passed = 0;
  while (count - start >= 64) {
    // Escapes often follow each other, as where all but ASCII is escaped.
    if (bytes[start] != '\\') {
      uint64_t special = CM_NAME(special_mask)(bytes + start);
      if (!special) {
        start += 64;
        continue;
      }
      start += (size_t)__builtin_ctzll(special);
      if (bytes[start] != '\\') break;
    }
    size_t length = CM_NAME(escape_length)(bytes + start, count - start);
    if (!length) break;
    start += length;
    passed += 1;
  }
  *escapes = passed;
  return start;
}

// Writes a scalar in UTF-8 and returns its length.
static inline size_t CM_NAME(write_scalar)(uint32_t scalar, uint8_t *out) {
  if (scalar < 0x80) {
    out[0] = (uint8_t)scalar;
    return 1;
  }
  size_t length = scalar < 0x800 ? 2 : scalar < 0x10000 ? 3 : 4;
  for (size_t k = length - 1; k > 0; k--, scalar >>= 6) out[k] = (uint8_t)(0x80 | (scalar & 0x3f));
  out[0] = (uint8_t)((0xf00 >> length & 0xf0) | scalar);
  return length;
}

size_t CM_NAME(unescape)(const uint8_t *bytes, size_t count, uint8_t *out, size_t *written) {
  size_t start = 0, place = 0;
  while (start < count) {
    if (bytes[start] != '\\') {
      if (count - start >= 64) {
        uint64_t found = CM_NAME(equal_mask)(bytes + start, '\\');
        // Whole blocks are written, since there is room for all; what lies behind an escape is written again.
        memcpy(out + place, bytes + start, 64);
        size_t plain = found ? (size_t)__builtin_ctzll(found) : 64;
        start += plain;
        place += plain;
      } else {
        out[place++] = bytes[start++];
      }
      continue;
    }
    size_t length = CM_NAME(escape_length)(bytes + start, count - start);
    if (!length) break;
    if (length == 2) {
      out[place++] = CM_NAME(escaped)(bytes[start + 1]);
    } else {
      uint32_t scalar = CM_NAME(hex_unit)(bytes + start + 2);
      if (scalar >= 0xd800 && scalar < 0xe000) {
        // Half a pair is a character only with the other half behind it.
        const uint8_t *next = bytes + start + 6;
        uint32_t low = count - start >= 12 && next[0] == '\\' && next[1] == 'u' ? CM_NAME(hex_unit)(next + 2) : 0;
        if (scalar < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
          scalar = 0x10000 + ((scalar - 0xd800) << 10) + (low - 0xdc00);
          length = 12;
        } else {
          scalar = 0xfffd;
        }
      }
      place += CM_NAME(write_scalar)(scalar, out + place);
    }
    start += length;
  }
  *written = place;
  return start;
}
