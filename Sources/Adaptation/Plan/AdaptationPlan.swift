import Tensor

/// What is trained, how, and in which portions: the answer to a budget.
public struct AdaptationPlan: Sendable {
  /// The layers with their strategies.
  public let scheme: Scheme
  /// Pictures that are computed together.
  public let microBatch: Int
  /// Micro-batches whose gradients are added up for one step.
  public let accumulation: Int
  /// The part of the descent along the exact gradients of the probed layers that the plan's gradients are expected to keep: Σ c² ‖g‖² /
  /// Σ ‖g‖² for the cosines c of the layers, with an adaptive optimiser Σ (2c − 1) |g| / Σ |g|, less what the layers behind pass on
  /// with such cosines; nil where the scheme was chosen by hand.
  public let quality: Double?
  /// What the model of costs expects; nil where the scheme was chosen by hand.
  public let predicted: StepCost?
  /// What a trial step took.
  public let measured: StepCost
  /// What a micro-batch of the trial step did, after warm-up.
  public let profile: Ledger

  /// Pictures in a step.
  public var batch: Int { microBatch * accumulation }
}
