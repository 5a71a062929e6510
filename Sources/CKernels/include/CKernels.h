// The inner loops of Countermark, one table of functions a CPU level.
//
// Contract: every function here has a plain Swift reference in the module Kernels; all levels
// equal it bit for bit. No function allocates or keeps state; callers own every buffer.

#ifndef COUNTERMARK_CKERNELS_H
#define COUNTERMARK_CKERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "CImageKernels.h"
#include "CModelKernels.h"

// MT19937 keeps 624 words of state and is renewed a whole block at a time.
#define CM_MT19937_WORDS 624

// The levels of the x86-64 psABI that change these loops; other machines have the base alone.
enum { CM_LEVEL_BASE = 0, CM_LEVEL_V3 = 1, CM_LEVEL_V4 = 2, CM_LEVEL_COUNT = 3 };

typedef struct {
  // Renews `state` in place and writes the 624 tempered words that follow to `out`.
  void (*mt19937_block)(uint32_t *state, uint32_t *out);

  // Rank of `token` in the first `steps` places of torch.randperm(n) seeded with `seed`, or -1.
  // `reciprocals[i]` is floor(2^32 / (n - i)); it must hold `steps` words; steps <= n - 1.
  int32_t (*permutation_rank)(uint32_t seed, uint32_t n, uint32_t steps,
                              const uint32_t *reciprocals, uint32_t token);

  // The same for `count` tokens of one seed in one pass: `ranks[k]` is the rank of `tokens[k]`.
  // `places` is scratch of `count` words.
  void (*permutation_ranks)(uint32_t seed, uint32_t n, uint32_t steps,
                            const uint32_t *reciprocals, const uint32_t *tokens, size_t count,
                            uint32_t *places, int32_t *ranks);

  // The first `steps` places of torch.randperm(n), n <= 65536, left at the front of
  // `permutation` (n words); `targets` is scratch of 624 words.
  void (*permutation_prefix_u16)(uint32_t seed, uint32_t n, uint32_t steps,
                                 const uint32_t *reciprocals, uint16_t *permutation);

  // The same for any n.
  void (*permutation_prefix_u32)(uint32_t seed, uint32_t n, uint32_t steps,
                                 const uint32_t *reciprocals, uint32_t *permutation);

  // Adds `bias` to logits[t] for each bit t set in `bits` (little-endian 64-bit words).
  void (*add_bias_where_set)(float *logits, size_t count, const uint64_t *bits, float bias);
} cm_kernels;

// Writes where the fields and rows of delimited text end: each `delimiter` and line feed outside double quotes, in order, to
// `positions`, which holds `count` words; count < 2^32. The text begins outside quotes. Returns how many.
typedef size_t (*cm_delimited_index)(const uint8_t *bytes, size_t count, uint8_t delimiter,
                                     uint32_t *positions);

// The function compiled for `level`, or NULL.
cm_delimited_index cm_delimited_index_at(int level);

// A length such that the bytes before it are well-formed UTF-8 and end with a whole sequence: short of all by what does not fill a
// block, by the sequence before that, and by the block that has the first mistake.
typedef size_t (*cm_utf8_prefix)(const uint8_t *bytes, size_t count);

// The function compiled for `level`, or NULL.
cm_utf8_prefix cm_utf8_prefix_at(int level);

typedef struct {
  // The length of the longest prefix of `bytes` that is whole numbers of JSON without sign, each followed by a comma and at most one
  // blank; `numbers` becomes how many.
  size_t (*number_list)(const uint8_t *bytes, size_t count, size_t *numbers);

  // How often `wanted` occurs.
  size_t (*count_byte)(const uint8_t *bytes, size_t count, uint8_t wanted);

  // The values of the numbers at the front of bytes[start ..< count], as number_list has them, up to the first of more than eight
  // digits and at most `room`; `end` becomes where the next would begin. Bytes before `start` may be read.
  size_t (*number_values)(const uint8_t *bytes, size_t start, size_t count, uint32_t *values, size_t room, size_t *end);

  // The length of a prefix without quotes, control characters and backslashes but those of escapes: it ends at the first such byte, or
  // with less than a block of 64 bytes left. `escapes` becomes how many escapes it has.
  size_t (*string_front)(const uint8_t *bytes, size_t count, size_t *escapes);

  // Copies `bytes` to `out`, which has room for `count`, with what escapes stand for, up to the first backslash that begins none; half a
  // pair of units becomes U+FFFD. Returns how many bytes that took; `written` becomes how many it made. All of `out` may be written to.
  size_t (*unescape)(const uint8_t *bytes, size_t count, uint8_t *out, size_t *written);
} cm_list_kernels;

