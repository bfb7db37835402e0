import NeuralNet
import Tensor

/// The block of the local stages: 1×1 convolution to four times the channels, 3×3 depthwise convolution, 1×1 back, with a
/// residual and a layer scale.
///
///     y = x + drop(γ ⊙ body(x))
final class LocalBlock: Layer {
  /// What the publications call the parts.
  struct Names {
    let body: String
    let layers: [String]
    let scale: String

    static let mobileViG = Names(
      body: "mlp", layers: ["fc1", "norm1", "mid", "mid_norm", "fc2", "norm2"], scale: "layer_scale_2")
    static let mobileViGV2 = Names(body: "dws", layers: separable, scale: "layer_scale_1")
    static let greedyViG = Names(body: "dws", layers: separable, scale: "layer_scale_2")
    private static let separable = ["pw1", "norm1", "dw", "norm2", "pw2", "norm3"]
  }

  private let body: LocalBody
  private let layerScale: Parameter
  private let dropPath: DropPath
  private let names: Names

  /// - Parameter scaleShape: of the layer scale, which has an element for each channel.
  init(_ channels: Int, scaleShape: Shape, names: Names, dropRate: Float, using generator: inout Generator) {
    body = LocalBody(channels, names: names.layers, using: &generator)
    layerScale = Parameter(.full(scaleShape, 1e-5))
    dropPath = DropPath(dropRate, using: &generator)
    self.names = names
  }

  override var parts: [(name: String, part: Any)] {
    [(names.scale, layerScale), (names.body, body), ("drop_path", dropPath)]
  }

  override func forward(_ x: Tensor) -> Tensor {
    body.norm3.residual(body.unnormalized(x), scaledBy: layerScale, dropping: dropPath, from: x)
  }
}

/// What a local block adds to its input, before the layer scale.
private final class LocalBody: Layer {
  let expansion: Convolution
  let norm1: BatchNorm
  let depthwise: Convolution
  let norm2: BatchNorm
  let projection: Convolution
  let norm3: BatchNorm
  private let names: [String]

  init(_ channels: Int, names: [String], using generator: inout Generator) {
    let hidden = 4 * channels
    expansion = .heBiased(channels, hidden, kernel: 1, using: &generator)
    norm1 = BatchNorm(hidden, activation: .gelu)
    depthwise = .heBiased(hidden, hidden, kernel: 3, groups: hidden, using: &generator)
    norm2 = BatchNorm(hidden, activation: .gelu)
    projection = .heBiased(hidden, channels, kernel: 1, using: &generator)
    norm3 = BatchNorm(channels)
    self.names = names
  }

  override var parts: [(name: String, part: Any)] {
    zip(names, [expansion, norm1, depthwise, norm2, projection, norm3] as [Layer]).map { ($0, $1) }
  }

  /// The input of the last norm.
  func unnormalized(_ x: Tensor) -> Tensor { projection(norm2(depthwise(norm1(expansion(x))))) }

  override func forward(_ x: Tensor) -> Tensor { norm3(unnormalized(x)) }
}
