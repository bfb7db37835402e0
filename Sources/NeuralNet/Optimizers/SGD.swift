import CKernels
import Tensor

/// Stochastic gradient descent with momentum, Nesterov's momentum and weight decay.
///
/// With scale s, learning rate η, momentum μ and weight decay λ, a step from weights w with gradients ∇ is
///
///     g = s·∇ + λ·w
///     b = μ·b + g             (b = 0 before the first step)
///     w = w − η·b             (Nesterov: w = w − η·(g + μ·b))
///
/// as in [torch.optim.SGD](https://pytorch.org/docs/stable/generated/torch.optim.SGD.html) without dampening.
/// Its state is `<name>.momentum`; there is none without momentum. Sutskever et al., "On the importance of
/// initialization and momentum in deep learning", ICML 2013.
public final class SGD: Optimizer {
  public var learningRate: Double
  /// The part μ of the buffer that a step keeps.
  public let momentum: Double
  /// Whether a step looks ahead along the momentum.
  public let nesterov: Bool
  /// The factor λ of weight decay, in groups that do not have their own.
  public let weightDecay: Double
  private var memory: OptimizerMemory

  /// An optimiser that has made no step; Nesterov's method needs a momentum.
  public init(
    groups: [ParameterGroup], learningRate: Double, momentum: Double = 0, nesterov: Bool = false,
    weightDecay: Double = 0
  ) {
    requireNonnegative(learningRate, "learning rate")
    requireFraction(momentum, "momentum")
    requireNonnegative(weightDecay, "weight decay")
    precondition(!nesterov || momentum > 0, "Nesterov's method needs a momentum above 0")
    self.learningRate = learningRate
    self.momentum = momentum
    self.nesterov = nesterov
    self.weightDecay = weightDecay
    memory = OptimizerMemory(groups: groups, owner: "SGD", tensorNames: momentum > 0 ? ["momentum"] : [])
  }

  public var groups: [ParameterGroup] { memory.groups }

  public func step(gradients: Gradients, scale: Float) {
    for (index, group) in groups.enumerated() {
      var options = ck_sgd_options(
        learningRate: Float(learningRate * group.learningRateMultiplier), momentum: Float(momentum),
        weightDecay: Float(group.weightDecay ?? weightDecay), gradientScale: scale, nesterov: nesterov)
      let slots = memory.beginStep(ofGroup: index, gradients: gradients).map(\.slot)
      withExtendedLifetime(gradients) { ck_sgd_step(slots, Int64(slots.count), &options) }
    }
  }

  public var state: [String: Tensor] { memory.state }

  public func load(state: [String: Tensor]) throws { try memory.load(state: state) }
}
