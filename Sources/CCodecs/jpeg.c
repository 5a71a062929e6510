#include <setjmp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

#include "CCodecs.h"

typedef struct {
  struct jpeg_error_mgr base;
  jmp_buf jump;
  cm_codec_result result;
} catcher;

static void on_failure(j_common_ptr jpeg) {
  catcher *caught = (catcher *)jpeg->err;
  char text[JMSG_LENGTH_MAX];
  jpeg->err->format_message(jpeg, text);
  strncpy(caught->result.message, text, sizeof caught->result.message - 1);
  caught->result.status = CM_CODEC_FAILED;
  longjmp(caught->jump, 1);
}

static void on_message(j_common_ptr jpeg, int level) {
  catcher *caught = (catcher *)jpeg->err;
  // An odd revision of JFIF says nothing against the pixels.
  if (level >= 0 || jpeg->err->msg_code == JWRN_JFIF_MAJOR) return;
  if (!caught->result.message[0]) {
    char text[JMSG_LENGTH_MAX];
    jpeg->err->format_message(jpeg, text);
    strncpy(caught->result.message, text, sizeof caught->result.message - 1);
  }
  if (jpeg->err->msg_code == JWRN_JPEG_EOF) caught->result.is_truncated = 1;
  // A damaged scan of hostile length would be mended for ever.
  if (++caught->result.warnings > 10000) on_failure(jpeg);
}

static void on_output(j_common_ptr jpeg) { (void)jpeg; }

static struct jpeg_error_mgr *catching(catcher *caught) {
  memset(&caught->result, 0, sizeof caught->result);
  struct jpeg_error_mgr *base = jpeg_std_error(&caught->base);
  base->error_exit = on_failure;
  base->emit_message = on_message;
  base->output_message = on_output;
  return base;
}

static int color_of(J_COLOR_SPACE space) {
  switch (space) {
    case JCS_GRAYSCALE: return CM_JPEG_GRAY;
    case JCS_YCbCr: return CM_JPEG_YCC;
    case JCS_RGB: return CM_JPEG_RGB;
    case JCS_CMYK: return CM_JPEG_CMYK;
    case JCS_YCCK: return CM_JPEG_YCCK;
    default: return 0;
  }
}

cm_codec_result cm_jpeg_read_info(const uint8_t *data, size_t size, cm_jpeg_info *info) {
  struct jpeg_decompress_struct jpeg;
  catcher caught;
  jpeg.err = catching(&caught);
  if (!setjmp(caught.jump)) {
    jpeg_create_decompress(&jpeg);
    jpeg_mem_src(&jpeg, data, size);
    jpeg_read_header(&jpeg, TRUE);
    info->width = jpeg.image_width;
    info->height = jpeg.image_height;
    info->components = jpeg.num_components;
    info->color = color_of(jpeg.jpeg_color_space);
    info->channels = info->color == CM_JPEG_GRAY ? 1 : 3;
    info->is_progressive = jpeg.progressive_mode;
    info->is_arithmetic = jpeg.arith_code;
    info->restart_interval = jpeg.restart_interval;
    info->precision = jpeg.data_precision;
    for (int i = 0; i < jpeg.num_components && i < 4; i++) {
      info->sampling_h[i] = jpeg.comp_info[i].h_samp_factor;
      info->sampling_v[i] = jpeg.comp_info[i].v_samp_factor;
      info->table_of[i] = jpeg.comp_info[i].quant_tbl_no;
    }
    // Tables may come between scans, but encoders put them first.
    for (int t = 0; t < 4; t++) {
      info->has_table[t] = jpeg.quant_tbl_ptrs[t] != NULL;
      if (info->has_table[t])
        memcpy(info->tables[t], jpeg.quant_tbl_ptrs[t]->quantval, sizeof info->tables[t]);
    }
  }
  jpeg_destroy_decompress(&jpeg);
  return caught.result;
}

