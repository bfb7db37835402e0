import CKernels
import Tensor

/// Adam with weight decay apart from the gradient.
///
/// With scale s, learning rate η, weight decay λ and t counting the steps of the parameter from 1, a step
/// from weights w with gradients ∇ is
///
///     g = s·∇
///     w = w − η·λ·w
///     m = β₁·m + (1 − β₁)·g,   v = β₂·v + (1 − β₂)·g²
///     w = w − η · m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε)
///
/// as in [torch.optim.AdamW](https://pytorch.org/docs/stable/generated/torch.optim.AdamW.html). Its state is
/// `<name>.first_moment` and `<name>.second_moment`. Loshchilov and Hutter, "Decoupled Weight Decay
/// Regularization", ICLR 2019, <https://arxiv.org/abs/1711.05101>.
public final class AdamW: Optimizer {
  public var learningRate: Double
  /// The decay rates of the two moments.
  public let betas: (first: Double, second: Double)
  /// What keeps the denominator from zero.
  public let epsilon: Double
  /// The factor λ of weight decay, in groups that do not have their own.
  public let weightDecay: Double
  private var memory: OptimizerMemory

  /// An optimiser that has made no step.
  public init(
    groups: [ParameterGroup], learningRate: Double, betas: (first: Double, second: Double) = (0.9, 0.999),
    epsilon: Double = 1e-8, weightDecay: Double = 0.01
  ) {
    requireNonnegative(learningRate, "learning rate")
    requireFraction(betas.first, "first beta")
    requireFraction(betas.second, "second beta")
    requireNonnegative(epsilon, "epsilon")
    requireNonnegative(weightDecay, "weight decay")
    self.learningRate = learningRate
    self.betas = betas
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    memory = OptimizerMemory(groups: groups, owner: "AdamW", tensorNames: ["first_moment", "second_moment"])
  }

  public var groups: [ParameterGroup] { memory.groups }

  public func step(gradients: Gradients, scale: Float) {
    for (index, group) in groups.enumerated() {
      let begun = memory.beginStep(ofGroup: index, gradients: gradients)
      // Parameters that were frozen for a while are at an earlier step than the others.
      for (step, members) in Dictionary(grouping: begun, by: \.step).sorted(by: { $0.key < $1.key }) {
        var options = ck_adamw_options(
          learningRate: Float(learningRate * group.learningRateMultiplier), beta1: Float(betas.first),
          beta2: Float(betas.second), epsilon: Float(epsilon),
          weightDecay: Float(group.weightDecay ?? weightDecay), gradientScale: scale, step: Int64(step))
        let slots = members.map(\.slot)
        withExtendedLifetime(gradients) { ck_adamw_step(slots, Int64(slots.count), &options) }
      }
    }
  }

  public var state: [String: Tensor] { memory.state }

  public func load(state: [String: Tensor]) throws { try memory.load(state: state) }
}
