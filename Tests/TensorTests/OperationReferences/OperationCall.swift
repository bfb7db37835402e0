import TestSupport

@testable import Tensor

/// A reference case as a call of the operation of this module that computes it.
struct OperationCall {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// What the case computes: outputs with cotangents, and further results by name.
  typealias Results = (outputs: [Tensor], extra: [String: Tensor])

  let reference: ReferenceCase
  let inputs: [Tensor]

  init(_ reference: ReferenceCase, inputs: [Tensor]) {
    self.reference = reference
    self.inputs = inputs
  }

  func results() throws -> Results {
    if let results = try batchNormalization() { return results }
    let outputs =
      try product() ?? (try layer()) ?? (try window()) ?? (try loss()) ?? (try arithmetic())
      ?? (try reduction())
      ?? (try movement()) ?? (try indexing())
    guard let outputs else { throw Failure(description: "unknown operation \(reference.operation)") }
    return (outputs, [:])
  }

  /// The first input.
  var x: Tensor { inputs[0] }

  /// The input with a role, nil if the case has none.
  func input(_ role: String) -> Tensor? { reference.inputs.firstIndex(of: role).map { inputs[$0] } }

  func value<Value>(_ attribute: String, _ convert: (AttributeValue) -> Value?) throws -> Value {
    guard let value = reference[attribute], let converted = convert(value) else {
      throw Failure(description: "attribute \(attribute) of \(reference.name) is missing or of another type")
    }
    return converted
  }

  func int(_ attribute: String) throws -> Int { try value(attribute) { $0.int } }
  func ints(_ attribute: String) throws -> [Int] { try value(attribute) { $0.ints } }
  func float(_ attribute: String) throws -> Float { try value(attribute) { $0.float } }
  func bool(_ attribute: String) throws -> Bool { try value(attribute) { $0.bool } }
  func string(_ attribute: String) throws -> String { try value(attribute) { $0.string } }

  func pair(_ attribute: String) throws -> Pair {
    let values = try ints(attribute)
    guard values.count == 2 else {
      throw Failure(description: "\(attribute) of \(reference.name) is not a pair")
    }
    return Pair(values[0], values[1])
  }
}
