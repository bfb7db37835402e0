import Models
import NeuralNet
import Tensor

/// A model as adaptation sees it: the layers in front of the classifier, and the classifier, which always trains.
public final class AdaptableNetwork {
  /// The model.
  public let model: Model
  /// All layers, with shapes for one picture.
  public let layers: NetworkLayers
  private let classifierNames: Set<String>
  private let new: Set<String>

  /// Looks at a model, which is left in evaluation mode.
  /// - Parameters:
  ///   - model: the model.
  ///   - new: the names of tensors that the weights lacked, as all of a head for another task.
  /// - Throws: what the registry throws.
  public init(_ model: Model, new: Set<String> = []) throws {
    self.model = model
    let configuration = model.configuration
    layers = NetworkLayers(
      model.network, inputShape: [1, configuration.inputSize, configuration.inputSize, configuration.inputChannels])
    classifierNames = try ModelRegistry.classifierTensors(of: configuration)
    self.new = new
  }

  /// The network of the model.
  public var network: Layer { model.network }

  /// The layers in front of the classifier, in the order of their run.
  public var body: [AdaptableLayer] { layers.layers.filter { !isClassifier("\($0.path).weight") } }

  /// The parameters of the classifier.
  var classifier: [(name: String, parameter: Parameter)] {
    network.namedParameters().filter { isClassifier($0.name) }
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
