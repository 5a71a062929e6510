// The units that a text mark is counted over: seeds of contexts of one token, and distinct pairs of seed and token. Included once a
// CPU level, with CM_NAME set.
#include <string.h>

#include "CKernels.h"

uint32_t CM_NAME(largest_word)(const uint32_t *words, size_t count) {
  uint32_t largest = 0;
  for (size_t k = 0; k < count; k++) largest = words[k] > largest ? words[k] : largest;
  return largest;
}

void CM_NAME(product_seeds)(const uint32_t *words, size_t count, uint64_t magnitude, int negative, uint32_t *seeds) {
  if (!negative && magnitude >> 32 == 0) {
    // No product reaches 2^64 - 1, so the remainder is the product.
    uint32_t factor = (uint32_t)magnitude;
    for (size_t k = 0; k < count; k++) seeds[k] = words[k] * factor;
    return;
  }
  for (size_t k = 0; k < count; k++) {
    unsigned __int128 product = (unsigned __int128)magnitude * words[k];
    // 2^64 leaves 1 on division by 2^64 - 1, so the halves are added and a carry comes round to the lowest bit.
    uint64_t low = (uint64_t)product, sum = low + (uint64_t)(product >> 64);
    sum += sum < low;
    if (sum == UINT64_MAX) sum = 0;
    seeds[k] = (uint32_t)(negative && sum ? UINT64_MAX - sum : sum);
  }
}

// Records of up to so many pairs are chained by 16-bit places, which stay in the nearest cache.
enum { CM_NAME(short_record) = 65535 };

// For each pair the one before it that has its hash, from 1, or 0 for none: heads of `size` chains, and links. Nothing is compared yet,
// since half of a text's pairs are new and half are not, as no branch could guess.
static inline void CM_NAME(chain_pairs)(const uint32_t *first, const uint32_t *second, size_t count, uint16_t *heads, size_t size,
                                        uint16_t *links) {
  enum { batch = 256 };
  unsigned shift = 32 - (unsigned)__builtin_ctzll(size);
  uint32_t places[batch];
  memset(heads, 0, size * sizeof *heads);
  for (size_t start = 0; start < count; start += batch) {
    size_t end = count - start < batch ? count : start + batch;
    for (size_t k = start; k < end; k++) {
      places[k - start] = ((first[k] * 0x9e3779b1u) ^ (second[k] * 0x85ebca77u)) * 0xc2b2ae3du >> shift;
    }
    for (size_t k = start; k < end; k++) {
      links[k] = heads[places[k - start]];
      heads[places[k - start]] = (uint16_t)(k + 1);
    }
  }
}

// Whether a pair that is not the last of its hash before came earlier.
static inline int CM_NAME(came_before)(const uint32_t *first, const uint32_t *second, size_t pair, const uint16_t *links) {
  size_t earlier = links[pair];
  do {
    earlier = links[earlier - 1];
  } while (earlier && (first[earlier - 1] != first[pair] || second[earlier - 1] != second[pair]));
  return earlier != 0;
}

