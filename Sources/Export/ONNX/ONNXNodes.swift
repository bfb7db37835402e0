import Foundation
import Tensor

/// The nodes and constants of an ONNX graph while it is put together.
struct ONNXNodes {
  /// A constant of the graph.
  struct Constant {
    let name: String
    let tensor: Tensor
  }

  private(set) var nodes: [ONNXNodeProto] = []
  private(set) var constants: [Constant] = []
  private var lists: [[Int]: String] = [:]
  private var numbers: [Float: String] = [:]
  /// The result of the operation that is translated; what leads to it is named after it.
  private var result = ""
  private var steps = 0

  /// Begins the nodes of one operation.
  mutating func begin(_ result: String) { (self.result, steps) = (result, 0) }

  /// Adds a node that leads to the result of the operation and gives its output.
  mutating func step(_ type: String, _ inputs: [String], _ attributes: [ONNXAttributeProto] = []) -> String {
    steps += 1
    return add(type, inputs, attributes, output: "\(result)/\(steps)")
  }

  /// Adds the node that gives the result of the operation.
  mutating func finish(_ type: String, _ inputs: [String], _ attributes: [ONNXAttributeProto] = []) {
    _ = add(type, inputs, attributes, output: result)
  }

  private mutating func add(
    _ type: String, _ inputs: [String], _ attributes: [ONNXAttributeProto], output: String
  ) -> String {
    nodes.append(
      ONNXNodeProto.with {
        ($0.opType, $0.name, $0.input, $0.output, $0.attribute) = (type, output, inputs, [output], attributes)
      })
    return output
  }

  /// Adds a constant and gives its name.
  mutating func constant(_ tensor: Tensor, name: String) -> String {
    constants.append(Constant(name: name, tensor: tensor))
    return name
  }

  /// Adds a constant of the operation that is translated and gives its name.
  mutating func constant(_ tensor: Tensor, ofResult part: String) -> String {
    constant(tensor, name: "\(result)/\(part)")
  }

  /// A list of whole numbers as a constant; equal lists are one.
  mutating func list(_ elements: [Int]) -> String {
    if let name = lists[elements] { return name }
    let name = constant(Tensor(elements.map(Int64.init)), name: "list_\(lists.count)")
    lists[elements] = name
    return name
  }

  /// A number as a constant; equal numbers are one.
  mutating func number(_ value: Float) -> String {
    if let name = numbers[value] { return name }
    let name = constant(Tensor(value), name: "number_\(numbers.count)")
    numbers[value] = name
    return name
  }
}

extension ONNXAttributeProto {
  static func int(_ name: String, _ value: Int) -> ONNXAttributeProto {
    .with { ($0.name, $0.type, $0.i) = (name, .int, Int64(value)) }
  }

  static func ints(_ name: String, _ values: [Int]) -> ONNXAttributeProto {
    .with { ($0.name, $0.type, $0.ints) = (name, .ints, values.map(Int64.init)) }
  }

  static func float(_ name: String, _ value: Float) -> ONNXAttributeProto {
    .with { ($0.name, $0.type, $0.f) = (name, .float, value) }
  }

  static func string(_ name: String, _ value: String) -> ONNXAttributeProto {
    .with { ($0.name, $0.type, $0.s) = (name, .string, Data(value.utf8)) }
  }
}
