// Bringing pixels near while products are made: the processor's own prefetching does not follow tiles from row to row.
#pragma once
#include "winograd_tiles.h"

/// The pixels of some tiles that will be read, or written, next.
typedef struct {
  const char *images;  // from the first wanted channel
  int64_t height;
  int64_t width;
  int64_t pixelBytes;     // of all channels
  int64_t wantedBytes;    // of the wanted ones
  ck_winograd_tile tile;  // of the next pixel
  int64_t done;           // pixels
  int64_t count;          // of all pixels
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
                             .count = count * shape->side * shape->side};
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
                             .count = count * shape->side * shape->side};
}

/// Fetches what has to be there after `step` of `steps`. A few lines at a time: the processor brings only so many at once,
/// and waits when there are more.
CK_INLINE void ck_winograd_fetch_step(const ck_winograd_shape *shape, ck_winograd_fetch *fetch, int64_t step,
                                      int64_t steps, const int isWritten) {
  const int64_t side = shape->side, pixels = side * side;
  for (const int64_t end = fetch->count * step / steps; fetch->done < end; ++fetch->done) {
    const int64_t index = fetch->done % pixels, y = fetch->tile.y + index / side, x = fetch->tile.x + index % side;
    if (y < fetch->height && x < fetch->width) {
      const char *pixel =
          fetch->images + ((fetch->tile.image * fetch->height + y) * fetch->width + x) * fetch->pixelBytes;
      for (int64_t byte = 0; byte < fetch->wantedBytes; byte += ck_line_bytes) {
        if (isWritten) __builtin_prefetch(pixel + byte, 1);
        else __builtin_prefetch(pixel + byte, 0);
      }
    }
    if (index == pixels - 1) ck_winograd_advance(shape, &fetch->tile);
  }
}

/// What a worker fetches while it makes the products of a block.
typedef struct {
  ck_winograd_fetch inputs;   // of the next block
  ck_winograd_fetch outputs;  // of this one
  int64_t step;
  int64_t steps;
} ck_winograd_fetches;

CK_INLINE void ck_winograd_fetch_both(const ck_winograd_shape *shape, ck_winograd_fetches *fetches) {
  fetches->step += 1;
  ck_winograd_fetch_step(shape, &fetches->inputs, fetches->step, fetches->steps, 0);
  ck_winograd_fetch_step(shape, &fetches->outputs, fetches->step, fetches->steps, 1);
}
