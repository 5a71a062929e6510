// MT19937 and what torch.randperm makes of it. Compiled once a level by base.c, v3.c and v4.c,
// which define CM_NAME(name).
//
// Source of the recurrence: Matsumoto and Nishimura, "Mersenne Twister", ACM TOMACS 8 (1998).
// torch.randperm on a CPU draws z = next32 mod (n - i) and swaps places i and i + z.

#include <string.h>

#include "CKernels.h"

#define MT_N CM_MT19937_WORDS
#define MT_M 397

static inline uint32_t CM_NAME(mix)(uint32_t high, uint32_t low, uint32_t far) {
  uint32_t y = (high & 0x80000000u) | (low & 0x7fffffffu);
  return far ^ (y >> 1) ^ ((0u - (y & 1u)) & 0x9908b0dfu);
}

static inline uint32_t CM_NAME(temper)(uint32_t y) {
  y ^= y >> 11;
  y ^= (y << 7) & 0x9d2c5680u;
  y ^= (y << 15) & 0xefc60000u;
  return y ^ (y >> 18);
}

static inline void CM_NAME(seed)(uint32_t *state, uint32_t seed) {
  uint32_t previous = seed;
  state[0] = seed;
  for (uint32_t i = 1; i < MT_N; i++) {
    previous = 1812433253u * (previous ^ (previous >> 30)) + i;
    state[i] = previous;
  }
}

// Both loops only read what lies at least 227 words away from what they write in one vector.
static inline void CM_NAME(twist)(uint32_t *state) {
  for (int k = 0; k < MT_N - MT_M; k++)
    state[k] = CM_NAME(mix)(state[k], state[k + 1], state[k + MT_M]);
#pragma clang loop vectorize(assume_safety)
  for (int k = MT_N - MT_M; k < MT_N - 1; k++)
    state[k] = CM_NAME(mix)(state[k], state[k + 1], state[k + MT_M - MT_N]);
  state[MT_N - 1] = CM_NAME(mix)(state[MT_N - 1], state[0], state[MT_M - 1]);
}

// y mod d by the reciprocal floor(2^32 / d): the quotient is at most one too small, so one
// conditional subtraction mends it; r - d wraps to a large number when r < d, so min chooses.
static inline uint32_t CM_NAME(remainder)(uint32_t y, uint32_t d, uint32_t reciprocal) {
  uint32_t q = (uint32_t)(((uint64_t)y * reciprocal) >> 32);
  uint32_t r = y - q * d;
  uint32_t s = r - d;
  return r < s ? r : s;
}

// The swap targets i + z of steps first ..< first + count, count <= 624.
static inline void CM_NAME(targets)(uint32_t *state, uint32_t n, uint32_t first, uint32_t count,
                                    const uint32_t *reciprocals, uint32_t *out) {
  CM_NAME(twist)(state);
  for (uint32_t k = 0; k < count; k++) {
    uint32_t i = first + k;
    out[k] = i + CM_NAME(remainder)(CM_NAME(temper)(state[k]), n - i, reciprocals[i]);
  }
}

static void CM_NAME(mt19937_block)(uint32_t *state, uint32_t *out) {
  CM_NAME(twist)(state);
  for (int k = 0; k < MT_N; k++) out[k] = CM_NAME(temper)(state[k]);
}

// Index of `wanted` in block[from ..< to], or -1. The first loop is a plain reduction, which
// compilers vectorise; a hit is rare, so finding its place may be slow.
static inline int32_t CM_NAME(find)(const uint32_t *block, uint32_t from, uint32_t to,
                                    uint32_t wanted) {
  uint32_t seen = 0;
  for (uint32_t k = from; k < to; k++) seen |= block[k] == wanted;
  if (!seen) return -1;
  for (uint32_t k = from; k < to; k++)
    if (block[k] == wanted) return (int32_t)k;
  return -1;
}

// Follows one value through the swaps of one block. It stands at *place >= first. Step i moves
// it only when i == *place (to the target) and fixes it at rank i when the target == *place.
static inline int32_t CM_NAME(follow)(const uint32_t *block, uint32_t first, uint32_t count,
                                      uint32_t *place) {
  uint32_t k = 0;
  while (k < count) {
    uint32_t stop = *place - first < count ? *place - first + 1 : count;
    int32_t hit = CM_NAME(find)(block, k, stop, *place);
    if (hit >= 0) return (int32_t)first + hit;
    if (stop == count && *place - first >= count) return -1;
    *place = block[stop - 1];
    k = stop;
  }
  return -1;
}

