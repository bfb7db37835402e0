import NeuralNet
import Tensor
import Training

/// Finds what to train, and how, so that a step stays within a budget and keeps as much of the exact gradient as it can.
///
/// One exact backward pass on a probe batch gives, for every layer, the norm of its gradient and how well each strategy's gradient
/// agrees with it. What a choice is worth is the part of the squared gradient that it keeps, cos² ‖g‖² (the decrease of the loss along
/// the approximate gradient, to first order); what it costs follows from measurements. A knapsack over the layers, cut at the first
/// one that trains, gives the scheme, for every size of micro-batch; trial steps then show whether it keeps to the budget.
public struct Planner {
  private let trial: TrialStep
  private let costs: CostModel
  private let candidates: [any Strategy]
  private let norms: Scheme.Norms
  private let batch: Int
  private let budget: Budget
  /// Tensors that the optimiser has for each parameter.
  private let stateTensors: Int

  /// How many pictures the probe looks at, at the most.
  private static let probeBatch = 8
  /// Plans whose expected quality is so close to the best are as good; of those the one with the largest micro-batch is the fastest.
  private static let goodEnough = 0.97
  private static let corrections = 5

  private var network: AdaptableNetwork { trial.network }

  init(
    trial: TrialStep, candidates: [any Strategy], norms: Scheme.Norms, batch: Int, budget: Budget, stateTensors: Int
  ) throws {
    (self.trial, self.candidates, self.norms, self.batch, self.budget) = (trial, candidates, norms, batch, budget)
    self.stateTensors = stateTensors
    costs = try CostModel(trial)
  }

  /// Sizes of micro-batches, the largest first.
  private var microBatches: [Int] {
    var sizes = [batch]
    while let last = sizes.last, last > 1 { sizes.append(last / 2) }
    return sizes.filter { batch % $0 == 0 }
  }

  /// Probes the layers in portions that keep to the budget.
  /// - Throws: what reading the pictures throws, and ``StrategyError`` where not even one picture fits.
  func probe() throws -> GradientProbe {
    let limit = (budget.memoryBytes ?? .max) - costs.residentBytes
    let layers = network.body
    guard
      let count = [Planner.probeBatch, 4, 2, 1].first(where: {
        costs.forwardBytes(microBatch: $0) + 2 * $0 * costs.pictureBytes <= limit
      })
    else { throw tooSmall(try smallest()) }
    let batch = try trial.examples(count)
    let step = TrainingStep(
      network: network.network, optimizer: trial.makeOptimizer(network.network), precision: trial.precision)
    var rows: [GradientProbe.Row] = []
    for group in portions(of: layers, batch: count, limit: limit) {
      let probe = GradientProbe(network, layers: group, strategies: candidates, batch: count) {
        step.lossAndLogits(images: batch.images, targets: batch.targets).loss
      }
      rows += probe.rows
    }
    return GradientProbe(batch: count, rows: rows)
  }

  /// Layers that can be probed together; those that cannot even alone are left out.
  private func portions(of layers: [AdaptableLayer], batch: Int, limit: Int) -> [[AdaptableLayer]] {
    var portions: [[AdaptableLayer]] = []
    var (portion, bytes): ([AdaptableLayer], Int) = ([], 0)
    for layer in layers.reversed() {
      let own = batch * layer.inputShape.count * DType.float32.byteCount + 2 * layer.weight.value.byteCount
      let passing = batch * passingBytes(from: layer)
      if own + passing > limit { continue }
      if bytes + own + passing > limit && !portion.isEmpty {
        portions.append(portion.reversed())
        (portion, bytes) = ([], 0)
      }
      portion.append(layer)
      bytes += own
    }
    if !portion.isEmpty { portions.append(portion.reversed()) }
    return portions
  }

  /// The plan.
  /// - Throws: ``StrategyError`` with the smallest budget that would do.
  func plan(_ probe: GradientProbe) throws -> AdaptationPlan {
    let drafts = microBatches.map { draft(probe, microBatch: $0, allowance: budget) }
    let best = drafts.map(\.quality).max() ?? 0
    let order =
      drafts.filter { $0.quality >= Planner.goodEnough * best }
      + drafts.filter { $0.quality < Planner.goodEnough * best }
    for draft in order where draft.predicted.fits(budget) {
      if let plan = try confirmed(draft, probe) { return plan }
    }
    let smallest = try smallest()
    guard smallest.measured.fits(budget) else { throw tooSmall(smallest) }
    return smallest
  }

