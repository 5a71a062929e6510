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

typedef struct {
  // The length of the longest prefix of `bytes` that is whole numbers of JSON without sign, each followed by a comma and at most one
  // blank; `numbers` becomes how many.
  size_t (*number_list)(const uint8_t *bytes, size_t count, size_t *numbers);

  // How often `wanted` occurs.
  size_t (*count_byte)(const uint8_t *bytes, size_t count, uint8_t wanted);
} cm_list_kernels;

// The functions compiled for `level`; all NULL where this build or this CPU does not have them.
cm_list_kernels cm_list_kernels_at(int level);

// The functions compiled for `level`, or NULL where this build or this CPU does not have them.
const cm_kernels *cm_kernels_at(int level);

// Tells the C library's allocator to keep blocks of up to 32 MB that were freed, 128 MB in all, instead of giving their pages back.
void cm_keep_freed_memory(void);

#endif
