import Inference
import NeuralNet
import Tensor

/// Rewrites an inference graph, whose images are channels last, as a program whose images are channels first.
///
/// A transposition of the trace moves nothing: it renames axes. Every value lies in memory in the order that its
/// operation made, and is copied into another order only where an operation demands one: convolutions and pooling
/// want channels in front, linear layers and norms want them last. Copies are shared by all who want them.
struct Lowering {
  typealias ValueID = Trace.ValueID

  /// A value of the trace in one order of its axes.
  struct Form {
    let order: AxisOrder
    let id: Program.ValueID
  }

  let source: BatchedGraph
  private(set) var program: Program
  /// The module of the node that is lowered.
  private(set) var scope = ""
  private var forms: [ValueID: [Form]] = [:]
  private let imageValues: Set<ValueID>

  /// The program of a network for pictures of a size. The network is switched to evaluation.
  /// - Throws: ``ExportError`` that names the operation and the module that no file can hold.
  static func program(of network: Layer, height: Int, width: Int, channels: Int) throws -> Program {
    try program(BatchedGraph(network, image: [height, width, channels]))
  }

  /// The program of an inference graph.
  static func program(_ source: BatchedGraph) throws -> Program {
    var lowering = Lowering(source)
    for node in source.graph.nodes { try lowering.lower(node) }
    let output = source.graph.outputs[0]
    let rank = lowering.dimensions(output).count
    lowering.finish(lowering.operand(output, rank == 4 ? .image : .traced(rank: rank)))
    return lowering.program
  }

  private init(_ source: BatchedGraph) {
    self.source = source
    let images = source.graph.inputs[0]
    program = Program(input: AxisOrder.image.arranging(source.dimensions[images]))
    imageValues = source.imageValues
    forms[images] = [Form(order: .image, id: program.input)]
  }

  /// Names the result, which must come from an operation to have a name of its own.
  private mutating func finish(_ id: Program.ValueID) {
    let isMade = program[id].constant == nil && id != program.input
    program.output = isMade ? id : emit(.activation(.identity), [id], program[id].dimensions)
  }

  /// The extents of a value in the order of the trace.
  func dimensions(_ id: ValueID) -> [Dimension] { source.dimensions[id] }

  /// Whether a value is best held with channels in front, because a convolution or the like reads it.
  func isImage(_ id: ValueID) -> Bool { imageValues.contains(id) }

  /// The orders in which a computed value is there already, the one that suits its readers first; none for a constant.
  func orders(_ id: ValueID) -> [AxisOrder] {
    if source.graph.constant(id) != nil { return [] }
    let orders = (forms[id] ?? []).map(\.order)
    let best: AxisOrder = isImage(id) ? .image : .traced(rank: dimensions(id).count)
    return orders.contains(best) ? [best] + orders.filter { $0 != best } : orders
  }

  /// A value in an order of its axes; copied if need be.
  mutating func operand(_ id: ValueID, _ order: AxisOrder) -> Program.ValueID {
    if let form = forms[id]?.first(where: { $0.order == order }) { return form.id }
    let made: Program.ValueID
    if let constant = source.graph.constant(id) {
      let arranged = withoutGradients { constant.transposed(order) }
      made = program.addConstant(arranged, name: "constant")
    } else {
      made = rearranged(id, order)
    }
    forms[id, default: []].append(Form(order: order, id: made))
    return made
  }

  private mutating func rearranged(_ id: ValueID, _ order: AxisOrder) -> Program.ValueID {
    let all = forms[id] ?? []
    let dimensions = dimensions(id)
    let target = order.arranging(dimensions)
    if let form = all.first(where: { $0.order.matches(order, dimensions) }) {
      return program.add(.reshape, [form.id], target, scope: scope)
    }
    let form = all[0]
    return program.add(.transpose(order.map(form.order.place)), [form.id], target, scope: scope)
  }

  /// Enters an operation whose result lies in an order of the axes of a traced value.
  mutating func emit(
    _ primitive: Primitive, _ inputs: [Program.ValueID], _ order: AxisOrder, as output: ValueID
  ) {
    define(output, order, emit(primitive, inputs, order.arranging(dimensions(output))))
  }

  /// Enters an operation on the way to a result.
  mutating func emit(
    _ primitive: Primitive, _ inputs: [Program.ValueID], _ dimensions: [Dimension]
  ) -> Program.ValueID {
    program.add(primitive, inputs, dimensions, scope: scope)
  }

  /// Enters a constant of this operation.
  mutating func constant(_ tensor: Tensor, _ name: String) -> Program.ValueID {
    program.addConstant(tensor, name: scope.isEmpty ? name : "\(scope).\(name)")
  }

  /// Says where a traced value is.
  mutating func define(_ output: ValueID, _ order: AxisOrder, _ id: Program.ValueID) {
    forms[output] = [Form(order: order, id: id)]
  }

  /// Lets a traced value be others with renamed axes.
  mutating func rename(_ id: ValueID, by permutation: [Int], as output: ValueID) {
    if forms[id] == nil { _ = operand(id, .traced(rank: permutation.count)) }
    forms[output] = (forms[id] ?? []).map { Form(order: $0.order.renamed(by: permutation), id: $0.id) }
  }

  private mutating func lower(_ node: InferenceGraph.Node) throws {
    scope = node.scope
    switch node.operation {
    case .affine(let affine): lower(affine, node.inputs.compactMap(\.self), node.output)
    case .plain(let operation):
      try lower(operation, node.inputs, node.output)
    }
  }
}
