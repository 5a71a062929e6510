// Shims around libpng and libjpeg. Both report errors by long jumps, which must not cross Swift: every function here catches
// them and returns a plain result. Nothing prints, nothing exits; pixels belong to the caller.

#ifndef COUNTERMARK_CCODECS_H
#define COUNTERMARK_CCODECS_H

#include <stddef.h>
#include <stdint.h>

enum { CM_CODEC_OK = 0, CM_CODEC_FAILED = 1, CM_CODEC_NO_MEMORY = 2 };

typedef struct {
  int status;
  // Damage that the library mended by guessing, and whether the data ended too early.
  int warnings;
  int is_truncated;
  // Bytes after the end of the picture.
  size_t trailing;
  char message[200];
} cm_codec_result;

// Bytes that an encoder wrote; free them with cm_buffer_free.
typedef struct {
  uint8_t *bytes;
  size_t count, capacity;
} cm_buffer;

void cm_buffer_free(cm_buffer *buffer);

typedef struct {
  uint32_t width, height;
  // Of the decoded samples: 8 or 16 bits, 1 to 4 channels.
  int bit_depth, channels;
  int was_palette, is_interlaced;
} cm_png_info;

cm_codec_result cm_png_read_info(const uint8_t *data, size_t size, cm_png_info *info);
// Decodes to rows without padding, 16-bit samples in the machine's order. `pixels` holds `capacity` bytes.
cm_codec_result cm_png_read_pixels(const uint8_t *data, size_t size, void *pixels,
                                   size_t capacity);
cm_codec_result cm_png_write(const void *pixels, uint32_t width, uint32_t height, int bit_depth,
                             int channels, int compression, cm_buffer *out);

enum { CM_JPEG_GRAY = 1, CM_JPEG_YCC = 2, CM_JPEG_RGB = 3, CM_JPEG_CMYK = 4, CM_JPEG_YCCK = 5 };

typedef struct {
  uint32_t width, height;
  // Components in the file, and channels after decoding (1 or 3).
  int components, channels;
  int color, is_progressive, is_arithmetic;
  int sampling_h[4], sampling_v[4], table_of[4];
  uint16_t tables[4][64];
  int has_table[4];
  uint32_t restart_interval;
  int precision;
} cm_jpeg_info;

cm_codec_result cm_jpeg_read_info(const uint8_t *data, size_t size, cm_jpeg_info *info);
cm_codec_result cm_jpeg_read_pixels(const uint8_t *data, size_t size, uint8_t *pixels,
                                    size_t capacity);
// Writes with the tables, sampling, progression and restarts of `info`; no markers of its own but Adobe's for RGB.
cm_codec_result cm_jpeg_write(const uint8_t *pixels, const cm_jpeg_info *info, cm_buffer *out);
// Fills the tables of `info` with the standard ones at a quality, 4:2:0 for colour below 90.
void cm_jpeg_standard(cm_jpeg_info *info, int quality);

#endif
