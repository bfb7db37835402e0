#include "image_codecs.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jerror.h>
#include <jpeglib.h>

// libjpeg calls back on errors, on warnings and between scans. Each callback that gives up jumps back into
// `run`, which then destroys the decompressor.
typedef struct {
  struct jpeg_decompress_struct decompressor;
  struct jpeg_error_mgr errors;
  struct jpeg_progress_mgr progress;
  jmp_buf failure;
  ic_message *message;
} Context;

static void fail(j_common_ptr info) {
  Context *context = info->client_data;
  char text[JMSG_LENGTH_MAX];
  info->err->format_message(info, text);
  snprintf(context->message->text, sizeof context->message->text, "%s", text);
  longjmp(context->failure, 1);
}

// Level -1 is a warning: the data is damaged and libjpeg would make up pixels. Three kinds harm no pixel.
static void receive_message(j_common_ptr info, int level) {
  if (level >= 0) return;
  switch (info->err->msg_code) {
    case JWRN_EXTRANEOUS_DATA:
    case JWRN_JFIF_MAJOR:
    case JWRN_ADOBE_XFORM:
      return;
    default:
      fail(info);
  }
}

static void print_nothing(j_common_ptr info) { (void)info; }

// A small progressive file can ask for thousands of passes over a large picture.
static void limit_scans(j_common_ptr info) {
  enum { maximum_scans = 500 };
  if (((j_decompress_ptr)info)->input_scan_number <= maximum_scans) return;
  Context *context = info->client_data;
  snprintf(context->message->text, sizeof context->message->text, "more than %d scans", maximum_scans);
  longjmp(context->failure, 1);
}

static void open_jpeg(Context *context, const void *bytes, size_t count) {
  jpeg_mem_src(&context->decompressor, bytes, count);
  jpeg_read_header(&context->decompressor, TRUE);
}

static bool read_size(Context *context, ic_size *size) {
  size->width = context->decompressor.image_width;
  size->height = context->decompressor.image_height;
  return true;
}

static uint8_t multiply_255(uint8_t a, uint8_t b) {
  unsigned product = a * b + 128u;
  return (uint8_t)(((product >> 8) + product) >> 8);
}

// Adobe's files hold inverted inks, so that each byte says how much light is left.
static void convert_cmyk(const uint8_t *inks, uint8_t *pixels, uint32_t width) {
  for (uint32_t x = 0; x < width; x++) {
    uint8_t black = inks[4 * x + 3];
    for (int channel = 0; channel < 3; channel++) {
      uint8_t ink = (uint8_t)(255 - inks[4 * x + channel]);
      pixels[3 * x + channel] = (uint8_t)(black - multiply_255(ink, black));
    }
  }
}

static bool read_pixels(Context *context, const ic_size *size, uint8_t *pixels) {
  struct jpeg_decompress_struct *info = &context->decompressor;
  bool cmyk = info->jpeg_color_space == JCS_CMYK || info->jpeg_color_space == JCS_YCCK;
  info->out_color_space = cmyk ? JCS_CMYK : JCS_RGB;
  jpeg_start_decompress(info);
  if (info->output_width != size->width || info->output_height != size->height) {
    snprintf(context->message->text, sizeof context->message->text, "the size changed while reading");
    return false;
  }
  uint8_t *inks = cmyk
      ? info->mem->alloc_large((j_common_ptr)info, JPOOL_IMAGE, (size_t)4 * size->width)
      : NULL;
  while (info->output_scanline < info->output_height) {
    uint8_t *row = pixels + (size_t)info->output_scanline * size->width * 3;
    JSAMPROW target = cmyk ? inks : row;
    if (jpeg_read_scanlines(info, &target, 1) == 1 && cmyk) convert_cmyk(inks, row, size->width);
  }
  jpeg_finish_decompress(info);
  return true;
}

// Runs the decoder; with `pixels` it decodes, without it only reads the size.
static bool run(const void *bytes, size_t count, ic_size *size, uint8_t *pixels, ic_message *message) {
  Context context;
  memset(&context, 0, sizeof context);
  context.message = message;
  context.decompressor.err = jpeg_std_error(&context.errors);
  context.errors.error_exit = fail;
  context.errors.emit_message = receive_message;
  context.errors.output_message = print_nothing;
  context.decompressor.client_data = &context;
  context.progress.progress_monitor = limit_scans;
  if (setjmp(context.failure)) {
    jpeg_destroy_decompress(&context.decompressor);
    return false;
  }
  jpeg_create_decompress(&context.decompressor);
  context.decompressor.progress = &context.progress;
  open_jpeg(&context, bytes, count);
  bool done = pixels ? read_pixels(&context, size, pixels) : read_size(&context, size);
  jpeg_destroy_decompress(&context.decompressor);
  return done;
}

bool ic_jpeg_size(const void *bytes, size_t count, ic_size *size, ic_message *message) {
  return run(bytes, count, size, NULL, message);
}

bool ic_jpeg_decode(const void *bytes, size_t count, ic_size size, uint8_t *pixels, ic_message *message) {
  return run(bytes, count, &size, pixels, message);
}
