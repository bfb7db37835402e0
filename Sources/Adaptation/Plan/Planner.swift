import NeuralNet
import Tensor
import Training

/// Finds what to train, and how, so that a step stays within a budget and keeps as much of the exact gradient as it can.
///
/// One exact backward pass on a probe batch gives, for every layer, the norm of its gradient and how well each strategy's gradient
/// agrees with it. What a choice is worth is what it keeps of the descent along the exact gradient, cos² ‖g‖² to first order (with an
/// adaptive optimiser (2 cos − 1) Σ |g|); what it costs follows from measurements. A knapsack over the layers, with what each passes on to those
/// before it, gives the scheme for every size of micro-batch; trial steps then show whether it keeps to the budget.
struct Planner {
  private let trial: TrialStep
  private let costs: CostModel
  private let norms: Scheme.Norms
  private let batch: Int
  private let budget: Budget
  private let stateTensors: Int
  private let isAdaptive: Bool

  /// How many pictures the probe looks at, at the most.
  private static let probeBatch = 8
  /// Drafts whose quality is so close to the best are as good; of those the one with the largest micro-batch is the fastest.
  private static let goodEnough = 0.99
  /// How often a draft is made smaller after a trial step that broke the budget.
  private static let corrections = 5

  /// - Parameters:
  ///   - batch: pictures in a step.
  ///   - stateTensors: tensors that stay between steps for each parameter.
  ///   - isAdaptive: whether the optimiser gives all weights steps of about one size.
  init(
    _ trial: TrialStep, norms: Scheme.Norms, batch: Int, budget: Budget, stateTensors: Int, isAdaptive: Bool
  ) throws {
    (self.trial, self.norms, self.batch, self.budget) = (trial, norms, batch, budget)
    (self.stateTensors, self.isAdaptive) = (stateTensors, isAdaptive)
    costs = try CostModel(trial)
  }

  /// Probes the layers in front of the classifier, in portions that keep to the budget.
  /// - Throws: what reading the pictures throws, and ``StrategyError`` where not even one picture fits.
  func probe(_ strategies: [any Strategy]) throws -> GradientProbe {
    let limit = (budget.memoryBytes ?? .max) - costs.residentBytes
    let counts = [Planner.probeBatch, 4, 2, 1].filter { $0 <= max(batch, 1) }
    guard
      let count = counts.first(where: { costs.forwardBytes(microBatch: $0) + 2 * $0 * costs.exampleBytes <= limit })
    else { throw tooSmall(try smallest()) }
    let pictures = try trial.examples(count)
    let step = trial.step()
    let rows = portions(batch: count, limit: limit).flatMap { portion in
      GradientProbe(trial.network, layers: portion, strategies: strategies, batch: count) {
        step.lossAndLogits(images: pictures.images, targets: pictures.targets).loss
      }.rows
    }
    return GradientProbe(batch: count, rows: rows)
  }

  /// Layers that can be probed together, in the order of their run; those that cannot even alone are left out.
  private func portions(batch: Int, limit: Int) -> [[AdaptableLayer]] {
    var portions: [[AdaptableLayer]] = []
    var room = 0
    for layer in trial.network.body.reversed() {
      let own = batch * layer.inputShape.count * DType.float32.byteCount + 2 * layer.weight.value.byteCount
      let passing = batch * costs.passingBytes(from: layer)
      guard own + passing <= limit else { continue }
      if own + passing > room || portions.isEmpty {
        portions.append([])
        room = limit
      }
      portions[portions.count - 1].append(layer)
      room -= own
    }
    return portions.reversed().map { $0.reversed() }
  }

  private func drafts(_ probe: GradientProbe) -> PlanDrafts {
    PlanDrafts(
      network: trial.network, probe: probe, costs: costs, norms: norms, batch: batch, stateTensors: stateTensors,
      isAdaptive: isAdaptive)
  }

