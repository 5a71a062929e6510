// Which levels this build and this CPU have. The choice among them is made in Swift, once.
#include "CKernels.h"

extern const cm_kernels cm_base_kernels;
extern const cm_image_kernels cm_base_image_kernels;
#if defined(__x86_64__)
extern const cm_kernels cm_v3_kernels, cm_v4_kernels;
extern const cm_image_kernels cm_v3_image_kernels, cm_v4_image_kernels;
#endif

const cm_kernels *cm_kernels_at(int level) {
  if (level == CM_LEVEL_BASE) return &cm_base_kernels;
#if defined(__x86_64__)
  if (level == CM_LEVEL_V3 && __builtin_cpu_supports("x86-64-v3")) return &cm_v3_kernels;
  if (level == CM_LEVEL_V4 && __builtin_cpu_supports("x86-64-v4")) return &cm_v4_kernels;
#endif
  return NULL;
}

const cm_image_kernels *cm_image_kernels_at(int level) {
  if (level == CM_LEVEL_BASE) return &cm_base_image_kernels;
#if defined(__x86_64__)
  if (level == CM_LEVEL_V3 && __builtin_cpu_supports("x86-64-v3")) return &cm_v3_image_kernels;
  if (level == CM_LEVEL_V4 && __builtin_cpu_supports("x86-64-v4")) return &cm_v4_image_kernels;
#endif
  return NULL;
}

size_t cm_base_delimited_index(const uint8_t *, size_t, uint8_t, uint32_t *);
size_t cm_v3_delimited_index(const uint8_t *, size_t, uint8_t, uint32_t *);
size_t cm_v4_delimited_index(const uint8_t *, size_t, uint8_t, uint32_t *);

cm_delimited_index cm_delimited_index_at(int level) {
  if (level == CM_LEVEL_BASE) return cm_base_delimited_index;
#if defined(__x86_64__)
  if (level == CM_LEVEL_V3 && __builtin_cpu_supports("x86-64-v3")) return cm_v3_delimited_index;
  if (level == CM_LEVEL_V4 && __builtin_cpu_supports("x86-64-v4")) return cm_v4_delimited_index;
#endif
  return NULL;
}

#define CM_UTF8(level) size_t cm_##level##_utf8_prefix(const uint8_t *, size_t);

CM_UTF8(base)
CM_UTF8(v3)
CM_UTF8(v4)

cm_utf8_prefix cm_utf8_prefix_at(int level) {
  if (level == CM_LEVEL_BASE) return cm_base_utf8_prefix;
#if defined(__x86_64__)
  if (level == CM_LEVEL_V3 && __builtin_cpu_supports("x86-64-v3")) return cm_v3_utf8_prefix;
  if (level == CM_LEVEL_V4 && __builtin_cpu_supports("x86-64-v4")) return cm_v4_utf8_prefix;
#endif
  return NULL;
}

extern const cm_model_kernels cm_base_model_kernels;
#if defined(__x86_64__)
extern const cm_model_kernels cm_v3_model_kernels, cm_v4_model_kernels;
#endif

const cm_model_kernels *cm_model_kernels_at(int level) {
  if (level == CM_LEVEL_BASE) return &cm_base_model_kernels;
#if defined(__x86_64__)
  if (level == CM_LEVEL_V3 && __builtin_cpu_supports("x86-64-v3")) return &cm_v3_model_kernels;
  if (level == CM_LEVEL_V4 && __builtin_cpu_supports("x86-64-v4")) return &cm_v4_model_kernels;
#endif
  return NULL;
}

#define CM_LISTS(level)                                                                             \
  size_t cm_##level##_number_list(const uint8_t *, size_t, size_t *);                               \
  size_t cm_##level##_count_byte(const uint8_t *, size_t, uint8_t);                                 \
  size_t cm_##level##_number_values(const uint8_t *, size_t, size_t, uint32_t *, size_t, size_t *); \
  size_t cm_##level##_string_front(const uint8_t *, size_t, size_t *);                              \
  size_t cm_##level##_unescape(const uint8_t *, size_t, uint8_t *, size_t *);

CM_LISTS(base)
CM_LISTS(v3)
CM_LISTS(v4)

#define CM_LISTS_OF(level)                                                                                    \
  (cm_list_kernels) {                                                                                         \
    cm_##level##_number_list, cm_##level##_count_byte, cm_##level##_number_values, cm_##level##_string_front, \
        cm_##level##_unescape                                                                                 \
  }

cm_list_kernels cm_list_kernels_at(int level) {
  if (level == CM_LEVEL_BASE) return CM_LISTS_OF(base);
#if defined(__x86_64__)
  if (level == CM_LEVEL_V3 && __builtin_cpu_supports("x86-64-v3")) return CM_LISTS_OF(v3);
  if (level == CM_LEVEL_V4 && __builtin_cpu_supports("x86-64-v4")) return CM_LISTS_OF(v4);
#endif
  return (cm_list_kernels){NULL, NULL, NULL, NULL, NULL};
}

#define CM_UNITS(level)                                                                                          \
  uint32_t cm_##level##_largest_word(const uint32_t *, size_t);                                                  \
  void cm_##level##_product_seeds(const uint32_t *, size_t, uint64_t, int, uint32_t *);                          \
  size_t cm_##level##_distinct_pairs(uint32_t *, uint32_t *, size_t, void *, size_t, uint32_t, uint32_t *, uint32_t *);

CM_UNITS(base)
CM_UNITS(v3)
CM_UNITS(v4)

cm_unit_kernels cm_unit_kernels_at(int level) {
  if (level == CM_LEVEL_BASE)
    return (cm_unit_kernels){cm_base_largest_word, cm_base_product_seeds, cm_base_distinct_pairs};
#if defined(__x86_64__)
  if (level == CM_LEVEL_V3 && __builtin_cpu_supports("x86-64-v3"))
    return (cm_unit_kernels){cm_v3_largest_word, cm_v3_product_seeds, cm_v3_distinct_pairs};
  if (level == CM_LEVEL_V4 && __builtin_cpu_supports("x86-64-v4"))
    return (cm_unit_kernels){cm_v4_largest_word, cm_v4_product_seeds, cm_v4_distinct_pairs};
#endif
  return (cm_unit_kernels){NULL, NULL, NULL};
}