#if defined(CM_COMPRESS_512)
static size_t CM_NAME(distinct_short)(uint32_t *first, uint32_t *second, size_t count, const uint16_t *links, uint32_t offset,
                                      uint32_t *kept, uint32_t *repeated) {
  __mmask16 same[CM_NAME(short_record) / 16 + 1];
  for (size_t k = 0; k < count; k += 16) {
    __mmask16 live = count - k >= 16 ? 0xffff : (__mmask16)((1u << (count - k)) - 1);
    __m512i link = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(live, links + k));
    __m512i one = _mm512_maskz_loadu_epi32(live, first + k), other = _mm512_maskz_loadu_epi32(live, second + k);
    __mmask16 linked = _mm512_test_epi32_mask(link, link);
    __m512i earlier = _mm512_sub_epi32(link, _mm512_set1_epi32(1));
    __mmask16 equal = _mm512_mask_cmpeq_epi32_mask(linked, one, _mm512_mask_i32gather_epi32(one, linked, earlier, first, 4));
    equal = _mm512_mask_cmpeq_epi32_mask(equal, other, _mm512_mask_i32gather_epi32(other, linked, earlier, second, 4));
    for (unsigned odd = linked & ~equal; odd; odd &= odd - 1) {
      unsigned lane = (unsigned)__builtin_ctz(odd);
      if (CM_NAME(came_before)(first, second, k + lane, links)) equal |= (__mmask16)(1u << lane);
    }
    same[k / 16] = equal;
  }
  size_t found = 0;
  __m512i lanes = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  for (size_t k = 0; k < count; k += 16) {
    __mmask16 live = count - k >= 16 ? 0xffff : (__mmask16)((1u << (count - k)) - 1);
    __mmask16 again = same[k / 16], fresh = live & ~again;
    unsigned more = (unsigned)__builtin_popcount(fresh), others = (unsigned)__builtin_popcount(again);
    __mmask16 front = (__mmask16)((1u << more) - 1), rest = (__mmask16)((1u << others) - 1);
    __m512i index = _mm512_add_epi32(lanes, _mm512_set1_epi32((int)((uint32_t)k + offset)));
    __m512i one = _mm512_maskz_loadu_epi32(live, first + k), other = _mm512_maskz_loadu_epi32(live, second + k);
    _mm512_mask_storeu_epi32(first + found, front, _mm512_maskz_compress_epi32(fresh, one));
    _mm512_mask_storeu_epi32(second + found, front, _mm512_maskz_compress_epi32(fresh, other));
    _mm512_mask_storeu_epi32(kept + found, front, _mm512_maskz_compress_epi32(fresh, index));
    _mm512_mask_storeu_epi32(repeated + (k - found), rest, _mm512_maskz_compress_epi32(again, index));
    found += more;
  }
  return found;
}
#else
static size_t CM_NAME(distinct_short)(uint32_t *first, uint32_t *second, size_t count, const uint16_t *links, uint32_t offset,
                                      uint32_t *kept, uint32_t *repeated) {
  // Whether each came before, where indices of those that did will stand: none is written beyond the flag read last.
  uint32_t *same = repeated;
  for (size_t k = 0; k < count; k++) {
    size_t link = links[k], earlier = link ? link - 1 : k;
    uint32_t equal = (first[earlier] == first[k]) & (second[earlier] == second[k]) & (link != 0);
    if (__builtin_expect(link != 0 && !equal, 0)) equal = (uint32_t)CM_NAME(came_before)(first, second, k, links);
    same[k] = equal;
  }
  size_t found = 0;
  for (size_t k = 0; k < count; k++) {
    uint32_t fresh = !same[k];
    // Writing what is overwritten by the next pair costs less than a branch.
    repeated[k - found] = (uint32_t)k + offset;
    kept[found] = (uint32_t)k + offset;
    first[found] = first[k];
    second[found] = second[k];
    found += fresh;
  }
  return found;
}
#endif

// The same by a table of places with open addressing, for records of any length.
static size_t CM_NAME(distinct_long)(uint32_t *first, uint32_t *second, size_t count, uint32_t *table, size_t size, uint32_t offset,
                                     uint32_t *kept, uint32_t *repeated) {
  size_t mask = size - 1, found = 0;
  memset(table, 0, size * sizeof *table);
  for (size_t k = 0; k < count; k++) {
    uint32_t one = first[k], other = second[k];
    size_t place = (size_t)((((uint64_t)one << 32 | other) * 0x9e3779b97f4a7c15ull) >> 32) & mask;
    uint32_t entry;
    while ((entry = table[place]) != 0 && (first[entry - 1] != one || second[entry - 1] != other)) place = (place + 1) & mask;
    repeated[k - found] = (uint32_t)k + offset;
    kept[found] = (uint32_t)k + offset;
    if (entry) continue;
    first[found] = one;
    second[found] = other;
    found += 1;
    table[place] = (uint32_t)found;
  }
  return found;
}

size_t CM_NAME(distinct_pairs)(uint32_t *first, uint32_t *second, size_t count, void *table, size_t size, uint32_t offset,
                               uint32_t *kept, uint32_t *repeated) {
  if (count > CM_NAME(short_record)) {
    return CM_NAME(distinct_long)(first, second, count, (uint32_t *)table, size, offset, kept, repeated);
  }
  uint16_t *heads = (uint16_t *)table, *links = heads + size;
  CM_NAME(chain_pairs)(first, second, count, heads, size, links);
  return CM_NAME(distinct_short)(first, second, count, links, offset, kept, repeated);
}
