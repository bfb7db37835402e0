import Tensor

/// Cuts pictures into square patches and maps each to a vector: a convolution whose stride is its kernel.
///
/// # Shapes
/// input [N, H, W, inputChannels] → output [N, H / patch, W / patch, channels]; `proj.weight` [channels, inputChannels,
/// patch, patch].
public final class PatchEmbedding: Layer {
  /// The map of a patch.
  public let proj: Convolution
  /// Normalises the vectors; nil where the network normalises them itself.
  public let norm: LayerNorm?

  /// An embedding with new weights.
  /// - Parameters:
  ///   - inputChannels: the channels of the pictures.
  ///   - channels: the elements of a vector.
  ///   - patch: the side of a patch.
  ///   - normalizes: whether the vectors are normalised, as in Swin.
  ///   - generator: draws the weights.
  public init(
    _ inputChannels: Int, _ channels: Int, patch: Int, normalizes: Bool = false, using generator: inout Generator
  ) {
    let side = Pair(patch, patch)
    proj = Convolution(
      inputChannels, channels, kernel: side, stride: side, initializer: .uniformFanIn, using: &generator)
    norm = normalizes ? LayerNorm(channels) : nil
  }

  public override func forward(_ x: Tensor) -> Tensor {
    let grid = proj(x)
    return norm?(grid) ?? grid
  }
}
