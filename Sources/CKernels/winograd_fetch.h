// Bringing pixels near while products are made: the processor's own prefetching does not follow tiles from row to row.
#pragma once
#include "winograd_tiles.h"

/// The pixels of some tiles that will be read, or written, next.
typedef struct {
  const char *images;  // from the first wanted channel
  int64_t height;
  int64_t width;
  int64_t pixelBytes;      // of all channels
  int64_t wantedBytes;     // of the wanted ones
  ck_winograd_tile tile;   // the next one
  int64_t count;           // tiles to fetch, a part of them at each of the 16 places
} ck_winograd_fetch;

/// The pixels of the input from which `count` tiles are made, without the border.
CK_INLINE ck_winograd_fetch ck_winograd_fetch_inputs(const ck_winograd_shape *shape, const char *input,
                                                     ck_winograd_tile tile, int64_t count) {
  const int64_t bytes = shape->inputChannels * ck_winograd_bytes(shape);
  return (ck_winograd_fetch){.images = input,
                             .height = shape->height,
                             .width = shape->width,
                             .pixelBytes = bytes,
                             .wantedBytes = bytes,
                             .tile = tile,
                             .count = count};
}

/// `width` channels from `channel` of the outputs, or their gradients, of `count` tiles.
CK_INLINE ck_winograd_fetch ck_winograd_fetch_outputs(const ck_winograd_shape *shape, const char *output,
                                                      int64_t channel, int64_t width, ck_winograd_tile tile,
                                                      int64_t count) {
  const int64_t bytes = ck_winograd_bytes(shape);
  return (ck_winograd_fetch){.images = output + channel * bytes,
                             .height = shape->outputHeight,
                             .width = shape->outputWidth,
                             .pixelBytes = shape->outputChannels * bytes,
                             .wantedBytes = width * bytes,
                             .tile = tile,
                             .count = count};
}

/// Fetches the part of a place.
CK_INLINE void ck_winograd_fetch_part(const ck_winograd_shape *shape, ck_winograd_fetch *fetch, int place,
                                      const int isWritten) {
  const int64_t places = ck_winograd_places, count = fetch->count;
  for (int64_t item = count * place / places; item < count * (place + 1) / places; ++item) {
    const ck_winograd_tile tile = fetch->tile;
    for (int64_t y = tile.y; y < tile.y + 2 && y < fetch->height; ++y) {
      for (int64_t x = tile.x; x < tile.x + 2 && x < fetch->width; ++x) {
        const char *pixel = fetch->images + ((tile.image * fetch->height + y) * fetch->width + x) * fetch->pixelBytes;
        for (int64_t byte = 0; byte < fetch->wantedBytes; byte += ck_line_bytes) {
          if (isWritten) __builtin_prefetch(pixel + byte, 1);
          else __builtin_prefetch(pixel + byte, 0);
        }
      }
    }
    ck_winograd_advance(shape, &fetch->tile);
  }
}
