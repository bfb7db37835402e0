/// The operations of one run of a network, as a list: what export, inference and analysis work on.
///
/// ```swift
/// network.setTraining(false)
/// let trace = Trace.recording([images]) { [network($0[0])] }
/// for step in trace.steps { print(step.scope, step.operator) }
/// ```
///
/// Shapes are those of the run. Operands that are neither inputs nor results of the run (weights, tables) are constants.
public struct Trace: Sendable {
  /// The position of a value in ``Trace/values``.
  public typealias ValueID = Int

  /// An input, a constant or a result.
  public struct Value: Sendable {
    /// The extents in the traced run.
    public let shape: Shape
    /// The type of the elements.
    public let dtype: DType
    /// The elements where they are the same in every run.
    public let constant: Tensor?
  }

  /// One operation.
  public struct Step: Sendable {
    /// What is computed.
    public let `operator`: Operator
    /// The operands in the operator's order; nil for an absent one.
    public let inputs: [ValueID?]
    /// The result.
    public let output: ValueID
    /// The path of the module that ran.
    public let scope: String

    /// An operation on values of a trace.
    public init(_ operator: Operator, inputs: [ValueID?], output: ValueID, scope: String) {
      (self.operator, self.inputs, self.output, self.scope) = (`operator`, inputs, output, scope)
    }
  }

  /// All values, in the order of their first use.
  public internal(set) var values: [Value] = []
  /// The operations, each after those whose results it takes.
  public internal(set) var steps: [Step] = []
  /// The operands of the run.
  public internal(set) var inputs: [ValueID] = []
  /// The results of the run.
  public internal(set) var outputs: [ValueID] = []

  /// Runs a body without gradients and lists its operations.
  /// - Parameters:
  ///   - inputs: the operands that `body` takes.
  ///   - isComposed: whether operations for which other programs have no name, such as attention, are listed as those that they
  ///     consist of.
  ///   - body: the run; what it returns are the outputs of the trace.
  public static func recording(
    _ inputs: [Tensor], isComposed: Bool = false, _ body: ([Tensor]) -> [Tensor]
  ) -> Trace {
    let recorder = TraceRecorder(inputs: inputs, isComposed: isComposed)
    let outputs = withoutGradients { TraceRecorder.$current.withValue(recorder) { body(inputs) } }
    return recorder.finish(outputs)
  }
}