static void from_cmyk(const uint8_t *in, uint8_t *out, size_t count, int is_inverted) {
  for (size_t i = 0; i < count; i++) {
    int k = is_inverted ? in[4 * i + 3] : 255 - in[4 * i + 3];
    for (int c = 0; c < 3; c++) {
      int value = is_inverted ? in[4 * i + c] : 255 - in[4 * i + c];
      out[3 * i + c] = (uint8_t)((value * k + 127) / 255);
    }
  }
}

cm_codec_result cm_jpeg_read_pixels(const uint8_t *data, size_t size, uint8_t *pixels,
                                    size_t capacity) {
  struct jpeg_decompress_struct jpeg;
  catcher caught;
  uint8_t *volatile line = NULL;
  jpeg.err = catching(&caught);
  if (!setjmp(caught.jump)) {
    jpeg_create_decompress(&jpeg);
    jpeg_mem_src(&jpeg, data, size);
    jpeg_read_header(&jpeg, TRUE);
    int color = color_of(jpeg.jpeg_color_space);
    int is_cmyk = color == CM_JPEG_CMYK || color == CM_JPEG_YCCK;
    jpeg.out_color_space = color == CM_JPEG_GRAY ? JCS_GRAYSCALE : is_cmyk ? JCS_CMYK : JCS_RGB;
    jpeg.dct_method = JDCT_ISLOW;
    jpeg_start_decompress(&jpeg);
    size_t channels = color == CM_JPEG_GRAY ? 1 : 3, row = (size_t)jpeg.output_width * channels;
    if (row == 0 || capacity / row < jpeg.output_height) ERREXIT(&jpeg, JERR_OUT_OF_MEMORY);
    if (is_cmyk) line = malloc((size_t)jpeg.output_width * 4);
    if (is_cmyk && !line) ERREXIT1(&jpeg, JERR_OUT_OF_MEMORY, 0);
    while (jpeg.output_scanline < jpeg.output_height) {
      JSAMPROW target = pixels + jpeg.output_scanline * row;
      JSAMPROW read = is_cmyk ? line : target;
      if (jpeg_read_scanlines(&jpeg, &read, 1) != 1) break;
      if (is_cmyk) from_cmyk(line, target, jpeg.output_width, jpeg.saw_Adobe_marker);
    }
    jpeg_finish_decompress(&jpeg);
    caught.result.trailing = jpeg.src->bytes_in_buffer;
  }
  free(line);
  jpeg_destroy_decompress(&jpeg);
  return caught.result;
}

// Where libjpeg writes; grows by doubling. jpeg_mem_dest loses its buffer when an error jumps out.
typedef struct {
  struct jpeg_destination_mgr base;
  cm_buffer *out;
} destination;

static void start_writing(j_compress_ptr jpeg) {
  destination *to = (destination *)jpeg->dest;
  to->out->capacity = 1 << 16;
  to->out->bytes = malloc(to->out->capacity);
  if (!to->out->bytes) ERREXIT1(jpeg, JERR_OUT_OF_MEMORY, 0);
  to->base.next_output_byte = to->out->bytes;
  to->base.free_in_buffer = to->out->capacity;
}

static boolean grow(j_compress_ptr jpeg) {
  destination *to = (destination *)jpeg->dest;
  size_t old = to->out->capacity;
  uint8_t *grown = realloc(to->out->bytes, old * 2);
  if (!grown) ERREXIT1(jpeg, JERR_OUT_OF_MEMORY, 0);
  to->out->bytes = grown;
  to->out->capacity = old * 2;
  to->base.next_output_byte = grown + old;
  to->base.free_in_buffer = old;
  return TRUE;
}

static void stop_writing(j_compress_ptr jpeg) {
  destination *to = (destination *)jpeg->dest;
  to->out->count = to->out->capacity - to->base.free_in_buffer;
}

