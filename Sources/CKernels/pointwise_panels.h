// Rows of a matrix in panels [channel / 16][row][16], which a product reads in order.
#pragma once
#include <stdbool.h>
#include <string.h>

#include "batch_norm_sums.h"
#include "lanes.h"
#include "pointwise.h"

enum {
  ck_pointwise_lanes = 16,
  /// Rows that are copied together: each panel's constants are loaded once for them.
  ck_pointwise_copied_rows = 8,
  /// Constants of a panel: scale, shift, slope and offset of each channel.
  ck_pointwise_constants = 4 * ck_pointwise_lanes,
};

/// How an operand is read.
typedef enum { ck_reading_plain, ck_reading_normalized, ck_reading_gradient } ck_reading;

typedef struct {
  ck_norm_operand operand;
  ck_reading reading;
  int64_t channels;
  float *constants;  // for each panel
} ck_pointwise_source;

CK_INLINE int64_t ck_pointwise_panels(int64_t channels) {
  return (channels + ck_pointwise_lanes - 1) / ck_pointwise_lanes;
}

/// The source that reads an operand, with its constants at an address: zeros beyond the channels, which every reading
/// turns into zeros.
static ck_pointwise_source ck_pointwise_prepare(const ck_norm_operand *operand, int64_t channels, float *constants) {
  ck_pointwise_source source = {.channels = channels, .constants = constants};
  if (!operand) return source;
  source.operand = *operand;
  if (!operand->scale) return source;
  source.reading = operand->normalized ? ck_reading_gradient : ck_reading_normalized;
  const int64_t count = ck_pointwise_panels(channels) * ck_pointwise_constants;
  memset(constants, 0, (size_t)count * sizeof(float));
  for (int64_t channel = 0; channel < channels; ++channel) {
    float *target = constants + channel / ck_pointwise_lanes * ck_pointwise_constants + channel % ck_pointwise_lanes;
    target[0] = operand->scale[channel];
    target[ck_pointwise_lanes] = operand->shift[channel];
    if (source.reading == ck_reading_normalized) continue;
    target[2 * ck_pointwise_lanes] = operand->slope[channel];
    target[3 * ck_pointwise_lanes] = operand->offset[channel];
  }
  return source;
}

/// Sixteen channels of one row.
CK_INLINE void ck_pointwise_read(const float *elements, const float *normalized, const float *constants,
                                 const ck_reading reading, const ck_activation activation, float *panel) {
  const float *scale = constants, *shift = scale + ck_pointwise_lanes, *slope = shift + ck_pointwise_lanes;
  const float *offset = slope + ck_pointwise_lanes;
  _Pragma("clang loop vectorize(assume_safety) vectorize_width(16) interleave_count(1) unroll(disable)")
  for (int i = 0; i < ck_pointwise_lanes; ++i) {
    if (reading == ck_reading_plain) {
      panel[i] = elements[i];
    } else if (reading == ck_reading_normalized) {
      panel[i] = ck_activate(activation, elements[i] * scale[i] + shift[i]);
    } else {
      panel[i] = ck_norm_input_gradient(activation, elements[i], normalized[i], scale[i], shift[i], slope[i], offset[i]);
    }
  }
}

CK_INLINE void ck_pointwise_fill_rows(const ck_pointwise_source *source, const ck_reading reading,
                                      const ck_activation activation, int64_t first, int64_t count, float *panels,
                                      int64_t stride) {
  const int64_t channels = source->channels;
  for (int64_t channel = 0; channel < channels; channel += ck_pointwise_lanes) {
    const float *constants = source->constants + channel / ck_pointwise_lanes * ck_pointwise_constants;
    float *target = panels + channel / ck_pointwise_lanes * stride;
    const int64_t place = first * channels + channel, lanes = channels - channel;
    const float *elements = source->operand.elements + place;
    const float *normalized = reading == ck_reading_gradient ? source->operand.normalized + place : 0;
    float pieces[2][ck_pointwise_lanes] = {{0}};
    for (int64_t row = 0; row < count; ++row, target += ck_pointwise_lanes, elements += channels) {
      const float *from = elements, *beside = normalized;
      if (lanes < ck_pointwise_lanes) {
        memcpy(pieces[0], elements, (size_t)lanes * sizeof(float));
        from = pieces[0];
        if (normalized) beside = memcpy(pieces[1], normalized, (size_t)lanes * sizeof(float));
      }
      ck_pointwise_read(from, beside, constants, reading, activation, target);
      if (normalized) normalized += channels;
    }
  }
}

CK_INLINE void ck_pointwise_fill_changed(const ck_activation activation, const ck_pointwise_source *source,
                                         int64_t first, int64_t count, float *panels, int64_t stride) {
  if (source->reading == ck_reading_normalized) {
    ck_pointwise_fill_rows(source, ck_reading_normalized, activation, first, count, panels, stride);
  } else {
    ck_pointwise_fill_rows(source, ck_reading_gradient, activation, first, count, panels, stride);
  }
}

/// Fills panels `stride` apart with the rows first ..< first + count.
CK_INLINE void ck_pointwise_fill(const ck_pointwise_source *source, int64_t first, int64_t count, float *panels,
                                 int64_t stride) {
  for (int64_t done = 0; done < count; done += ck_pointwise_copied_rows) {
    const int64_t left = count - done, rows = left < ck_pointwise_copied_rows ? left : ck_pointwise_copied_rows;
    const int64_t from = first + done;
    float *target = panels + done * ck_pointwise_lanes;
    if (source->reading == ck_reading_plain) {
      ck_pointwise_fill_rows(source, ck_reading_plain, ck_activation_identity, from, rows, target, stride);
    } else {
      CK_FOR_FUSED(source->operand.activation, ck_pointwise_fill_changed, source, from, rows, target, stride)
    }
  }
}
