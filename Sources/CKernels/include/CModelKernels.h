// Inner loops of a language model: weights as GGUF stores them times activations in single precision.
//
// Contract as in CKernels.h: a plain Swift reference each, all levels equal bit for bit, no allocation, no state. A product sums
// in CM_DOT_LANES lanes, lane l taking elements l, l + 16, …, each with one multiplication and one addition; the lanes are then
// added as a tree (l and l + 8, then l + 4, l + 2, l + 1). So a product is the same whatever rows and columns go with it.

#ifndef COUNTERMARK_CMODELKERNELS_H
#define COUNTERMARK_CMODELKERNELS_H

#include <stddef.h>
#include <stdint.h>

#define CM_DOT_LANES 16
// Rows are made of blocks of so many weights.
#define CM_WEIGHT_BLOCK 32
// Rows of weights that a product over many vectors spreads out at a time: `scratch` holds so many times `columns` floats.
#define CM_MATRIX_TILE 6

// How weights are stored, in blocks of CM_WEIGHT_BLOCK.
enum {
  CM_WEIGHT_F32 = 0,
  CM_WEIGHT_F16 = 1,
  CM_WEIGHT_BF16 = 2,
  CM_WEIGHT_Q8_0 = 3,  // f16 d, 32 signed bytes q: d q
  CM_WEIGHT_Q4_0 = 4,  // f16 d, 16 bytes: low nibbles are weights 0…15, high ones 16…31: d (q - 8)
  CM_WEIGHT_Q4_1 = 5,  // f16 d, f16 m, 16 bytes as above: d q + m
  CM_WEIGHT_TYPES = 6
};

typedef struct {
  // Writes `count` weights as floats; count is a multiple of CM_WEIGHT_BLOCK.
  void (*spread[CM_WEIGHT_TYPES])(const uint8_t *weights, size_t count, float *out);

  // out[r] = row r of the weights times `x`, for `rows` rows of `row_bytes` bytes and `columns` weights.
  void (*product[CM_WEIGHT_TYPES])(const uint8_t *weights, size_t row_bytes, size_t rows, size_t columns,
                                   const float *x, float *out);

  // out[v * out_stride + r] = row r of `weights` times vector v of `x`, both of `columns` floats one after the other.
  // Meanwhile it brings `ahead_bytes` at `ahead` into the cache, which it does not read.
  void (*products)(const float *weights, size_t rows, size_t columns, const float *x, size_t vectors,
                   float *out, size_t out_stride, const uint8_t *ahead, size_t ahead_bytes);

  // out = x / sqrt(mean(x^2) + epsilon) * scale; the mean's sum as a product.
  void (*normalize)(const float *x, const float *scale, size_t count, float epsilon, float *out);

  // gate = gate / (1 + exp(-gate)) * up.
  void (*gated)(float *gate, const float *up, size_t count);

  // Turns pairs of elements of `heads` vectors of `size` floats by angles: (x[2i], x[2i+1]), or (x[i], x[i + rotated / 2]) where `split`.
  // cosines and sines hold rotated / 2 each; elements from `rotated` on stay.
  void (*rotate)(float *x, size_t heads, size_t size, size_t rotated, const float *cosines, const float *sines, int split);

  // Attention of one query of `size` floats over `count` keys and values, which lie `stride` floats apart. Weights are
  // exp(scale * product - largest), summed in lanes. `scores` holds `count` floats.
  void (*attend)(const float *query, const float *keys, const float *values, size_t stride, size_t count,
                 size_t size, float scale, float *scores, float *out);

  // out[i] += x[i].
  void (*add)(float *out, const float *x, size_t count);
} cm_model_kernels;

// The functions compiled for `level`, or NULL where this build or this CPU does not have them.
const cm_model_kernels *cm_model_kernels_at(int level);

#endif
