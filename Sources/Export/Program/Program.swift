import Tensor

/// A network as exchange formats see it: images are channels first, norms are folded, only the batch size is open.
///
/// It has one primitive for each operation that ONNX and Core ML both know, so that their writers translate and decide
/// nothing about layouts.
struct Program {
  typealias ValueID = Int

  /// The input, a constant or a result.
  struct Value {
    let name: String
    let dimensions: [Dimension]
    /// The elements where they are the same in every run.
    let constant: Tensor?
  }

  /// One operation.
  struct Node {
    let primitive: Primitive
    /// The operands in the primitive's order.
    let inputs: [ValueID]
    let output: ValueID
    /// The path of the module that the operation belongs to.
    let scope: String
  }

  private(set) var values: [Value] = []
  /// The operations, each after those whose results it takes.
  private(set) var nodes: [Node] = []
  /// The images, [N, C, H, W].
  private(set) var input: ValueID = 0
  /// The logits, [N, classes] or [N, classes, H, W].
  var output: ValueID = 0
  private var usedNames: [String: Int] = [:]

  /// A program that reads images and does nothing yet.
  init(input dimensions: [Dimension]) { input = add("images", dimensions) }

  /// Enters a constant.
  mutating func addConstant(_ tensor: Tensor, name: String) -> ValueID {
    add(name, [Dimension](tensor.shape), constant: tensor)
  }

  /// Enters an operation and gives its result.
  mutating func add(
    _ primitive: Primitive, _ inputs: [ValueID], _ dimensions: [Dimension], scope: String
  ) -> ValueID {
    let path = scope.isEmpty ? primitive.name : "\(scope).\(primitive.name)"
    let output = add(path, dimensions)
    nodes.append(Node(primitive: primitive, inputs: inputs, output: output, scope: scope))
    return output
  }

  private mutating func add(_ name: String, _ dimensions: [Dimension], constant: Tensor? = nil) -> ValueID {
    let count = usedNames[name, default: 0]
    usedNames[name] = count + 1
    values.append(Value(name: count == 0 ? name : "\(name)_\(count)", dimensions: dimensions, constant: constant))
    return values.count - 1
  }

  subscript(id: ValueID) -> Value { values[id] }
}
