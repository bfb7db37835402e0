import NeuralNet
import Tensor

/// What might be trained, with what the model of costs expects of it.
struct PlanDraft {
  let scheme: Scheme
  let microBatch: Int
  let accumulation: Int
  /// See ``AdaptationPlan/quality``.
  let quality: Double
  let predicted: StepCost
}

/// Makes drafts from what a probe and a few measurements tell.
struct PlanDrafts {
  let network: AdaptableNetwork
  let probe: GradientProbe
  let costs: CostModel
  let norms: Scheme.Norms
  /// Pictures in a step.
  let batch: Int
  /// Tensors that stay between steps for each parameter that trains.
  let stateTensors: Int
  /// Whether the optimiser gives all weights steps of about one size.
  let isAdaptive: Bool

  /// How often a price on time and operations is halved to find the lowest that keeps to a budget.
  private static let bisections = 16

  private var total: Double { max(probe.rows.reduce(0) { $0 + $1.descent(isAdaptive) }, .leastNormalMagnitude) }

  /// Tensors of the size of a trained parameter that are alive in a step: gradient, state, and the sum over micro-batches.
  private func copies(_ microBatch: Int) -> Int { 1 + stateTensors + (microBatch < batch ? 1 : 0) }

  private func fixedBytes(_ microBatch: Int) -> Int {
    let classifier = network.classifier.reduce(0) { $0 + $1.parameter.value.byteCount }
    return costs.fixedBytes(microBatch: microBatch) + copies(microBatch) * classifier
  }

  /// The best scheme for a micro-batch within a budget; one without layers where nothing fits.
  ///
  /// Memory limits the knapsack itself. Time and operations get a price that is subtracted from the worth of every choice, as low
  /// as keeps to their limits.
  func best(microBatch: Int, within budget: Budget) -> PlanDraft {
    let limit = budget.memoryBytes.map { $0 - fixedBytes(microBatch) } ?? Int.max / 4
    func draft(price: Double) -> PlanDraft {
      let items = probe.rows.map { item($0, microBatch, price: price, budget) }
      return self.draft(Knapsack.solve(items, limit: limit).choices, microBatch: microBatch)
    }
    func isQuickEnough(_ draft: PlanDraft) -> Bool {
      draft.predicted.milliseconds <= budget.milliseconds ?? .infinity
        && draft.predicted.operations <= budget.operations ?? .infinity
    }
    let free = draft(price: 0)
    if isQuickEnough(free) { return free }
    var (low, high) = (0.0, 1.0)
    var best = self.draft(Array(repeating: nil, count: probe.rows.count), microBatch: microBatch)
    for _ in 0..<Self.bisections {
      let price = (low + high) / 2
      let candidate = draft(price: price)
      if isQuickEnough(candidate) {
        if candidate.quality > best.quality { best = candidate }
        high = price
      } else {
        low = price
      }
    }
    return best
  }

  private func item(_ row: GradientProbe.Row, _ microBatch: Int, price: Double, _ budget: Budget) -> Knapsack.Item {
    func charge(_ milliseconds: Double, _ operations: Double) -> Double {
      let time = budget.milliseconds.map { milliseconds * Double(batch) / $0 } ?? 0
      return price * (time + (budget.operations.map { operations * Double(batch) / $0 } ?? 0))
    }
    let options = row.agreements.map { agreement in
      let cost = agreement.strategy.cost(of: row.layer, wantsInput: true)
      return Knapsack.Option(
        value: row.kept(by: agreement, isAdaptive) / total
          - charge(agreement.milliseconds / Double(probe.batch), cost.operations),
        passesOn: agreement.passesOn(isAdaptive),
        weight: agreement.savedBytes / probe.batch * microBatch + copies(microBatch) * cost.parameterBytes)
    }
    return Knapsack.Item(
      options: options,
      skipping: Knapsack.Option(
        value: -charge(row.milliseconds / 2 / Double(probe.batch), row.layer.productOperations), passesOn: 1,
        weight: 0),
      passing: microBatch * costs.passingBytes(from: row.layer))
  }

  /// A draft with its expected cost.
  private func draft(_ choices: [Int?], microBatch: Int) -> PlanDraft {
    var chosen: [Scheme.Choice] = []
    var (quality, kept, parameters, passing) = (0.0, 0, 0, 0)
    var (milliseconds, operations) = (costs.forwardMilliseconds, costs.forwardOperations)
    for (row, choice) in zip(probe.rows, choices) {
      guard let agreement = choice.map({ row.agreements[$0] }) else {
        if !chosen.isEmpty {
          milliseconds += row.milliseconds / 2 / Double(probe.batch)
          operations += row.layer.productOperations
        }
        continue
      }
      if chosen.isEmpty { passing = costs.passingBytes(from: row.layer) }
      let cost = agreement.strategy.cost(of: row.layer, wantsInput: !chosen.isEmpty)
      chosen.append(.init(layer: row.layer.path, strategy: agreement.strategy))
      quality = quality * (chosen.count == 1 ? 0 : agreement.passesOn(isAdaptive)) + row.kept(by: agreement, isAdaptive)
      kept += agreement.savedBytes / probe.batch
      parameters += cost.parameterBytes
      milliseconds += agreement.milliseconds / Double(probe.batch)
      operations += cost.operations
    }
    let activations = max(costs.forwardBytes(microBatch: microBatch), microBatch * (kept + passing))
    return PlanDraft(
      scheme: Scheme(chosen, norms: norms), microBatch: microBatch, accumulation: batch / microBatch,
      quality: quality / total,
      predicted: StepCost(
        peakBytes: fixedBytes(microBatch) + activations + copies(microBatch) * parameters,
        milliseconds: milliseconds * Double(batch), operations: operations * Double(batch),
        backwardOperations: (operations - costs.forwardOperations) * Double(batch),
        savedBytes: microBatch * (kept + passing)))
  }
}

extension GradientAgreement {
  /// What of the worth of the layers before is left behind this one.
  fileprivate func passesOn(_ isAdaptive: Bool) -> Double {
    inputCosine.map { Self.worth(ofCosine: $0, isAdaptive) } ?? 1
  }

  /// What steps along an approximate gradient gain, as a part of what they gain along the exact one.
  ///
  /// At the best rate of exact steps half of the descent ⟨step, g⟩ is lost to curvature. A step along the projection of g on g̃, of
  /// length c‖g‖, has c² of the descent and of the loss. An adaptive optimiser takes steps of one length: they have c of the descent and
  /// all of the loss, and gain (c − 1/2) / (1/2).
  static func worth(ofCosine cosine: Double, _ isAdaptive: Bool) -> Double {
    isAdaptive ? max(0, 2 * cosine - 1) : max(0, cosine) * max(0, cosine)
  }
}

extension GradientProbe.Row {
  /// How fast the loss falls with exact gradients of this layer, to first order and up to the learning rate.
  fileprivate func descent(_ isAdaptive: Bool) -> Double { isAdaptive ? absoluteSum : squaredNorm }

  /// The part of the descent that a strategy keeps.
  fileprivate func kept(by agreement: GradientAgreement, _ isAdaptive: Bool) -> Double {
    GradientAgreement.worth(ofCosine: agreement.cosine, isAdaptive) * descent(isAdaptive)
  }
}
