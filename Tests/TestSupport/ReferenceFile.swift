import Formats
import Foundation
import Tensor

/// A safetensors file of reference numbers with its list of cases.
public struct ReferenceFile: Sendable {
  /// The cases in the order of the file's metadata.
  public let cases: [ReferenceCase]
  private let file: SafetensorsFile

  /// Opens a file.
  /// - Throws: `FormatError` or a decoding error if the file or its list of cases is not right.
  public init(_ url: URL) throws {
    file = try SafetensorsFile(url.path)
    guard let text = file.metadata["cases"] else {
      throw FormatError(file: url.path, found: "no metadata \"cases\"", expected: "the list of cases as JSON")
    }
    cases = try JSONDecoder().decode([ReferenceCase].self, from: Data(text.utf8))
  }

  /// The tensor with a name: float32 and bfloat16 as stored, integers as int64.
  /// - Throws: `FormatError` if there is none.
  public func tensor(_ name: String) throws -> Tensor {
    let array = try file.array(named: name)
    let shape = Shape(array.shape)
    switch array.scalarType {
    case .float32: return Tensor(array.floats(), shape: shape)
    case .bfloat16: return Tensor(array.floats(), shape: shape).cast(to: .bfloat16)
    default: return Tensor(try array.integers().map(Int64.init), shape: shape)
    }
  }

  /// The names of all tensors in the file.
  public var names: [String] { file.names }
}
