// Answers of yes or no to pairs of a name and a number, which any number of threads read and write without locks.
//
// An answer with its pair is one word, so that it is read and written whole: who meets another thread's write sees the old answer or
// the new one, each right for its own pair. Lines of eight words are searched from end to end.
#include "CKernels.h"

#define LOAD(place) __atomic_load_n(&(place), __ATOMIC_RELAXED)
#define STORE(place, value) __atomic_store_n(&(place), value, __ATOMIC_RELAXED)

enum { CM_ANSWER_LINE = 8, CM_ANSWER_BATCH = 64 };

// Never 0, which is an empty place. The lowest bit is the answer's.
static inline uint64_t pair(uint32_t name, uint32_t bit) { return (uint64_t)name << 32 | (uint64_t)(bit + 1) << 1; }

static inline uint64_t *line(const cm_answers *answers, uint64_t pair) {
  return answers->words + ((pair * 0x9e3779b97f4a7c15ull) >> 32 & (answers->lineCount - 1)) * CM_ANSWER_LINE;
}

size_t cm_answers_find(const cm_answers *answers, const uint32_t *names, const uint32_t *bits, uint32_t limit, _Bool *found,
                       uint32_t *waiting, size_t *count) {
  size_t set = 0, left = 0;
  for (size_t start = 0; start < *count; start += CM_ANSWER_BATCH) {
    size_t end = *count - start < CM_ANSWER_BATCH ? *count : start + CM_ANSWER_BATCH;
    for (size_t k = start; k < end; k++) __builtin_prefetch(line(answers, pair(names[waiting[k]], bits[waiting[k]])));
    for (size_t k = start; k < end; k++) {
      uint32_t index = waiting[k];
      uint64_t wanted = pair(names[index], bits[index]), word = 0;
      const uint64_t *places = line(answers, wanted);
      int isKnown = 0;
      if (bits[index] < limit) {
        for (size_t place = 0; place < CM_ANSWER_LINE && !isKnown; place++) {
          word = LOAD(places[place]);
          isKnown = (word ^ wanted) <= 1;
        }
      }
      if (isKnown) {
        found[index] = word & 1;
        set += word & 1;
      } else {
        waiting[left++] = index;
      }
    }
  }
  *count = left;
  return set;
}

void cm_answers_keep(const cm_answers *answers, uint32_t name, uint32_t bit, _Bool answer, size_t turn) {
  uint64_t kept = pair(name, bit), *places = line(answers, kept);
  size_t place = 0;
  while (place < CM_ANSWER_LINE && LOAD(places[place]) != 0) place++;
  STORE(places[place < CM_ANSWER_LINE ? place : turn % CM_ANSWER_LINE], kept | answer);
}