  /// The plan.
  /// - Throws: ``StrategyError`` with the smallest budget that would do.
  func plan(_ probe: GradientProbe) throws -> AdaptationPlan {
    let drafts = drafts(probe)
    let all = microBatches.map { drafts.best(microBatch: $0, within: budget) }.filter { $0.predicted.fits(budget) }
    let bar = Planner.goodEnough * (all.map(\.quality).max() ?? 0)
    var best: AdaptationPlan?
    for draft in all.filter({ $0.quality >= bar }) + all.filter({ $0.quality < bar }) {
      // A draft that was made smaller may be worth less than one for other portions.
      guard draft.quality > best?.quality ?? -1, let plan = try confirmed(draft, drafts) else { continue }
      if plan.quality ?? 0 >= bar { return plan }
      if plan.quality ?? 0 > best?.quality ?? -1 { best = plan }
    }
    if let best { return best }
    let smallest = try smallest()
    guard smallest.measured.fits(budget) else { throw tooSmall(smallest) }
    return smallest
  }

  /// Sizes of micro-batches that divide the batch, the largest first.
  private var microBatches: [Int] {
    var sizes = [batch]
    while let last = sizes.last, last > 1 { sizes.append(last / 2) }
    return sizes.filter { batch % $0 == 0 }
  }

  /// Measures a draft, and makes it smaller until it keeps to the budget; nil where that does not help.
  private func confirmed(_ first: PlanDraft, _ drafts: PlanDrafts) throws -> AdaptationPlan? {
    var (draft, allowance) = (first, budget)
    for _ in 0..<Planner.corrections {
      if draft.scheme.choices.isEmpty && trial.network.classifier.isEmpty { return nil }
      let tried = try trial.measure(draft.scheme, microBatch: draft.microBatch, accumulation: draft.accumulation)
      if tried.cost.fits(budget) { return AdaptationPlan(draft, tried) }
      if draft.scheme.choices.isEmpty { return nil }
      allowance.tighten(by: tried.cost, beyond: budget)
      draft = drafts.best(microBatch: draft.microBatch, within: allowance)
    }
    return nil
  }

  /// The classifier alone, picture by picture: nothing takes less memory.
  /// - Throws: ``StrategyError`` where it is frozen.
  private func smallest() throws -> AdaptationPlan {
    guard !trial.network.classifier.isEmpty else {
      throw StrategyError(
        "no layer fits the budget, and the classifier, which takes the least, is frozen; leave out its --freeze or raise "
          + "the budget")
    }
    let scheme = Scheme([], norms: norms)
    let tried = try trial.measure(scheme, microBatch: 1, accumulation: batch)
    return AdaptationPlan(
      PlanDraft(scheme: scheme, microBatch: 1, accumulation: batch, quality: 0, predicted: tried.cost), tried)
  }

  private func tooSmall(_ smallest: AdaptationPlan) -> StrategyError {
    StrategyError(
      "no plan fits the budget, not even training the classifier alone: "
        + "\(smallest.measured.excess(over: budget).joined(separator: "; ")) (\(batch) pictures a step)")
  }
}

extension AdaptationPlan {
  /// A draft that was tried.
  init(_ draft: PlanDraft, _ tried: TrialStep.Result) {
    self.init(
      scheme: draft.scheme, microBatch: draft.microBatch, accumulation: draft.accumulation, quality: draft.quality,
      predicted: draft.predicted, measured: tried.cost, profile: tried.profile)
  }
}

extension Budget {
  /// Takes from the limits what a measurement broke them by.
  fileprivate mutating func tighten(by measured: StepCost, beyond budget: Budget) {
    if let limit = budget.memoryBytes, let allowed = memoryBytes, measured.peakBytes > limit {
      memoryBytes = allowed - max(measured.peakBytes - limit, limit / 64)
    }
    if let limit = budget.milliseconds, let allowed = milliseconds, measured.milliseconds > limit {
      milliseconds = allowed * limit / measured.milliseconds
    }
    if let limit = budget.operations, let allowed = operations, measured.operations > limit {
      operations = allowed * limit / measured.operations
    }
  }
}
