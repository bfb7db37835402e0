import Tensor

/// A program as nodes of ONNX's operator set 17.
struct ONNXTranslation {
  private let program: Program
  private(set) var graph = ONNXNodes()
  private var usedConstants: Set<Program.ValueID> = []

  /// - Throws: ``ExportError`` that names the module of an operation that ONNX cannot express.
  init(_ program: Program) throws {
    self.program = program
    for node in program.nodes { try translate(node) }
  }

  /// The name of a value in the file.
  private func name(_ id: Program.ValueID) -> String { id == program.output ? "logits" : program[id].name }

  /// The name of an operand, which is entered if it is a constant.
  private mutating func operand(_ id: Program.ValueID) -> String {
    guard let constant = program[id].constant, usedConstants.insert(id).inserted else { return name(id) }
    return graph.constant(constant, name: name(id))
  }

  private mutating func translate(_ node: Program.Node) throws {
    graph.begin(name(node.output))
    switch node.primitive {
    case .linear: translateLinear(node.inputs)
    case .reshape:
      graph.finish("Reshape", [operand(node.inputs[0]), try shapeList(node)])
    case .broadcast: graph.finish("Expand", [operand(node.inputs[0]), shape(program[node.output].dimensions)])
    default:
      let x = node.inputs.map { operand($0) }
      let weight = node.inputs.count > 1 ? program[node.inputs[1]].dimensions : []
      graph.translate(node.primitive, x, weight: weight.map(\.factor))
    }
  }

  /// A linear map of rows is one node; of more axes, a product and a sum.
  private mutating func translateLinear(_ inputs: [Program.ValueID]) {
    let x = operand(inputs[0])
    if program[inputs[0]].dimensions.count == 2 {
      return graph.finish("Gemm", [x] + inputs.dropFirst().map { operand($0) }, [.int("transB", 1)])
    }
    let weight: String
    if let constant = program[inputs[1]].constant {
      weight = graph.constant(withoutGradients { constant.transposed([1, 0]) }, ofResult: "weight")
    } else {
      weight = graph.step("Transpose", [name(inputs[1])], [.ints("perm", [1, 0])])
    }
    if inputs.count == 2 { return graph.finish("MatMul", [x, weight]) }
    graph.finish("Add", [graph.step("MatMul", [x, weight]), operand(inputs[2])])
  }

  /// The extents of a reshape's result: 0 for one that stays, −1 for one that follows the batch otherwise.
  private mutating func shapeList(_ node: Program.Node) throws -> String {
    let (before, after) = (program[node.inputs[0]].dimensions, program[node.output].dimensions)
    let extents = after.enumerated().map { place, extent in
      !extent.isBatched ? extent.factor : place < before.count && before[place] == extent ? 0 : -1
    }
    guard extents.count(where: { $0 == -1 }) <= 1 else {
      throw ExportError("a reshape", in: node.scope, "two of the extents \(after.map(\.factor)) follow the batch size")
    }
    return graph.list(extents)
  }

  /// Extents as an operand: a constant, or put together from the number of pictures when the graph runs.
  private mutating func shape(_ dimensions: [Dimension]) -> String {
    guard let place = dimensions.firstIndex(where: \.isBatched) else { return graph.list(dimensions.map(\.factor)) }
    let all = graph.step("Shape", [name(program.input)])
    var extent = graph.step("Slice", [all, graph.list([0]), graph.list([1]), graph.list([0])])
    if dimensions[place].factor != 1 {
      extent = graph.step("Mul", [extent, graph.list([dimensions[place].factor])])
    }
    let (front, back) = (dimensions[..<place].map(\.factor), dimensions[(place + 1)...].map(\.factor))
    let parts =
      (front.isEmpty ? [] : [graph.list(front)]) + [extent] + (back.isEmpty ? [] : [graph.list(back)])
    return parts.count == 1 ? extent : graph.step("Concat", parts, [.int("axis", 0)])
  }
}