cm_codec_result cm_jpeg_write(const uint8_t *pixels, const cm_jpeg_info *info, cm_buffer *out) {
  struct jpeg_compress_struct jpeg;
  catcher caught;
  destination to = {.out = out};
  jpeg.err = catching(&caught);
  if (!setjmp(caught.jump)) {
    jpeg_create_compress(&jpeg);
    to.base.init_destination = start_writing;
    to.base.empty_output_buffer = grow;
    to.base.term_destination = stop_writing;
    jpeg.dest = &to.base;
    jpeg.image_width = info->width;
    jpeg.image_height = info->height;
    jpeg.input_components = info->channels;
    jpeg.in_color_space = info->channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(&jpeg);
    jpeg_set_colorspace(&jpeg, info->channels == 1          ? JCS_GRAYSCALE
                               : info->color == CM_JPEG_RGB ? JCS_RGB
                                                            : JCS_YCbCr);
    jpeg.write_JFIF_header = FALSE;
    jpeg.dct_method = JDCT_ISLOW;
    jpeg.optimize_coding = TRUE;
    jpeg.restart_interval = info->restart_interval;
    for (int t = 0; t < 4; t++) {
      if (!info->has_table[t]) continue;
      if (!jpeg.quant_tbl_ptrs[t]) jpeg.quant_tbl_ptrs[t] = jpeg_alloc_quant_table((j_common_ptr)&jpeg);
      // A damaged table may hold zeros, by which libjpeg would divide.
      for (int i = 0; i < 64; i++)
        jpeg.quant_tbl_ptrs[t]->quantval[i] = info->tables[t][i] ? info->tables[t][i] : 1;
      jpeg.quant_tbl_ptrs[t]->sent_table = FALSE;
    }
    for (int i = 0; i < jpeg.num_components; i++) {
      jpeg.comp_info[i].h_samp_factor = info->sampling_h[i];
      jpeg.comp_info[i].v_samp_factor = info->sampling_v[i];
      jpeg.comp_info[i].quant_tbl_no = info->table_of[i];
    }
    if (info->is_progressive) jpeg_simple_progression(&jpeg);
    jpeg_start_compress(&jpeg, TRUE);
    size_t row = (size_t)info->width * info->channels;
    while (jpeg.next_scanline < jpeg.image_height) {
      JSAMPROW line = (JSAMPROW)(pixels + jpeg.next_scanline * row);
      jpeg_write_scanlines(&jpeg, &line, 1);
    }
    jpeg_finish_compress(&jpeg);
  }
  jpeg_destroy_compress(&jpeg);
  return caught.result;
}

void cm_jpeg_standard(cm_jpeg_info *info, int quality) {
  static const uint16_t luma[64] = {16, 11, 10, 16, 24,  40,  51,  61,  12, 12, 14, 19, 26,  58,  60,  55,
                                    14, 13, 16, 24, 40,  57,  69,  56,  14, 17, 22, 29, 51,  87,  80,  62,
                                    18, 22, 37, 56, 68,  109, 103, 77,  24, 35, 55, 64, 81,  104, 113, 92,
                                    49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99};
  static const uint16_t chroma[64] = {17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99,
                                      24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99,
                                      99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
                                      99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99};
  int scale = jpeg_quality_scaling(quality);
  int sampling = info->channels == 3 && quality < 90 ? 2 : 1;
  for (int t = 0; t < 2; t++) {
    info->has_table[t] = 1;
    for (int i = 0; i < 64; i++) {
      long value = ((long)(t ? chroma : luma)[i] * scale + 50) / 100;
      info->tables[t][i] = (uint16_t)(value < 1 ? 1 : value > 255 ? 255 : value);
    }
  }
  for (int i = 0; i < 3; i++) {
    info->sampling_h[i] = info->sampling_v[i] = i == 0 ? sampling : 1;
    info->table_of[i] = i == 0 ? 0 : 1;
  }
  info->components = info->channels;
  info->color = info->channels == 1 ? CM_JPEG_GRAY : CM_JPEG_YCC;
}
