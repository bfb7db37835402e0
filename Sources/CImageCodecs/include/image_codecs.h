#ifndef IMAGE_CODECS_H
#define IMAGE_CODECS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Width and height in pixels.
typedef struct {
  uint32_t width;
  uint32_t height;
} ic_size;

/// Why a function failed, as text that ends with a zero byte.
typedef struct {
  char text[200];
} ic_message;

/// Reads the size from the header of a JPEG file.
bool ic_jpeg_size(const void *bytes, size_t count, ic_size *size, ic_message *message);

/// Decodes a JPEG file to red, green and blue bytes: height × width × 3.
/// Fails if the file is damaged, cut short, or of another size than `size`.
bool ic_jpeg_decode(const void *bytes, size_t count, ic_size size, uint8_t *pixels, ic_message *message);

/// Reads the size from the header of a PNG file.
bool ic_png_size(const void *bytes, size_t count, ic_size *size, ic_message *message);

/// Decodes a PNG file to red, green and blue bytes: height × width × 3.
/// Fails if the file is damaged, cut short, or of another size than `size`.
bool ic_png_decode(const void *bytes, size_t count, ic_size size, uint8_t *pixels, ic_message *message);

/// Decodes a PNG file with a palette, or with gray levels of at most 8 bits, to the stored numbers: height × width.
/// Fails if the file has other pixels, is damaged, cut short, or of another size than `size`.
bool ic_png_decode_indices(const void *bytes, size_t count, ic_size size, uint8_t *indices, ic_message *message);

/// The most bytes that a PNG file of this size and 1 or 3 channels takes.
size_t ic_png_capacity(ic_size size, int channels);

/// Encodes gray bytes (1 channel), or red, green and blue bytes (3), as a PNG file; returns its bytes, or 0 on failure.
size_t ic_png_encode(
    const uint8_t *pixels, ic_size size, int channels, uint8_t *bytes, size_t capacity, ic_message *message);

#endif