// The functions compiled for `level`; all NULL where this build or this CPU does not have them.
cm_list_kernels cm_list_kernels_at(int level);

// The functions compiled for `level`, or NULL where this build or this CPU does not have them.
const cm_kernels *cm_kernels_at(int level);

typedef struct {
  // The largest word; 0 for none.
  uint32_t (*largest_word)(const uint32_t *words, size_t count);

  // The low halves of (+-magnitude * words[k]) mod 2^64 - 1, taken as never negative.
  void (*product_seeds)(const uint32_t *words, size_t count, uint64_t magnitude, int negative, uint32_t *seeds);

  // Moves the first of each distinct pair (first[k], second[k]) to the front, in order, and returns how many they are; `kept` and
  // `repeated` become `offset` plus their indices and those of the others, in order (`count` words of room each). `table` is scratch of
  // `size` words of 32 bits, a power of two above `count`; at eight words a pair it is fastest.
  size_t (*distinct_pairs)(uint32_t *first, uint32_t *second, size_t count, void *table, size_t size, uint32_t offset,
                           uint32_t *kept, uint32_t *repeated);
} cm_unit_kernels;

// The functions compiled for `level`; all NULL where this build or this CPU does not have them.
cm_unit_kernels cm_unit_kernels_at(int level);

// Bitsets of `stride` words under names, as bitsets.c has them. What is written to is reached by pointers, each on cache lines of its own.
typedef struct {
  // name << 32 | slot + 1, or 0; a power of two of them, more than the slots.
  uint64_t *places;
  size_t placeCount;
  uint64_t *words;
  size_t stride, slotCount;
  // One byte a slot: whether it was read since it was last passed over. Kept up once `isFull` says so.
  uint8_t *used, *isFull;
  uint64_t *version;
} cm_bitsets;

// found[k] becomes whether bit bits[k] is set under names[k]; false for bits from `limit` on, which must fit the stride. The indices
// of names that are not there go to `missing`. Returns how many were set. Any number of threads at once.
size_t cm_bitsets_answer(const cm_bitsets *sets, const uint32_t *names, const uint32_t *bits, size_t count, uint32_t limit,
                         _Bool *found, uint32_t *missing, size_t *missingCount);

// Whether a name is there; adding one to an empty slot; putting one in the place of another. One thread at a time.
_Bool cm_bitsets_has(const cm_bitsets *sets, uint32_t name);
void cm_bitsets_put(const cm_bitsets *sets, uint32_t name, size_t slot, const uint64_t *words);
void cm_bitsets_replace(const cm_bitsets *sets, uint32_t old, uint32_t name, size_t slot, const uint64_t *words);

// From now on it is kept which slots are read; whether it is; whether one was since it was last passed over, which this does. The
// first and the last by one thread at a time.
void cm_bitsets_full(const cm_bitsets *sets);
_Bool cm_bitsets_is_full(const cm_bitsets *sets);
_Bool cm_bitsets_pass(const cm_bitsets *sets, size_t slot);

// Answers to pairs, as answers.c has them: `lineCount` lines of eight words, a power of two.
typedef struct {
  uint64_t *words;
  size_t lineCount;
} cm_answers;

// Sets found[i] to what was kept of (names[i], bits[i]), for each i of `waiting` whose bit is below `limit`, at most 2^31 - 1, and that
// was kept; the others stay, and `count` becomes how many. Returns how many were set. Any number of threads at once, with those that
// keep.
size_t cm_answers_find(const cm_answers *answers, const uint32_t *names, const uint32_t *bits, uint32_t limit, _Bool *found,
                       uint32_t *waiting, size_t *count);

// Keeps an answer, for a bit below 2^31 - 1; in a line that is full the one whose `turn` it is makes way.
void cm_answers_keep(const cm_answers *answers, uint32_t name, uint32_t bit, _Bool answer, size_t turn);

// Tells the C library's allocator to keep blocks of up to 32 MB that were freed, 128 MB in all, instead of giving their pages back.
void cm_keep_freed_memory(void);

#endif
