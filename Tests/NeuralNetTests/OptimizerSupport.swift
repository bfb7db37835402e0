import Formats
import Foundation
import NeuralNet
import Tensor
import Testing

/// Named parameters with the given first elements.
func makeParameters(_ values: [(String, Tensor)]) -> [(name: String, parameter: Parameter)] {
  values.map { (name: $0.0, parameter: Parameter($0.1.copied())) }
}

/// Gradients of some of the parameters; nil for those without one.
func makeGradients(_ parameters: [(name: String, parameter: Parameter)], _ values: [Tensor?]) -> Gradients {
  var gradients = Gradients()
  for (named, value) in zip(parameters, values) { gradients[named.parameter] = value }
  return gradients
}

/// The largest |actual − expected| / (|expected| + 0.1).
func relativeError(_ actual: [Float], _ expected: some Sequence<Float>) -> Float {
  zip(actual, expected).reduce(0) { max($0, abs($1.0 - $1.1) / (abs($1.1) + 0.1)) }
}

/// Numbers of PyTorch for optimisers, clipping and schedules; Tests/References/optimizers.py makes them.
enum OptimizerReferences {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    struct Attributes: Decodable, Sendable {
      var lr: Double?
      var momentum: Double?
      var nesterov: Bool?
      var dampening: Double?
      var weightDecay: Double?
      var betas: [Double]?
      var eps: Double?
      var maxNorm: Double?
    }

    let name: String
    let operation: String
    let attributes: Attributes
    let parameters: Int
    let steps: Int?
    let norm: Double?

    var testDescription: String { name }
  }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "TensorTests/References")

  static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return decoder
  }

  static func file() throws -> SafetensorsFile {
    try SafetensorsFile(folder.appending(path: "optimizers.safetensors").path)
  }

  static func cases(_ operation: String) -> [Case] {
    guard let text = try? file().metadata["cases"],
      let cases = try? decoder.decode([Case].self, from: Data(text.utf8))
    else { return [] }
    return cases.filter { $0.operation == operation }
  }

  static func tensor(_ name: String) throws -> Tensor {
    let array = try file().array(named: name)
    return Tensor(array.floats(), shape: Shape(array.shape))
  }

  /// The rows of a stored matrix.
  static func rows(_ name: String) throws -> [Tensor] {
    let matrix = try tensor(name)
    let (values, width) = (matrix.floatArray(), matrix.shape[1])
    return (0..<matrix.shape[0]).map { Tensor(Array(values[$0 * width..<($0 + 1) * width])) }
  }
}
