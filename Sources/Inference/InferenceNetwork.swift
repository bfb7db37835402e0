import NeuralNet
import Tensor

/// The inference form of a network: norms folded into convolutions, activations and residuals computed with the products,
/// weights packed once, constants computed once.
///
/// ```swift
/// let network = InferenceNetwork(model.network)
/// let logits = network(images)
/// ```
///
/// Outputs equal the network's in evaluation mode up to rounding. The weights are those at the time of the first call with a
/// shape; make a new one after training further.
public final class InferenceNetwork {
  private let network: Layer
  private let dtype: DType
  private var plans: [Shape: InferencePlan] = [:]

  /// The inference form of a network, which is switched to evaluation.
  /// - Parameter dtype: of the activations and packed weights, float32 or bfloat16.
  public init(_ network: Layer, dtype: DType = .float32) {
    network.setTraining(false)
    (self.network, self.dtype) = (network, dtype)
  }

  /// The network's result, float32, for a batch of images [N, H, W, C].
  ///
  /// The first call with a shape prepares the kernels for it.
  public func callAsFunction(_ images: Tensor) -> Tensor {
    withoutGradients {
      let images = images.cast(to: dtype)
      return plan(for: images.shape).run([images])[0].cast(to: .float32)
    }
  }

  /// Prepares the kernels for inputs of a shape.
  public func prepare(_ shape: Shape) { withoutGradients { _ = plan(for: shape) } }

  private func plan(for shape: Shape) -> InferencePlan {
    if let plan = plans[shape] { return plan }
    let trace = Trace.recording([Tensor.zeros(shape, dtype: dtype)]) { [network($0[0])] }
    var graph = InferenceGraph(trace)
    graph.foldConstants()
    graph.nameAffines()
    graph.fuseAffines()
    graph.removeUnused()
    let plan = InferencePlan(graph)
    plans[shape] = plan
    return plan
  }
}
