import CKernels
import Tensor

extension Gradients {
  /// The Euclidean norm of the gradients of all given parameters taken as one vector, √Σ∇²; parameters
  /// without a gradient count as zero. It is not finite where a gradient is not.
  public func norm(over parameters: [Parameter]) -> Double {
    let gradients = parameters.compactMap { self[$0] }
    let slots = gradients.map {
      ck_parameter_slot(
        weight: nil, gradient: $0.floatAddress, state0: nil, state1: nil, count: Int64($0.count))
    }
    return withExtendedLifetime(gradients) {
      ck_gradient_sum_of_squares(slots, Int64(slots.count)).squareRoot()
    }
  }

  /// The scale that makes an optimiser's step clip the gradients to a global norm; the gradients are only
  /// read.
  ///
  ///     scale · min(1, maximum / (norm + 10⁻⁶)),   norm = scale · √Σ∇²
  ///
  /// as
  /// [torch.nn.utils.clip_grad_norm_](https://pytorch.org/docs/stable/generated/torch.nn.utils.clip_grad_norm_.html).
  /// Where the norm is not finite, the step would spoil the weights: look at it first. Pascanu et al., "On
  /// the difficulty of training recurrent neural networks", ICML 2013, <https://arxiv.org/abs/1211.5063>.
  /// - Parameters:
  ///   - maximum: the largest norm that stays as it is.
  ///   - parameters: those whose gradients make up the norm.
  ///   - scale: what multiplies the gradients anyway, such as 1/number of accumulated batches.
  /// - Returns: the norm before clipping, and the scale for `Optimizer.step(gradients:scale:)`.
  public func clipping(
    toNorm maximum: Double, over parameters: [Parameter], scale: Float = 1
  ) -> (norm: Double, scale: Float) {
    requireNonnegative(maximum, "largest gradient norm")
    let norm = Double(scale) * self.norm(over: parameters)
    let factor = maximum / (norm + 1e-6)
    return (norm, factor >= 1 ? scale : Float(Double(scale) * factor))
  }

  /// Replaces each element g of the gradients of the given parameters by min(max(g, −bound), bound).
  ///
  /// It comes before the scale of `Optimizer.step(gradients:scale:)`, and makes new tensors.
  public mutating func clipValues(to bound: Float, over parameters: [Parameter]) {
    requireNonnegative(Double(bound), "bound of gradient values")
    for parameter in parameters {
      if let gradient = self[parameter] { self[parameter] = gradient.detached.clamped(-bound, bound) }
    }
  }
}
