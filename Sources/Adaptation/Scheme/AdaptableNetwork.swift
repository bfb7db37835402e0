import Models
import NeuralNet
import Tensor
import Training

/// A model as adaptation sees it: the layers in front of the classifier, and the classifier, which always trains.
public final class AdaptableNetwork {
  /// The model.
  public let model: Model
  /// All layers, with shapes for one picture.
  public let layers: NetworkLayers
  private let classifierNames: Set<String>
  private let new: Set<String>
  private let frozen: [String]

  /// Looks at a model, which is left in evaluation mode.
  /// - Parameters:
  ///   - model: the model.
  ///   - new: the names of tensors that the weights lacked, as all of a head for another task.
  ///   - precision: the type of the activations in a training.
  ///   - frozen: names or patterns of parameters that no scheme trains; see `NamePattern`.
  /// - Throws: what the registry throws.
  public init(
    _ model: Model, new: Set<String> = [], precision: Precision = .float32, frozen: [String] = []
  ) throws {
    (self.model, self.new, self.frozen) = (model, new, frozen)
    let configuration = model.configuration
    layers = NetworkLayers(
      model.network, inputShape: [1, configuration.inputSize, configuration.inputSize, configuration.inputChannels],
      activations: precision.dtype)
    classifierNames = try ModelRegistry.classifierTensors(of: configuration)
  }

  /// The network of the model.
  public var network: Layer { model.network }

  /// The layers in front of the classifier that can train, in the order of their run.
  public var body: [AdaptableLayer] {
    layers.layers.filter { !isClassifier("\($0.path).weight") && !isFrozen($0) }
  }

  /// The parameters of the classifier that can train.
  var classifier: [(name: String, parameter: Parameter)] {
    network.namedParameters().filter { isClassifier($0.name) && !isFrozen($0.name) }
  }

  /// Whether every layer in front of the classifier has its place in a scheme.
  func isWhole(_ scheme: Scheme) -> Bool {
    layers.layers.allSatisfy { isClassifier("\($0.path).weight") || scheme[$0.path] != nil }
  }

  /// Whether a parameter trains in no scheme.
  func isFrozen(_ name: String) -> Bool { frozen.contains { NamePattern($0).matches(name) } }

  private func isFrozen(_ layer: AdaptableLayer) -> Bool {
    isFrozen("\(layer.path).weight") && (layer.bias == nil || isFrozen("\(layer.path).bias"))
  }

  /// The parameters that learn from new, but for those of some layers.
  func newParameters(outside layers: Set<String>) -> [Parameter] {
    network.namedParameters().filter { name, _ in
      new.contains(name) && !layers.contains(name.split(separator: ".").dropLast().joined(separator: "."))
    }.map(\.parameter)
  }

  /// Whether a parameter belongs to the classifier.
  func isClassifier(_ name: String) -> Bool { classifierNames.contains(name) }

  /// The parameters that train now.
  public var trained: [(name: String, parameter: Parameter)] {
    network.namedParameters().filter(\.parameter.requiresGradient)
  }
}