  /// Measures a draft, and makes it smaller until it keeps to the budget; nil where that does not help.
  private func confirmed(_ draft: AdaptationPlan, _ probe: GradientProbe) throws -> AdaptationPlan? {
    var (draft, allowance) = (draft, budget)
    for _ in 0..<Planner.corrections {
      let measured = try trial.measure(draft.scheme, microBatch: draft.microBatch, accumulation: draft.accumulation)
      if measured.fits(budget) {
        return AdaptationPlan(
          scheme: draft.scheme, microBatch: draft.microBatch, accumulation: draft.accumulation, quality: draft.quality,
          predicted: draft.predicted, measured: measured)
      }
      if draft.scheme.choices.isEmpty { return nil }
      allowance.tighten(by: measured, beyond: budget, expected: draft.predicted)
      draft = self.draft(probe, microBatch: draft.microBatch, allowance: allowance)
    }
    return nil
  }

  /// The classifier alone, picture by picture: nothing takes less memory.
  private func smallest() throws -> AdaptationPlan {
    let scheme = Scheme([], norms: norms)
    let measured = try trial.measure(scheme, microBatch: 1, accumulation: batch)
    return AdaptationPlan(
      scheme: scheme, microBatch: 1, accumulation: batch, quality: 0, predicted: measured, measured: measured)
  }

  private func tooSmall(_ smallest: AdaptationPlan) -> StrategyError {
    let cost = smallest.measured
    func megabytes(_ bytes: Int) -> String { "\((bytes + (1 << 20) - 1) >> 20)MB" }
    var parts: [String] = []
    if let memory = budget.memoryBytes, cost.peakBytes > memory {
      parts.append(
        "memory: \(megabytes(memory)) is too little, the smallest that would do is \(megabytes(cost.peakBytes))")
    }
    if let limit = budget.milliseconds, cost.milliseconds > limit {
      parts.append("time: a step in \(Int(limit)) ms is too fast, \(Int(cost.milliseconds.rounded(.up))) ms would do")
    }
    if let limit = budget.operations, cost.operations > limit {
      parts.append("operations: \(limit) a step are too few, \(cost.operations) would do")
    }
    return StrategyError(
      "no plan fits the budget, not even training the classifier alone; \(parts.joined(separator: "; ")) "
        + "(\(microBatches[0]) pictures a step)")
  }

  // MARK: - Drafts

  /// Bytes for each picture that must be kept behind a layer if it is the first that trains, and what kernels hold meanwhile.
  private func passingBytes(from layer: AdaptableLayer) -> Int {
    let behind = network.layers.layers.drop { $0.path != layer.path }
    let widest = behind.map { $0.inputShape.count + $0.outputShape.count }.max() ?? 0
    return costs.keptBytes(from: layer) + 2 * widest * DType.float32.byteCount
  }

  /// The best scheme for a micro-batch, as far as the model of costs can tell.
  private func draft(_ probe: GradientProbe, microBatch: Int, allowance: Budget) -> AdaptationPlan {
    let accumulation = batch / microBatch
    let fixed = costs.fixedBytes(
      microBatch: microBatch, accumulation: accumulation,
      trainedBytes: network.classifier.reduce(0) { $0 + $1.parameter.value.byteCount }, stateTensors: stateTensors)
    let total = probe.rows.reduce(0) { $0 + $1.squaredNorm }
    var (low, high) = (0.0, 0.0)
    var best: AdaptationPlan?
    // A price on time and operations, raised until the plan keeps to both.
    for _ in 0..<24 {
      let price = (low + high) / 2
      let items = probe.rows.map { item($0, probe, microBatch, accumulation, total: total, price: price, allowance) }
      let limit = allowance.memoryBytes.map { $0 - fixed } ?? Int.max / 4
      let choices = Knapsack.solve(items, limit: limit).choices
      let plan = plan(probe, choices, microBatch: microBatch, fixed: fixed, total: total)
      if plan.predicted.milliseconds <= allowance.milliseconds ?? .infinity
        && plan.predicted.operations <= allowance.operations ?? .infinity
      {
        if best.map({ plan.quality >= $0.quality }) ?? true { best = plan }
        if price == 0 { break }
        high = price
      } else {
        if best == nil { (low, high) = (price, max(1, high * 4)) } else { low = price }
      }
    }
    return best
      ?? plan(
        probe, Array(repeating: nil, count: probe.rows.count), microBatch: microBatch, fixed: fixed, total: total)
  }

