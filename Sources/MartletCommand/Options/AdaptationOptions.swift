import Adaptation
import ArgumentParser
import Reporting

extension Scheme.Norms: ExpressibleByArgument {}

/// What of a network is trained, and how: by hand, or within a budget.
struct AdaptationOptions: ParsableArguments {
  @Option(
    help: """
      How the chosen layers train: \(StrategyName.forms.joined(separator: ", ")); gradient-filter takes its patch from --patch. \
      By default filter:2, or what a budget leaves room for.
      """)
  var method: String?

  @Option(help: .integer("The side of the patches of --method gradient-filter."))
  var patch: Int?

  @Option(
    help: """
      Which layers train: all, none, last:4 for the four deepest before the classifier, or paths and patterns with commas between \
      them. The classifier always trains. By default last:4.
      """)
  var layers: String?

  @Option(
    help: ArgumentHelp(
      "A layer, or a pattern of paths, with a strategy of its own, such as layer4.1.conv2=exact; may be repeated.",
      valueName: "path=strategy"))
  var layer: [String] = []

  @Option(
    help: ArgumentHelp(
      """
      Adapt once with each of these strategies, from the same weights with the same options, and report how scores, memory and \
      operations compare: forms of --method with commas between them, with layers of their own after @ (filter:4@last:8, \
      exact@conv1+conv2); none for the classifier alone; plan for a plan within the budget.
      """, valueName: "strategies"),
    transform: ComparisonEntry.list(parsing:))
  var compare: [ComparisonEntry]?

  @Option(help: "What trains of norms behind the first layer that does: frozen, shifts or all.")
  var norms = Scheme.Norms.shifts

  @Option(
    help: """
      Memory that tensors may take at the peak of a step, such as 64MB; layers, strategies, micro-batch and accumulation are then \
      planned.
      """,
    transform: ByteCount.init(parsing:))
  var memory: ByteCount?

  @Option(
    help: "Time that a step may take, such as 200ms; a plan is made for it.", transform: StepTime.init(parsing:))
  var timePerStep: StepTime?

  @Option(
    help: "Floating-point operations that a step may take, such as 2G; a plan is made for it.",
    transform: OperationCount.init(parsing:))
  var flops: OperationCount?

  @Flag(help: "Show how well gradients agree with the exact ones, layer by layer, and what they cost.")
  var explain = false

  func validate() throws {
    if patch != nil && method != "gradient-filter" {
      throw ValidationError("--patch belongs to --method gradient-filter")
    }
    if method == "gradient-filter" && patch == nil {
      throw ValidationError("--method gradient-filter wants the side of its patches, such as --patch 4")
    }
    if compare != nil && (method != nil || !layer.isEmpty) {
      throw ValidationError("--compare names strategies and layers; leave out --method and --layer")
    }
    if let compare, compare.contains(where: \.isPlan), !budget.isLimited {
      throw ValidationError("plan in --compare wants a budget: --memory, --time-per-step or --flops")
    }
  }

  private var isByHand: Bool { method != nil || layers != nil || !layer.isEmpty }

  private var budget: Budget {
    Budget(memoryBytes: memory?.bytes, milliseconds: timePerStep?.milliseconds, operations: flops?.operations)
  }

  /// What is asked for.
  /// - Throws: `StrategyError` for strategies and layers that do not exist.
  func request(_ network: AdaptableNetwork) throws -> AdaptationRequest {
    if budget.isLimited && !isByHand {
      return .plan(within: budget, strategies: try StrategyName.candidates(), norms: norms)
    }
    var parts: [(layers: LayerSelection, strategy: any Strategy)] = []
    if method != nil || layers != nil || layer.isEmpty {
      parts.append((try selection, try StrategyName.parse(patch.map { "filter:\($0)" } ?? method ?? "filter:2")))
    }
    for text in layer {
      let words = text.split(separator: "=", maxSplits: 1).map(String.init)
      guard words.count == 2 else {
        throw CommandError("--layer \(text) has no strategy; expected a path, = and a strategy")
      }
      parts.append((try LayerSelection(parsing: words[0]), try StrategyName.parse(words[1])))
    }
    return .scheme(try Scheme(parts, of: network, norms: norms), within: budget)
  }

  private var selection: LayerSelection {
    get throws { try LayerSelection(parsing: layersText) }
  }

  private var layersText: String { layers ?? "last:4" }

  /// What is asked for by an entry of a comparison.
  /// - Throws: `StrategyError` for layers that do not exist.
  func request(_ entry: ComparisonEntry, _ network: AdaptableNetwork) throws -> AdaptationRequest {
    try entry.request(network, layers: selection, norms: norms, budget: budget)
  }

  /// What decides the scheme of a run, as it was asked for.
  var asked: JSONObject {
    comparedOptions.merging([
      "method": JSONValue(patch.map { "filter:\($0)" } ?? method),
      "layer": JSONValue(layer) { .string($0) },
    ])
  }

  /// What decides the runs of a comparison, besides its entries.
  var comparedOptions: JSONObject {
    [
      "layers": .string(layersText), "norms": .string(norms.rawValue),
      "memory": budget.memoryBytes.map { .integer($0) } ?? .null,
      "time_per_step": budget.milliseconds.map { .number($0) } ?? .null,
      "flops": budget.operations.map { .number($0) } ?? .null,
    ]
  }
}
