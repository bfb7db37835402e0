import Tensor

/// Where the patches of a filtered convolution lie on its output and on its input.
struct FilterGeometry {
  /// On the output, r×r pixels a patch.
  let output: PatchGrid
  /// On the input, r·s × r·s pixels a patch, where s is the stride.
  let input: PatchGrid
  /// By how many patches the taps of the kernel are apart; 0 where they fall into one, or, as an even kernel has no middle one, between
  /// patches.
  let dilation: Int

  /// The patches of a convolution of an image batch [N, H, W, I].
  init(_ filter: GradientFilter, input shape: Shape, kernel: Pair, options: ConvolutionOptions) {
    let (size, stride) = (Pair(shape[1], shape[2]), options.stride)
    output = PatchGrid(
      covering: options.outputSize(size, kernel: kernel), patch: Pair(filter.patch, filter.patch))
    let patch = Pair(filter.patch * stride.height, filter.patch * stride.width)
    let (rows, columns) = (output.count.height, output.count.width)
    let offset =
      switch filter.scaling {
      case .reference:
        Pair(halved(rows * patch.height - size.height), halved(columns * patch.width - size.width))
      case .unbiased:
        Pair(
          stride.height * output.offset.height + options.padding.top - options.dilation.height * (kernel.height - 1)
            / 2,
          stride.width * output.offset.width + options.padding.left - options.dilation.width * (kernel.width - 1) / 2)
      }
    input = PatchGrid(size: size, patch: patch, count: output.count, offset: offset)
    let isDilated =
      stride == 1 && options.dilation.height == options.dilation.width && options.dilation.height > 1
      && kernel.height % 2 == 1 && kernel.width % 2 == 1
    dilation = isDilated ? options.dilation.height / filter.patch : 0
  }
}

/// ⌈excess / 2⌉, also where it is negative.
private func halved(_ excess: Int) -> Int { excess > 0 ? (excess + 1) / 2 : excess / 2 }
