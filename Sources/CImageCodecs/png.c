#include "image_codecs.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <png.h>

typedef struct {
  const uint8_t *bytes;
  size_t count;
  size_t position;
  ic_message *message;
} Source;

static void fail(png_structp png, png_const_charp text) {
  Source *source = png_get_error_ptr(png);
  snprintf(source->message->text, sizeof source->message->text, "%s", text);
  png_longjmp(png, 1);
}

static void ignore_warning(png_structp png, png_const_charp text) {
  (void)png;
  (void)text;
}

static void read_bytes(png_structp png, png_bytep target, size_t count) {
  Source *source = png_get_io_ptr(png);
  if (count > source->count - source->position) png_error(png, "the file is cut short");
  memcpy(target, source->bytes + source->position, count);
  source->position += count;
}

// Asks libpng for eight bits of red, green and blue, whatever the file holds.
static void convert_to_rgb(png_structp png) {
  png_set_palette_to_rgb(png);
  png_set_expand_gray_1_2_4_to_8(png);
  png_set_strip_16(png);
  png_set_gray_to_rgb(png);
  png_set_strip_alpha(png);
}

// Asks libpng for the numbers of palette entries or of gray levels as they are stored, one a byte.
static void keep_indices(png_structp png, png_infop info) {
  int type = png_get_color_type(png, info);
  if ((type != PNG_COLOR_TYPE_PALETTE && type != PNG_COLOR_TYPE_GRAY) || png_get_bit_depth(png, info) > 8) {
    png_error(png, "it has neither a palette nor gray levels of at most 8 bits");
  }
  png_set_packing(png);
}

// Each pixel becomes three bytes of colour or one byte of index.
typedef enum { INDICES = 1, COLORS = 3 } Samples;

static void read_pixels(
    png_structp png, png_infop info, const ic_size *size, Samples samples, uint8_t *pixels) {
  if (samples == COLORS) {
    convert_to_rgb(png);
  } else {
    keep_indices(png, info);
  }
  int passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  size_t rowBytes = (size_t)size->width * samples;
  if (png_get_image_width(png, info) != size->width || png_get_image_height(png, info) != size->height ||
      png_get_rowbytes(png, info) != rowBytes) {
    png_error(png, "the size changed while reading");
  }
  // Passes of an interlaced picture fill in some pixels each, over rows that must begin as zeros.
  if (passes > 1) memset(pixels, 0, rowBytes * size->height);
  for (int pass = 0; pass < passes; pass++) {
    for (uint32_t y = 0; y < size->height; y++) png_read_row(png, pixels + y * rowBytes, NULL);
  }
  png_read_end(png, NULL);
}

// Runs the decoder; with `pixels` it decodes, without it only reads the size.
static bool run(
    const void *bytes, size_t count, ic_size *size, Samples samples, uint8_t *pixels, ic_message *message) {
  Source source = {.bytes = bytes, .count = count, .position = 0, .message = message};
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &source, fail, ignore_warning);
  png_infop info = png ? png_create_info_struct(png) : NULL;
  if (!info) {
    png_destroy_read_struct(&png, NULL, NULL);
    snprintf(message->text, sizeof message->text, "no memory");
    return false;
  }
  if (setjmp(png_jmpbuf(png))) {
    png_destroy_read_struct(&png, &info, NULL);
    return false;
  }
  png_set_read_fn(png, &source, read_bytes);
  png_read_info(png, info);
  if (pixels) {
    read_pixels(png, info, size, samples, pixels);
  } else {
    size->width = png_get_image_width(png, info);
    size->height = png_get_image_height(png, info);
  }
  png_destroy_read_struct(&png, &info, NULL);
  return true;
}

bool ic_png_size(const void *bytes, size_t count, ic_size *size, ic_message *message) {
  return run(bytes, count, size, COLORS, NULL, message);
}

bool ic_png_decode(const void *bytes, size_t count, ic_size size, uint8_t *pixels, ic_message *message) {
  return run(bytes, count, &size, COLORS, pixels, message);
}

bool ic_png_decode_indices(
    const void *bytes, size_t count, ic_size size, uint8_t *indices, ic_message *message) {
  return run(bytes, count, &size, INDICES, indices, message);
}

static png_image image_of(ic_size size, int channels) {
  png_image image;
  memset(&image, 0, sizeof image);
  image.version = PNG_IMAGE_VERSION;
  image.width = size.width;
  image.height = size.height;
  image.format = channels == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
  return image;
}

size_t ic_png_capacity(ic_size size, int channels) {
  png_image image = image_of(size, channels);
  return PNG_IMAGE_PNG_SIZE_MAX(image);
}

size_t ic_png_encode(
    const uint8_t *pixels, ic_size size, int channels, uint8_t *bytes, size_t capacity, ic_message *message) {
  png_image image = image_of(size, channels);
  png_alloc_size_t count = capacity;
  if (png_image_write_to_memory(&image, bytes, &count, 0, pixels, 0, NULL)) return count;
  snprintf(message->text, sizeof message->text, "%s", image.message);
  return 0;
}
