// Bitsets under 32-bit names that any number of threads read while one adds to them. No thread waits for another to read.
//
// A reader takes the version, reads, and takes the version again: where it changed, or was odd, a bitset may have been replaced
// meanwhile and what was read is thrown away (a sequence lock). A bitset that goes where none was is written first and named
// afterwards, which changes no version. All shared words are read and written as atomics, so there is no race in the language's sense
// either.
#include "CKernels.h"

#define LOAD(place) __atomic_load_n(&(place), __ATOMIC_RELAXED)
#define STORE(place, value) __atomic_store_n(&(place), value, __ATOMIC_RELAXED)

enum { CM_BITSET_TRIES = 4, CM_BITSET_BATCH = 256 };

static inline size_t home(uint32_t name, size_t mask) {
  return (size_t)(((uint64_t)name * 0x9e3779b97f4a7c15ull) >> 32) & mask;
}

// The slot of `name`, or SIZE_MAX.
static inline size_t find(const cm_bitsets *sets, uint32_t name) {
  size_t mask = sets->placeCount - 1, place = home(name, mask);
  // An eviction moves entries about, so that the number of steps is bounded for a reader that comes in between.
  for (size_t step = 0; step <= mask; step++) {
    uint64_t entry = __atomic_load_n(&sets->places[place], __ATOMIC_ACQUIRE);
    if (entry == 0) return SIZE_MAX;
    if ((uint32_t)(entry >> 32) == name) return (size_t)(uint32_t)entry - 1;
    place = (place + 1) & mask;
  }
  return SIZE_MAX;
}

size_t cm_bitsets_answer(const cm_bitsets *shared, const uint32_t *names, const uint32_t *bits, size_t count, uint32_t limit,
                         _Bool *found, uint32_t *missing, size_t *missingCount) {
  // A copy whose address nobody has, so that its members stay in registers.
  const cm_bitsets own = *shared, *sets = &own;
  for (int attempt = 0; attempt < CM_BITSET_TRIES && sets->slotCount > 0; attempt++) {
    uint64_t version = __atomic_load_n(sets->version, __ATOMIC_ACQUIRE);
    if (version & 1) continue;
    size_t set = 0, absent = 0;
    int marks = LOAD(*sets->isFull);
    for (size_t start = 0; start < count; start += CM_BITSET_BATCH) {
      size_t size = count - start < CM_BITSET_BATCH ? count - start : CM_BITSET_BATCH;
      size_t places[CM_BITSET_BATCH];
      // A search whose place is still on its way would be guessed wrongly at the price of that way.
      for (size_t k = 0; k < size; k++) __builtin_prefetch(&sets->places[home(names[start + k], sets->placeCount - 1)]);
      // Where the words are first, so that all of a batch are on their way from memory at once.
      for (size_t k = 0; k < size; k++) {
        size_t slot = find(sets, names[start + k]);
        int isThere = slot < sets->slotCount;
        places[k] = isThere && bits[start + k] < limit ? slot * sets->stride + (bits[start + k] >> 6) : SIZE_MAX;
        __builtin_prefetch(&sets->words[places[k] == SIZE_MAX ? 0 : places[k]]);
        missing[absent] = (uint32_t)(start + k);
        absent += !isThere;
        // Written only where it changes something: a line that all cores read stays with all of them.
        if (marks && isThere && !LOAD(sets->used[slot])) STORE(sets->used[slot], 1);
      }
      for (size_t k = 0; k < size; k++) {
        _Bool isSet = places[k] != SIZE_MAX && (LOAD(sets->words[places[k]]) >> (bits[start + k] & 63) & 1);
        found[start + k] = isSet;
        set += isSet;
      }
    }
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    if (LOAD(*sets->version) == version) {
      *missingCount = absent;
      return set;
    }
  }
  for (size_t k = 0; k < count; k++) {
    found[k] = 0;
    missing[k] = (uint32_t)k;
  }
  *missingCount = count;
  return 0;
}

_Bool cm_bitsets_has(const cm_bitsets *sets, uint32_t name) { return find(sets, name) != SIZE_MAX; }

void cm_bitsets_put(const cm_bitsets *sets, uint32_t name, size_t slot, const uint64_t *words) {
  uint64_t *target = sets->words + slot * sets->stride;
  for (size_t k = 0; k < sets->stride; k++) STORE(target[k], words[k]);
  STORE(sets->used[slot], 1);
  size_t mask = sets->placeCount - 1, place = home(name, mask);
  while (LOAD(sets->places[place]) != 0) place = (place + 1) & mask;
  __atomic_store_n(&sets->places[place], (uint64_t)name << 32 | (uint64_t)(slot + 1), __ATOMIC_RELEASE);
}

void cm_bitsets_replace(const cm_bitsets *sets, uint32_t old, uint32_t name, size_t slot, const uint64_t *words) {
  uint64_t version = LOAD(*sets->version);
  STORE(*sets->version, version + 1);
  __atomic_thread_fence(__ATOMIC_RELEASE);
  size_t mask = sets->placeCount - 1, gap = home(old, mask);
  while ((uint32_t)(LOAD(sets->places[gap]) >> 32) != old) gap = (gap + 1) & mask;
  for (size_t next = (gap + 1) & mask; LOAD(sets->places[next]) != 0; next = (next + 1) & mask) {
    uint64_t entry = LOAD(sets->places[next]);
    // An entry moves into the gap unless its home lies after the gap on the way to where it stands.
    if (((next - home((uint32_t)(entry >> 32), mask)) & mask) >= ((next - gap) & mask)) {
      STORE(sets->places[gap], entry);
      gap = next;
    }
  }
  STORE(sets->places[gap], 0);
  cm_bitsets_put(sets, name, slot, words);
  __atomic_store_n(sets->version, version + 2, __ATOMIC_RELEASE);
}

void cm_bitsets_full(const cm_bitsets *sets) { STORE(*sets->isFull, 1); }

_Bool cm_bitsets_is_full(const cm_bitsets *sets) { return LOAD(*sets->isFull) != 0; }

_Bool cm_bitsets_pass(const cm_bitsets *sets, size_t slot) {
  if (!LOAD(sets->used[slot])) return 0;
  STORE(sets->used[slot], 0);
  return 1;
}
