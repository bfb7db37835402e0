import Tensor

/// Low-rank back-propagation by Walsh–Hadamard projections (LBP-WHT): a linear map of tokens sends back only the
/// smooth parts of its cotangent.
///
/// For y = x Wᵀ + b over blocks of n × n tokens and Walsh functions B_b:
///
///     x̂[b] = Σ x B_b            kept instead of x
///     ĝ[b] = (1/n²) Σ g B_b
///     ĝx[b] = ĝ[b] W,           gx = Σ_b ĝx[b] B_b
///     gW = Σ ĝ[b]ᵀ x̂[b]         over all blocks and bases, one matrix product
///     gb = Σ g                  exact
///
/// Tokens beside the grid are rows of x̂ and ĝ themselves, so that their part of both products is exact.
/// Coefficients are float32 whatever the type of the activations.
///
/// Yang et al., "Efficient Low-rank Backpropagation for Vision Transformer Adaptation", NeurIPS 2023,
/// <https://arxiv.org/abs/2309.15275>.
public struct WalshBackward: LinearBackward, ConvolutionBackward {
  /// The functions that are kept.
  public let bases: WalshBases
  /// What stands beyond the border of the grid.
  public let padding: WalshPadding

  /// Back-propagation through some functions.
  public init(_ bases: WalshBases, padding: WalshPadding = .zero) {
    (self.bases, self.padding) = (bases, padding)
  }

  public func save(_ input: Tensor) -> Tensor {
    input.walshProjected(on: blocks(of: input.shape), border: padding.inputBorder)
  }

  public func gradients(
    cotangent: Tensor, saved: Tensor?, weight: Tensor, inputShape: Shape, wantsInput: Bool, wantsWeight: Bool,
    wantsBias: Bool
  ) -> (input: Tensor?, weight: Tensor?, bias: Tensor?) {
    let outputs = weight.shape[0]
    guard wantsInput || wantsWeight else {
      return (nil, nil, wantsBias ? cotangent.summed(toShape: [outputs], dtype: .float32) : nil)
    }
    let blocks = blocks(of: inputShape)
    let (projected, bias) = project(cotangent, on: blocks, wantsSum: wantsBias)
    let matrix = weight.reshaped([outputs, inputShape[-1]])
    return (
      wantsInput
        ? projected.matrixProduct(matrix)
          .walshReconstructed(from: blocks, shape: inputShape, dtype: cotangent.dtype) : nil,
      wantsWeight
        ? saved.map { projected.rows.matrixProduct($0.rows, transposingLeft: true).reshaped(weight.shape) } : nil,
      bias
    )
  }

  private func project(_ cotangent: Tensor, on blocks: WalshBlocks, wantsSum: Bool) -> (Tensor, sum: Tensor?) {
    let scale = 1 / Float(bases.edge * bases.edge)
    guard wantsSum else {
      return (cotangent.walshProjected(on: blocks, border: .reflection, scale: scale), nil)
    }
    return cotangent.walshProjectedAndSummed(on: blocks, border: .reflection, scale: scale)
  }

  private func blocks(of shape: Shape) -> WalshBlocks {
    do {
      return try TokenGrid(of: shape).blocks(for: bases)
    } catch {
      Scope.fail("low-rank back-propagation", "\(error)")
    }
  }
}

// A 1×1 convolution is a linear map of the pixels.
extension WalshBackward {
  public func save(_ input: Tensor, weight: Tensor, options: ConvolutionOptions) -> Tensor { save(input) }

  public func gradients(
    cotangent: Tensor, saved: Tensor?, weight: Tensor, inputShape: Shape, options: ConvolutionOptions,
    wantsInput: Bool, wantsWeight: Bool, wantsBias: Bool
  ) -> (input: Tensor?, weight: Tensor?, bias: Tensor?) {
    if weight.shape[2] != 1 || weight.shape[3] != 1 || options != ConvolutionOptions(dilation: options.dilation) {
      Scope.fail(
        "low-rank back-propagation",
        "a 1×1 convolution of stride 1 without padding and groups is expected, found "
          + "weight \(weight.shape), \(options)"
      )
    }
    return gradients(
      cotangent: cotangent, saved: saved, weight: weight, inputShape: inputShape, wantsInput: wantsInput,
      wantsWeight: wantsWeight, wantsBias: wantsBias)
  }
}

extension Tensor {
  /// [N, rows, C] as [N · rows, C].
  fileprivate var rows: Tensor { reshaped([shape[0] * shape[1], shape[2]]) }
}
