/// Whether operations remember how they were computed.
enum Recording {
  @TaskLocal static var isEnabled = true
}

/// Runs a body whose operations remember nothing, as PyTorch's `no_grad`: for evaluation and inference.
public func withoutGradients<Result>(_ body: () throws -> Result) rethrows -> Result {
  try Recording.$isEnabled.withValue(false, operation: body)
}

extension Tensor {
  /// The same elements as a leaf whose gradient can be asked for.
  public func requiringGradient() -> Tensor {
    Scope.require(dtype.isFloatingPoint, "requiringGradient", "\(dtype) has no gradient; cast to float32 first")
    return with(node: Node())
  }

  /// Records an operation if one of its inputs wants a gradient.
  ///
  /// - Parameters:
  ///   - recipe: how to compute the result again, where that is cheaper than keeping it.
  ///   - watcher: what the backward function wants to know of the cotangent beforehand.
  ///   - backward: gives the inputs' gradients, in the order of `inputs`; captures what it needs as `SavedTensor`s.
  func recorded(
    _ operation: StaticString, inputs: [Tensor?], recipe: @autoclosure () -> Recipe? = nil,
    watcher: (any CotangentWatcher)? = nil, backward: @escaping Node.Backward
  ) -> Tensor {
    _ = inspected(operation)
    guard Tensor.wantsGradient(inputs) else { return self }
    return with(
      node: Node(operation, inputs: inputs.map { $0?.node }, watcher: watcher, backward: backward), recipe: recipe())
  }

  /// The result of an operation that is not recorded.
  func inspected(_ operation: StaticString) -> Tensor {
    FiniteWatch.inspect(self, operation)
    TraceRecorder.current?.require(self, operation)
    return self
  }

  /// Whether an operation on these inputs is going to be recorded.
  static func wantsGradient(_ inputs: [Tensor?]) -> Bool {
    Recording.isEnabled && inputs.contains { $0?.node != nil }
  }
}
