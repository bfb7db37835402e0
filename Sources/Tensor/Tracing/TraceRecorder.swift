/// Lists operations while a body runs on one thread.
final class TraceRecorder: @unchecked Sendable {
  @TaskLocal static var current: TraceRecorder?

  /// Tells tensors apart: tensors of one storage and shape hold the same elements.
  private struct Identity: Hashable {
    let storage: Int
    let byteOffset: Int
    let shape: Shape
    let dtype: DType

    init(_ tensor: Tensor) {
      (storage, byteOffset) = (tensor.storage.number, tensor.byteOffset)
      (shape, dtype) = (tensor.shape, tensor.dtype)
    }
  }

  /// Whether operations of several steps are recorded step by step.
  let isComposed: Bool
  private var trace = Trace()
  private var known: [Identity: Trace.ValueID] = [:]

  init(inputs: [Tensor], isComposed: Bool) {
    self.isComposed = isComposed
    trace.inputs = inputs.map { add($0, constant: nil) }
  }

  /// Whether an operation is to be listed as its parts now.
  static var listsParts: Bool { current?.isComposed ?? false }

  func finish(_ outputs: [Tensor]) -> Trace {
    trace.outputs = outputs.map(id)
    return trace
  }

  func record(_ operation: Operator, inputs: [Tensor?], output: Tensor) {
    let operands = inputs.map { $0.map(id) }
    trace.steps.append(
      Trace.Step(operation, inputs: operands, output: add(output, constant: nil), scope: Scope.path))
  }

  /// Enters an operation that did not say what it computes.
  func require(_ output: Tensor, _ operation: StaticString) {
    if known[Identity(output)] == nil { record(.opaque("\(operation)"), inputs: [], output: output) }
  }

  private func id(_ tensor: Tensor) -> Trace.ValueID {
    known[Identity(tensor)] ?? add(tensor, constant: tensor.detached)
  }

  private func add(_ tensor: Tensor, constant: Tensor?) -> Trace.ValueID {
    trace.values.append(Trace.Value(shape: tensor.shape, dtype: tensor.dtype, constant: constant))
    known[Identity(tensor)] = trace.values.count - 1
    return trace.values.count - 1
  }
}

extension Tensor {
  /// Enters the operation that made this tensor in the trace, if one is being recorded.
  func traced(_ operation: @autoclosure () -> Operator, _ inputs: [Tensor?]) {
    TraceRecorder.current?.record(operation(), inputs: inputs, output: self)
  }

  /// Runs the inner operations of one that a trace shows as a whole.
  static func untraced<Result>(_ body: () -> Result) -> Result {
    TraceRecorder.current == nil ? body() : TraceRecorder.$current.withValue(nil, operation: body)
  }
}
