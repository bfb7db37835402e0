import NeuralNet
import Tensor

/// The convolutions and linear layers of a network, in the order in which they run.
public struct NetworkLayers {
  /// The layers, each once.
  public let layers: [AdaptableLayer]
  /// The paths of all modules that run, in the order of their first operation.
  public let modulePaths: [String]

  /// Looks at one evaluation of a network.
  ///
  /// The kernels run once on zeros; the network is left in evaluation mode.
  /// - Parameters:
  ///   - network: the network to look at.
  ///   - inputShape: of a batch of images, [N, H, W, C].
  public init(_ network: Layer, inputShape: Shape) {
    network.setTraining(false)
    let trace = Trace.recording([Tensor.zeros(inputShape)]) { [network($0[0])] }
    let modules = Dictionary(
      network.namedModules().map { ($0.path, $0.module) }, uniquingKeysWith: { first, _ in first })
    var depths: [Trace.ValueID: Int] = [:]
    var layers: [AdaptableLayer] = []
    var seen: Set<String> = []
    var modulePaths: [String] = []
    for step in trace.steps {
      let depth = step.inputs.reduce(0) { max($0, $1.flatMap { depths[$0] } ?? 0) }
      depths[step.output] = depth
      if modulePaths.last != step.scope { modulePaths.append(step.scope) }
      guard let kind = AdaptableLayer.Kind(modules[step.scope], step.operator), let input = step.inputs.first ?? nil
      else {
        continue
      }
      depths[step.output] = depth + 1
      guard seen.insert(step.scope).inserted else { continue }
      var options = ConvolutionOptions()
      if case .convolution(let found) = step.operator { options = found }
      layers.append(
        AdaptableLayer(
          path: step.scope, kind: kind, inputShape: trace.values[input].shape,
          outputShape: trace.values[step.output].shape, options: options, depth: depth + 1))
    }
    (self.layers, self.modulePaths) = (layers, modulePaths)
  }

  /// The layer at a path.
  public subscript(path: String) -> AdaptableLayer? { layers.first { $0.path == path } }
}

extension AdaptableLayer.Kind {
  /// The module of an operation that it runs itself; nil for other operations.
  fileprivate init?(_ module: Module?, _ operation: Operator) {
    switch (operation, module) {
    case (.convolution, let layer as Convolution): self = .convolution(layer)
    case (.linear, let layer as Linear): self = .linear(layer)
    default: return nil
    }
  }
}
