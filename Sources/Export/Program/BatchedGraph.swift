import Inference
import NeuralNet
import Tensor

/// The inference graph of a network with the extents that follow the batch size told from the others.
struct BatchedGraph {
  let graph: InferenceGraph
  /// The extents of each value.
  let dimensions: [[Dimension]]
  /// The operations that a trace only knows by name. Nothing leads to them, so the graph holds the last ones alone.
  let unknown: [(name: String, step: Trace.Step)]

  /// Traces a network twice, with two pictures and with three, and folds its norms.
  /// - Parameter image: height, width and channels.
  /// - Throws: ``ExportError`` where what the network computes depends on the batch size in another way than its
  ///   extents.
  init(_ network: Layer, image: [Int]) throws {
    network.setTraining(false)
    let traces = [2, 3].map { batch in
      Trace.recording([Tensor.zeros(Shape([batch] + image))], isComposed: true) { [network($0[0])] }
    }
    let dimensions = try BatchedGraph.dimensions(traces[0], traces[1])
    var graph = InferenceGraph(traces[0])
    graph.foldConstants { id in dimensions[id].contains(where: \.isBatched) }
    withoutGradients {
      graph.nameAffines()
      graph.fuseAffines()
    }
    graph.removeUnused()
    (self.graph, self.dimensions) = (graph, dimensions)
    unknown = traces[0].steps.compactMap { step in
      if case .opaque(let name) = step.operator { (name, step) } else { nil }
    }
  }

  private static func dimensions(_ two: Trace, _ three: Trace) throws -> [[Dimension]] {
    guard two.values.count == three.values.count, two.steps.count == three.steps.count else {
      throw ExportError(
        "the network runs other operations for two pictures than for three, so that no file can hold both")
    }
    let dimensions = try zip(two.values, three.values).map { left, right in
      guard left.shape.rank == right.shape.rank else { throw unsteady(left.shape, right.shape) }
      return try zip(left.shape.array, right.shape.array).map { small, large in
        if small == large { return Dimension.fixed(small) }
        guard small * 3 == large * 2 else { throw unsteady(left.shape, right.shape) }
        return .batches(small / 2)
      }
    }
    for step in two.steps {
      for id in step.inputs.compactMap(\.self)
      where two.values[id].constant != nil && dimensions[id].contains(where: \.isBatched) {
        throw ExportError(
          "\(step.operator)", in: step.scope,
          "its constant operand \(two.values[id].shape) holds the batch size; use an operand that broadcasts")
      }
    }
    for id in two.outputs where two.values[id].constant != nil || !dimensions[id].contains(where: \.isBatched) {
      throw ExportError(
        "the result \(two.values[id].shape) does not follow the pictures; the network ends with operations that no trace knows, or with "
          + "a constant")
    }
    return dimensions
  }

  private static func unsteady(_ two: Shape, _ three: Shape) -> ExportError {
    ExportError("a shape is \(two) for two pictures and \(three) for three, which is no multiple of the batch size")
  }
}
