#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "CCodecs.h"

void cm_buffer_free(cm_buffer *buffer) {
  free(buffer->bytes);
  memset(buffer, 0, sizeof *buffer);
}

typedef struct {
  const uint8_t *data;
  size_t size, place;
  cm_codec_result result;
} source;

static void note(char *target, size_t size, const char *text) {
  if (target[0]) return;
  strncpy(target, text ? text : "unknown error", size - 1);
}

static void on_error(png_structp png, png_const_charp text) {
  cm_codec_result *result = png_get_error_ptr(png);
  note(result->message, sizeof result->message, text);
  result->status = CM_CODEC_FAILED;
  longjmp(png_jmpbuf(png), 1);
}

static void on_warning(png_structp png, png_const_charp text) {
  (void)text;
  cm_codec_result *result = png_get_error_ptr(png);
  result->warnings++;
}

static void read_bytes(png_structp png, png_bytep out, size_t count) {
  source *from = png_get_io_ptr(png);
  if (count > from->size - from->place) {
    from->result.is_truncated = 1;
    png_error(png, "the data ends too early");
  }
  memcpy(out, from->data + from->place, count);
  from->place += count;
}

// Reads as far as the header and asks for plain samples; sets up both calls below.
static void begin(png_structp png, png_infop info, source *from) {
  // Limits are the caller's, which knows the header before it asks for pixels.
  png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
  png_set_chunk_malloc_max(png, 64u << 20);
  png_set_read_fn(png, from, read_bytes);
  png_read_info(png, info);
  png_set_expand(png);
  if (png_get_bit_depth(png, info) == 16) {
    const uint16_t one = 1;
    if (*(const uint8_t *)&one) png_set_swap(png);
  }
  png_set_interlace_handling(png);
}

cm_codec_result cm_png_read_info(const uint8_t *data, size_t size, cm_png_info *out) {
  source from = {.data = data, .size = size};
  png_structp png =
      png_create_read_struct(PNG_LIBPNG_VER_STRING, &from.result, on_error, on_warning);
  png_infop info = png ? png_create_info_struct(png) : NULL;
  if (!info) {
    from.result.status = CM_CODEC_NO_MEMORY;
    png_destroy_read_struct(&png, NULL, NULL);
    return from.result;
  }
  if (!setjmp(png_jmpbuf(png))) {
    begin(png, info, &from);
    out->was_palette = png_get_color_type(png, info) == PNG_COLOR_TYPE_PALETTE;
    out->is_interlaced = png_get_interlace_type(png, info) != PNG_INTERLACE_NONE;
    png_read_update_info(png, info);
    out->width = png_get_image_width(png, info);
    out->height = png_get_image_height(png, info);
    out->bit_depth = png_get_bit_depth(png, info);
    out->channels = png_get_channels(png, info);
  }
  png_destroy_read_struct(&png, &info, NULL);
  return from.result;
}

cm_codec_result cm_png_read_pixels(const uint8_t *data, size_t size, void *pixels,
                                   size_t capacity) {
  source from = {.data = data, .size = size};
  png_structp png =
      png_create_read_struct(PNG_LIBPNG_VER_STRING, &from.result, on_error, on_warning);
  png_infop info = png ? png_create_info_struct(png) : NULL;
  // Set before setjmp and not changed after it, so its value is sure in both returns.
  png_bytep *volatile rows = NULL;
  if (!info) {
    from.result.status = CM_CODEC_NO_MEMORY;
    png_destroy_read_struct(&png, NULL, NULL);
    return from.result;
  }
  if (!setjmp(png_jmpbuf(png))) {
    begin(png, info, &from);
    png_read_update_info(png, info);
    size_t row = png_get_rowbytes(png, info), height = png_get_image_height(png, info);
    if (row == 0 || capacity / row < height) png_error(png, "the pixels do not fit");
    rows = malloc(height * sizeof *rows);
    if (!rows) png_error(png, "no memory");
    for (size_t y = 0; y < height; y++) rows[y] = (png_bytep)pixels + y * row;
    png_read_image(png, rows);
    png_read_end(png, NULL);
    from.result.trailing = from.size - from.place;
  }
  free(rows);
  png_destroy_read_struct(&png, &info, NULL);
  return from.result;
}

typedef struct {
  cm_buffer *out;
  cm_codec_result result;
} sink;

static void write_bytes(png_structp png, png_bytep bytes, size_t count) {
  sink *to = png_get_io_ptr(png);
  cm_buffer *out = to->out;
  if (count > out->capacity - out->count) {
    size_t wanted = out->capacity * 2 > out->count + count ? out->capacity * 2 : out->count + count;
    uint8_t *grown = realloc(out->bytes, wanted);
    if (!grown) png_error(png, "no memory");
    out->bytes = grown;
    out->capacity = wanted;
  }
  memcpy(out->bytes + out->count, bytes, count);
  out->count += count;
}

static void flush_nothing(png_structp png) { (void)png; }

cm_codec_result cm_png_write(const void *pixels, uint32_t width, uint32_t height, int bit_depth,
                             int channels, int compression, cm_buffer *out) {
  static const int types[5] = {0, PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA,
                               PNG_COLOR_TYPE_RGB, PNG_COLOR_TYPE_RGB_ALPHA};
  sink to = {.out = out};
  png_structp png =
      png_create_write_struct(PNG_LIBPNG_VER_STRING, &to.result, on_error, on_warning);
  png_infop info = png ? png_create_info_struct(png) : NULL;
  if (!info) {
    to.result.status = CM_CODEC_NO_MEMORY;
    png_destroy_write_struct(&png, NULL);
    return to.result;
  }
  if (!setjmp(png_jmpbuf(png))) {
    png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
    png_set_write_fn(png, &to, write_bytes, flush_nothing);
    png_set_compression_level(png, compression);
    png_set_IHDR(png, info, width, height, bit_depth, types[channels], PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, info);
    if (bit_depth == 16) {
      const uint16_t one = 1;
      if (*(const uint8_t *)&one) png_set_swap(png);
    }
    size_t row = (size_t)width * channels * (bit_depth / 8);
    for (size_t y = 0; y < height; y++) png_write_row(png, (png_const_bytep)pixels + y * row);
    png_write_end(png, NULL);
  }
  png_destroy_write_struct(&png, &info);
  return to.result;
}
