import Formats
import Foundation
import Tensor
import Testing

@testable import Adaptation

/// Reference gradients of linear layers by Walsh–Hadamard projections.
struct WalshReferences {
  /// One layer.
  struct Case: Decodable {
    let batch: Int
    let height: Int
    let width: Int
    let extraTokens: Int
    let blockSize: Int
    let bases: [[Int]]
    let padding: String?

    /// The backward pass of the case.
    func backward() throws -> WalshBackward {
      WalshBackward(
        try WalshBases(bases.map { Pair($0[0], $0[1]) }, edge: blockSize),
        padding: try #require(WalshPadding(rawValue: padding ?? "reflect")))
    }

    /// The shape of an activation, as an image where the grid is not square.
    func shape(channels: Int) -> Shape {
      height == width ? [batch, extraTokens + height * width, channels] : [batch, height, width, channels]
    }
  }

  let cases: [Case]
  private let file: SafetensorsFile

  init(_ path: String) throws {
    file = try SafetensorsFile(path)
    let text = try #require(file.metadata["cases"])
    cases = try JSONDecoder().decode([Case].self, from: Data(text.utf8))
  }

  /// A tensor of a case, activations in the shape that a layer sees.
  func tensor(_ index: Int, _ name: String) throws -> Tensor {
    let array = try file.array(named: "case\(index).\(name)")
    let tensor = Tensor(array.floats(), shape: Shape(array.shape))
    return array.shape.count == 3 ? tensor.reshaped(cases[index].shape(channels: array.shape[2])) : tensor
  }
}
