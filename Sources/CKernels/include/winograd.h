// Convolution with kernels of 3×3 and stride 1 by Winograd's algorithm (Lavin and Gray, 2016): F(2×2, 3×3), four outputs
// for 16 products of each pair of channels, where the sum of taps takes 36, or F(4×4, 3×3), 16 outputs for 36 products instead of
// 144. The rounding errors of the former are about those of the sum in float32, those of the latter four times as
// large. Of bfloat16 the transformed tiles are rounded too, which tiles of 4×4 do not bear: 0.9 % of the results' deviation
// instead of 0.3 %, and 0.2 % for the sum.
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "activation.h"

/// The geometry of one convolution; both numbers of channels are multiples of CK_WINOGRAD_CHANNELS. Padding below and
/// to the right follows from the output size: taps outside the input count as zero, on every side.
typedef struct {
  int64_t batch;
  int64_t height;
  int64_t width;
  int64_t inputChannels;
  int64_t outputHeight;
  int64_t outputWidth;
  int64_t outputChannels;
  int64_t paddingTop;
  int64_t paddingLeft;
  int64_t side;     // of the square of outputs of a tile: 2, or 4 for float32
  bool isBFloat16;  // the type of images: bfloat16, which needs AVX-512 BF16 on x86-64, or float32
} ck_winograd_shape;

enum { CK_WINOGRAD_CHANNELS = 16 };

/// The number of tiles that cover the outputs of all images.
int64_t ck_winograd_tiles(const ck_winograd_shape *shape);

/// Bytes of packed weights, for either of the two functions below.
int64_t ck_winograd_packed_size(const ck_winograd_shape *shape);

/// Transforms weight [outputChannels, inputChannels, 3, 3] for `ck_winograd_convolve`; `packed` is aligned to 64 bytes.
void ck_winograd_pack(const ck_winograd_shape *shape, const float *weight, void *packed);

/// As ck_winograd_pack, for the convolution that gives the gradient of the input: `shape` is that convolution's own,
/// with the channels exchanged, and weight [inputChannels, outputChannels, 3, 3] is turned by half a turn.
void ck_winograd_pack_transposed(const ck_winograd_shape *shape, const float *weight, void *packed);

/// Bytes of scratch that `ck_winograd_convolve` needs with the present thread count.
int64_t ck_winograd_convolve_scratch(const ck_winograd_shape *shape);

/// What becomes of the sums of channel o: activation(scale[o] · sum + shift[o] + residual).
typedef struct {
  const float *scale;         // null for ones
  const float *shift;         // null for zeros
  const void *residual;       // as the output, whose memory it may be; null for zeros
  ck_activation activation;   // the identity or a rectifier, see ck_winograd_fuses
} ck_winograd_finish;

/// Whether the convolution applies an activation on the way.
bool ck_winograd_fuses(ck_activation activation);

/// output[n, y, x, o] = finish(Σ over (i, j, c) of input[n, y + i − paddingTop, x + j − paddingLeft, c] ·
/// weight[o, c, i, j])
/// input [batch, height, width, inputChannels], output [batch, outputHeight, outputWidth, outputChannels]. The bits
/// depend neither on the number of threads nor on the other images of the batch.
void ck_winograd_convolve(const ck_winograd_shape *shape, const void *input, const void *packed,
                          const ck_winograd_finish *finish, void *output, void *scratch);

/// Bytes of the sums of a weight gradient; for this and the following functions tiles have a side of 2.
int64_t ck_winograd_sums_size(const ck_winograd_shape *shape);

/// Bytes of scratch that `ck_winograd_weights_add` needs with the present thread count.
int64_t ck_winograd_weights_scratch(const ck_winograd_shape *shape);

/// Adds the weight gradient of some images to the sums, or makes it the sums where these images are the first ones.
void ck_winograd_weights_add(const ck_winograd_shape *shape, const void *input, const void *outputGradient,
                             bool isFirst, float *sums, void *scratch);

/// Writes the sums as a gradient [outputChannels, inputChannels, 3, 3].
void ck_winograd_weights_end(const ck_winograd_shape *shape, const float *sums, float *weightGradient);
