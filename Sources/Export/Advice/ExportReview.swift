import Inference
import Models
import Tensor

/// What an export is written for.
public enum ExportTarget: String, Sendable, CaseIterable {
  case coreml, onnx
}

/// What stands in the way of a model in another format, before it is exported.
public struct ExportReview: Sendable {
  /// An operation that cannot be exported, or that leaves the fast path of accelerators.
  public struct Finding: Sendable, Hashable {
    /// The path of the module.
    public let scope: String
    /// What is computed.
    public let operation: String
    /// The extents of the result for one picture.
    public let shape: [Int]
    /// Whether the model cannot be exported because of it.
    public let isBlocking: Bool
    /// What is wrong.
    public let reason: String
    /// What to do.
    public let advice: String
  }

  /// The findings in the order of the operations.
  public let findings: [Finding]
  /// The number of operations that were looked at.
  public let operationCount: Int

  /// Looks at every operation of a model, whose network is switched to evaluation.
  public init(_ model: Model, target: ExportTarget) {
    let configuration = model.configuration
    let (size, channels) = (configuration.inputSize, configuration.inputChannels)
    do {
      let source = try BatchedGraph(model.network, image: [size, size, channels])
      let blocking = ExportReview.blocking(source)
      guard blocking.isEmpty else {
        (findings, operationCount) = (blocking, source.graph.nodes.count)
        return
      }
      let program = try Lowering.program(source)
      findings = program.nodes.compactMap { ExportReview.finding($0, in: program, for: target) }
      operationCount = program.nodes.count
    } catch {
      findings = [
        Finding(
          scope: "", operation: "network", shape: [], isBlocking: true, reason: "\(error)",
          advice: "change the network so that its shapes alone depend on the batch size")
      ]
      operationCount = 0
    }
  }

  /// The operations of which a trace does not say enough; none if the result does not depend on any.
  private static func blocking(_ source: BatchedGraph) -> [Finding] {
    let isNeeded = source.graph.nodes.contains { if case .plain(.opaque) = $0.operation { true } else { false } }
    return (isNeeded ? source.unknown : []).map { name, step in
      Finding(
        scope: step.scope, operation: name, shape: source.dimensions[step.output].map { $0.extent(batch: 1) },
        isBlocking: true, reason: "a trace does not say what it computes",
        advice: "build it from operations that a trace knows, or give it an operator of its own")
    }
  }

  private static func finding(
    _ node: Program.Node, in program: Program, for target: ExportTarget
  ) -> Finding? {
    let problem =
      switch target {
      case .coreml: CoreMLAdvice.problem(node, in: program)
      case .onnx: ONNXAdvice.problem(node, in: program)
      }
    return problem.map {
      Finding(
        scope: node.scope, operation: node.primitive.name,
        shape: program[node.output].dimensions.map { $0.extent(batch: 1) }, isBlocking: $0.isBlocking,
        reason: $0.reason, advice: $0.advice)
    }
  }
}

/// What is wrong with an operation, and what to do.
struct ExportProblem {
  var isBlocking = false
  let reason: String
  let advice: String
}