static int32_t CM_NAME(permutation_rank)(uint32_t seed, uint32_t n, uint32_t steps,
                                         const uint32_t *reciprocals, uint32_t token) {
  uint32_t state[MT_N], block[MT_N];
  uint32_t place = token;
  CM_NAME(seed)(state, seed);
  for (uint32_t first = 0; first < steps; first += MT_N) {
    uint32_t count = steps - first < MT_N ? steps - first : MT_N;
    CM_NAME(targets)(state, n, first, count, reciprocals, block);
    int32_t rank = CM_NAME(follow)(block, first, count, &place);
    if (rank >= 0) return rank;
  }
  return -1;
}

static void CM_NAME(permutation_ranks)(uint32_t seed, uint32_t n, uint32_t steps,
                                       const uint32_t *reciprocals, const uint32_t *tokens,
                                       size_t count, uint32_t *places, int32_t *ranks) {
  uint32_t state[MT_N], block[MT_N];
  size_t open = count;
  for (size_t t = 0; t < count; t++) {
    places[t] = tokens[t];
    ranks[t] = -1;
  }
  CM_NAME(seed)(state, seed);
  for (uint32_t first = 0; first < steps && open > 0; first += MT_N) {
    uint32_t size = steps - first < MT_N ? steps - first : MT_N;
    CM_NAME(targets)(state, n, first, size, reciprocals, block);
    for (size_t t = 0; t < count; t++) {
      if (ranks[t] >= 0) continue;
      ranks[t] = CM_NAME(follow)(block, first, size, &places[t]);
      if (ranks[t] >= 0) open--;
    }
  }
}

#define CM_PREFIX(width)                                                                        \
  static void CM_NAME(permutation_prefix_u##width)(uint32_t seed, uint32_t n, uint32_t steps,   \
                                                   const uint32_t *reciprocals,                 \
                                                   uint##width##_t *permutation) {              \
    uint32_t state[MT_N], block[MT_N];                                                          \
    for (uint32_t i = 0; i < n; i++) permutation[i] = (uint##width##_t)i;                       \
    CM_NAME(seed)(state, seed);                                                                 \
    for (uint32_t first = 0; first < steps; first += MT_N) {                                    \
      uint32_t count = steps - first < MT_N ? steps - first : MT_N;                             \
      CM_NAME(targets)(state, n, first, count, reciprocals, block);                             \
      for (uint32_t k = 0; k < count; k++) {                                                    \
        uint##width##_t held = permutation[first + k];                                          \
        permutation[first + k] = permutation[block[k]];                                         \
        permutation[block[k]] = held;                                                           \
      }                                                                                         \
    }                                                                                           \
  }

CM_PREFIX(16)
CM_PREFIX(32)

static void CM_NAME(add_bias_where_set)(float *logits, size_t count, const uint64_t *bits,
                                        float bias) {
  size_t whole = count / 64;
  for (size_t w = 0; w < whole; w++) {
    uint64_t word = bits[w];
    float *row = logits + w * 64;
    // A select and not a product: -0.0 and NaN logits of red tokens must stay as they are.
    for (int k = 0; k < 64; k++) {
      float raised = row[k] + bias;
      row[k] = (word >> k) & 1 ? raised : row[k];
    }
  }
  for (size_t t = whole * 64; t < count; t++)
    if ((bits[t / 64] >> (t % 64)) & 1) logits[t] += bias;
}

const cm_kernels CM_NAME(kernels) = {
    .mt19937_block = CM_NAME(mt19937_block),
    .permutation_rank = CM_NAME(permutation_rank),
    .permutation_ranks = CM_NAME(permutation_ranks),
    .permutation_prefix_u16 = CM_NAME(permutation_prefix_u16),
    .permutation_prefix_u32 = CM_NAME(permutation_prefix_u32),
    .add_bias_where_set = CM_NAME(add_bias_where_set),
};
