// Max-relative aggregation of graph networks, over images [batch, height, width, channels].
#pragma once
#include <stdbool.h>
#include <stdint.h>

/// The image and the neighbours of its pixels. Neighbour i of pixel (h, w) is the pixel
/// ((h − rowShifts[i]) mod height, (w − columnShifts[i]) mod width).
typedef struct {
  int64_t batch;
  int64_t height;
  int64_t width;
  int64_t channels;
  /// The number of neighbours, at most 255.
  int64_t neighbours;
  /// [neighbours], 0 ..< height
  const int64_t *rowShifts;
  /// [neighbours], 0 ..< width
  const int64_t *columnShifts;
  /// Whether differences are pixel − neighbour; else they are neighbour − pixel.
  bool selfMinusNeighbour;
} ck_max_relative_shape;

/// output [batch, height, width, 2·channels] = the pixel, then max(0, largest difference to a neighbour) of each
/// channel. mask [batch, height, width, neighbours] or NULL: neighbours with 0 there are left out.
/// winners [batch, height, width, channels], or NULL when no backward follows: 1 + the first neighbour with the
/// largest difference, 0 where none is above 0. A NaN neighbour never wins.
void ck_max_relative_forward_f32(const ck_max_relative_shape *shape, const float *input, const float *mask,
                                 float *output, uint8_t *winners);
/// As `ck_max_relative_forward_f32`, of bfloat16.
void ck_max_relative_forward_bf16(const ck_max_relative_shape *shape, const uint16_t *input,
                                  const uint16_t *mask, uint16_t *output, uint8_t *winners);

/// output [batch, height, width, neighbours] = the sum over the channels of |pixel − neighbour|.
void ck_relative_distances_f32(const ck_max_relative_shape *shape, const float *input, float *output);
/// As `ck_relative_distances_f32`, of bfloat16.
void ck_relative_distances_bf16(const ck_max_relative_shape *shape, const uint16_t *input, uint16_t *output);

/// inputGradient [batch, height, width, channels] from outputGradient [batch, height, width, 2·channels]; a
/// difference sends its gradient to the pixel and, negated, to the neighbour that won.
void ck_max_relative_backward_f32(const ck_max_relative_shape *shape, const float *outputGradient,
                                  const uint8_t *winners, float *inputGradient);
/// As `ck_max_relative_backward_f32`, of bfloat16.
void ck_max_relative_backward_bf16(const ck_max_relative_shape *shape, const uint16_t *outputGradient,
                                   const uint8_t *winners, uint16_t *inputGradient);
