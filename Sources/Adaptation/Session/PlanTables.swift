import Reporting
import Tensor
import Training

/// A plan and a probe as tables and JSON.
public enum PlanTables {
  /// The layers that train, with their strategies and costs for one picture.
  public static func plan(_ plan: AdaptationPlan, _ network: AdaptableNetwork) -> TextTable {
    var table = TextTable(columns: [
      .init("layer"), .init("strategy"), .init("input"), .init("weights", .right), .init("keeps", .right),
      .init("backward FLOP", .right),
    ])
    for choice in plan.scheme.choices {
      guard let layer = network.layers[choice.layer] else { continue }
      let isFirst = choice.layer == plan.scheme.choices.first?.layer
      let cost = choice.strategy.cost(of: layer, wantsInput: !isFirst)
      table.append([
        layer.path, choice.strategy.description,
        layer.inputShape.array.dropFirst().map(String.init).joined(separator: "×"),
        HumanUnits.count(layer.weight.value.count), HumanUnits.bytes(cost.savedBytes),
        HumanUnits.count(cost.operations),
      ])
    }
    table.append(["classifier", "exact"])
    return table
  }

  /// Every layer and candidate of a probe.
  public static func explanation(_ probe: GradientProbe, _ plan: AdaptationPlan) -> TextTable {
    var table = TextTable(columns: [
      .init("layer"), .init("gradient", .right), .init("strategy"), .init("chosen"), .init("cosine", .right),
      .init("SNR dB", .right), .init("passed on", .right), .init("kept", .right), .init("predicted", .right),
      .init("FLOP", .right), .init("ms", .right),
    ])
    let total = probe.rows.reduce(0) { $0 + $1.squaredNorm }
    for row in probe.rows {
      for (strategy, agreement) in row.candidates {
        func measured(_ text: (GradientAgreement) -> String) -> String { agreement.map(text) ?? "–" }
        let cost = strategy.cost(of: row.layer, wantsInput: row.wantsInput)
        let isChosen = plan.scheme[row.layer.path]?.description == strategy.description
        table.append([
          row.layer.path, HumanUnits.percent(row.squaredNorm / max(total, .leastNormalMagnitude)),
          strategy.description, isChosen ? "*" : "", measured { HumanUnits.fixed($0.cosine, digits: 3) },
          measured { $0.signalToNoise.isFinite ? HumanUnits.fixed($0.signalToNoise, digits: 1) : "exact" },
          measured { $0.inputCosine.map { HumanUnits.fixed($0, digits: 3) } ?? "" },
          measured { HumanUnits.bytes($0.savedBytes / probe.batch) }, HumanUnits.bytes(cost.savedBytes),
          HumanUnits.count(cost.operations),
          measured { HumanUnits.fixed($0.milliseconds / Double(probe.batch), digits: 2) },
        ])
      }
    }
    return table
  }

  /// What a step takes, in a sentence.
  public static func summary(_ plan: AdaptationPlan) -> String {
    func cost(_ cost: StepCost) -> String {
      "\(HumanUnits.bytes(cost.peakBytes)), \(HumanUnits.fixed(cost.milliseconds, digits: 0)) ms, "
        + "\(HumanUnits.count(cost.operations))FLOP"
    }
    let pictures =
      "a step of \(plan.batch) pictures"
      + (plan.accumulation > 1 ? " in \(plan.accumulation) portions of \(plan.microBatch)" : "")
    let expected = plan.predicted.map { " (expected \(cost($0)))" } ?? ""
    let quality = plan.quality.map { "; keeps \(HumanUnits.percent($0)) of the descent" } ?? ""
    return "\(pictures) takes \(cost(plan.measured))\(expected)\(quality)"
  }

  /// A plan and what was probed, for the report.
  public static func section(
    _ plan: AdaptationPlan, _ probe: GradientProbe?, _ network: AdaptableNetwork
  ) -> TrainingReport.Section {
    var tables = [(table: self.plan(plan, network), caption: "What trains; costs for one picture")]
    var charts: [any Chart] = []
    if let probe {
      tables.append((explanation(probe, plan), "Gradients of each layer against the exact ones, for one picture"))
      charts.append(
        ScatterChart(
          title: "What each strategy keeps and how well its gradient points",
          xAxis: ChartAxis("bytes kept for one picture", format: .bytes, scale: .logarithmic),
          yAxis: ChartAxis("cosine"),
          groups: groups(probe)))
    }
    return TrainingReport.Section("What trains, and how", text: summary(plan) + ".", charts: charts, tables: tables)
  }

  /// Layers as points, strategies as groups.
  private static func groups(_ probe: GradientProbe) -> [ScatterChart.Group] {
    var points: [String: [ScatterChart.Point]] = [:]
    for row in probe.rows {
      for agreement in row.agreements {
        let bytes = Double(max(1, agreement.savedBytes / probe.batch))
        points[agreement.strategy.description, default: []]
          .append(ScatterChart.Point(row.layer.path, x: bytes, y: agreement.cosine))
      }
    }
    return points.sorted { $0.key < $1.key }.map { ScatterChart.Group($0.key, points: $0.value) }
  }

  /// A plan as JSON.
  public static func json(_ plan: AdaptationPlan) -> JSONObject {
    var document: JSONObject = [
      "layers": JSONValue(plan.scheme.choices) {
        ["layer": .string($0.layer), "strategy": .string($0.strategy.description)]
      },
      "norms": .string(plan.scheme.norms.rawValue), "micro_batch": .integer(plan.microBatch),
      "accumulation": .integer(plan.accumulation),
      "measured": .object(json(plan.measured)),
    ]
    if let quality = plan.quality { document["gradient_quality"] = .number(quality) }
    if let predicted = plan.predicted { document["predicted"] = .object(json(predicted)) }
    return document
  }

  private static func json(_ cost: StepCost) -> JSONObject {
    [
      "peak_tensor_mb": .number(Double(cost.peakBytes) / 1_048_576), "step_ms": .number(cost.milliseconds),
      "step_flop": .number(cost.operations), "backward_flop": .number(cost.backwardOperations),
      "saved_bytes": .integer(cost.savedBytes),
    ]
  }

  /// A probe as JSON, one object a layer and candidate, for one picture; null where nothing was measured.
  public static func json(_ probe: GradientProbe) -> JSONValue {
    let candidates = probe.rows.flatMap { row in row.candidates.map { (row, $0.strategy, $0.agreement) } }
    return JSONValue(candidates) { row, strategy, agreement in
      func number(_ value: (GradientAgreement) -> Double?) -> JSONValue {
        agreement.flatMap(value).flatMap { $0.isFinite ? .number($0) : nil } ?? .null
      }
      let cost = strategy.cost(of: row.layer, wantsInput: row.wantsInput)
      return [
        "layer": .string(row.layer.path), "strategy": .string(strategy.description),
        "squared_norm": .number(row.squaredNorm), "cosine": number(\.cosine), "snr_db": number(\.signalToNoise),
        "input_cosine": number(\.inputCosine),
        "saved_bytes": agreement.map { .integer($0.savedBytes / probe.batch) } ?? .null,
        "predicted_saved_bytes": .integer(cost.savedBytes), "predicted_flop": .number(cost.operations),
        "ms": number { $0.milliseconds / Double(probe.batch) },
      ]
    }
  }
}

extension GradientProbe.Row {
  /// All candidates, those without a measurement last.
  fileprivate var candidates: [(strategy: any Strategy, agreement: GradientAgreement?)] {
    agreements.map { ($0.strategy, $0) } + unmeasured.map { ($0, nil) }
  }
}
