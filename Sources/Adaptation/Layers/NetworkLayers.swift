import NeuralNet
import Tensor

/// The convolutions and linear layers of a network, in the order in which they run.
public struct NetworkLayers {
  /// The layers, each once.
  public let layers: [AdaptableLayer]
  /// The paths of all modules that run, in the order of their first operation.
  public let modulePaths: [String]
  /// The parameters of no layer.
  let others: [OtherParameter]
  /// The step of the run with which each layer begins, by its path.
  private let steps: [String: Int]

  /// Looks at one evaluation of a network.
  ///
  /// The kernels run once on zeros; the network is left in evaluation mode.
  /// - Parameters:
  ///   - network: the network to look at.
  ///   - inputShape: of a batch of images, [N, H, W, C].
  ///   - activations: the type of the activations in a training.
  public init(_ network: Layer, inputShape: Shape, activations: DType = .float32) {
    network.setTraining(false)
    let trace = Trace.recording([Tensor.zeros(inputShape)]) { [network($0[0])] }
    let modules = Dictionary(
      network.namedModules().map { ($0.path, $0.module) }, uniquingKeysWith: { first, _ in first })
    var depths: [Trace.ValueID: Int] = [:]
    var layers: [AdaptableLayer] = []
    var steps: [String: Int] = [:]
    var modulePaths: [String] = []
    for (position, step) in trace.steps.enumerated() {
      let depth = step.inputs.reduce(0) { max($0, $1.flatMap { depths[$0] } ?? 0) }
      depths[step.output] = depth
      if modulePaths.last != step.scope { modulePaths.append(step.scope) }
      guard let kind = AdaptableLayer.Kind(modules[step.scope], step.operator), let input = step.inputs.first ?? nil
      else {
        continue
      }
      depths[step.output] = depth + 1
      guard steps[step.scope] == nil else { continue }
      steps[step.scope] = position
      var options = ConvolutionOptions()
      if case .convolution(let found) = step.operator { options = found }
      layers.append(
        AdaptableLayer(
          path: step.scope, kind: kind, inputShape: trace.values[input].shape,
          outputShape: trace.values[step.output].shape, options: options, activations: activations,
          depth: depth + 1))
    }
    (self.layers, self.modulePaths, self.steps) = (layers, modulePaths, steps)
    others = OtherParameter.all(of: network, beside: Set(steps.keys), in: trace)
  }

  /// The parameters of no layer whose gradients need nothing of the backward pass in front of the first of some layers.
  func others(behind paths: [String]) -> [OtherParameter] {
    guard let first = paths.compactMap({ steps[$0] }).min() else { return [] }
    return others.filter { $0.step.map { $0 >= first } ?? false }
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
