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

size_t CM_NAME(distinct_pairs)(uint32_t *first, uint32_t *second, size_t count, uint32_t *table, size_t size,
                               uint32_t offset, uint32_t *kept, uint32_t *repeated) {
  size_t mask = size - 1, found = 0;
  // Eight places a pair and more: collisions cost a wrongly guessed branch each, clearing half a cycle a pair.
  memset(table, 0, size * sizeof *table);
  for (size_t k = 0; k < count; k++) {
    uint32_t one = first[k], other = second[k];
    size_t place = (size_t)((((uint64_t)one << 32 | other) * 0x9e3779b97f4a7c15ull) >> 32) & mask;
    uint32_t entry;
    while ((entry = table[place]) != 0 && (first[entry - 1] != one || second[entry - 1] != other)) place = (place + 1) & mask;
    // Writing what is overwritten by the next pair costs less than a branch.
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