  private func item(
    _ row: GradientProbe.Row, _ probe: GradientProbe, _ microBatch: Int, _ accumulation: Int, total: Double,
    price: Double,
    _ allowance: Budget
  ) -> Knapsack.Item {
    func cost(_ milliseconds: Double, _ operations: Double) -> Double {
      price
        * ((allowance.milliseconds.map { milliseconds * Double(batch) / $0 } ?? 0)
          + (allowance.operations.map { operations * Double(batch) / $0 } ?? 0))
    }
    let copies = 1 + stateTensors + (accumulation > 1 ? 1 : 0)
    let options = row.agreements.map { agreement in
      Knapsack.Option(
        value: row.quality(agreement) / max(total, .leastNormalMagnitude)
          - cost(
            agreement.milliseconds / Double(probe.batch),
            agreement.strategy.cost(of: row.layer, wantsInput: true).operations),
        weight: agreement.savedBytes / probe.batch * microBatch
          + copies * agreement.strategy.cost(of: row.layer, wantsInput: true).parameterBytes)
    }
    let skipped = ExactTraining().cost(of: row.layer, wantsInput: true).operations / 2
    return Knapsack.Item(
      options: options,
      skipping: Knapsack.Option(value: -cost(row.milliseconds / 2 / Double(probe.batch), skipped), weight: 0),
      passing: microBatch * passingBytes(from: row.layer))
  }

  /// A plan with its expected cost.
  private func plan(
    _ probe: GradientProbe, _ choices: [Int?], microBatch: Int, fixed: Int, total: Double
  ) -> AdaptationPlan {
    var chosen: [Scheme.Choice] = []
    var (quality, kept, parameters, passing) = (0.0, 0, 0, 0)
    var (milliseconds, operations) = (costs.forwardMilliseconds, costs.forwardOperations)
    for (row, choice) in zip(probe.rows, choices) {
      guard let agreement = choice.map({ row.agreements[$0] }) else {
        if !chosen.isEmpty {
          milliseconds += row.milliseconds / 2 / Double(probe.batch)
          operations += ExactTraining().cost(of: row.layer, wantsInput: true).operations / 2
        }
        continue
      }
      if chosen.isEmpty { passing = passingBytes(from: row.layer) }
      let cost = agreement.strategy.cost(of: row.layer, wantsInput: !chosen.isEmpty)
      chosen.append(.init(layer: row.layer.path, strategy: agreement.strategy))
      quality += row.quality(agreement)
      kept += agreement.savedBytes / probe.batch
      parameters += cost.parameterBytes
      milliseconds += agreement.milliseconds / Double(probe.batch)
      operations += cost.operations
    }
    let accumulation = batch / microBatch
    let copies = 1 + stateTensors + (accumulation > 1 ? 1 : 0)
    let activations = max(costs.forwardBytes(microBatch: microBatch), microBatch * (kept + passing))
    return AdaptationPlan(
      scheme: Scheme(chosen, norms: norms), microBatch: microBatch, accumulation: accumulation,
      quality: total > 0 ? quality / total : 0,
      predicted: StepCost(
        peakBytes: fixed + activations + copies * parameters, milliseconds: milliseconds * Double(batch),
        operations: operations * Double(batch)),
      measured: StepCost(peakBytes: 0, milliseconds: 0, operations: 0))
  }
}

extension GradientProbe.Row {
  /// The part of the squared gradient that a strategy keeps.
  fileprivate func quality(_ agreement: GradientAgreement) -> Double {
    let cosine = max(0, agreement.cosine)
    return cosine * cosine * squaredNorm
  }
}

extension Budget {
  /// Takes from the limits what a measurement was above its expectation, where it broke them.
  fileprivate mutating func tighten(by measured: StepCost, beyond budget: Budget, expected: StepCost) {
    if let limit = budget.memoryBytes, measured.peakBytes > limit, let allowed = memoryBytes {
      memoryBytes = allowed - max(measured.peakBytes - limit, limit / 64)
    }
    if let limit = budget.milliseconds, measured.milliseconds > limit, let allowed = milliseconds {
      milliseconds = allowed * limit / measured.milliseconds
    }
    if let limit = budget.operations, measured.operations > limit, let allowed = operations {
      operations = allowed * limit / measured.operations
    }
  }
}
