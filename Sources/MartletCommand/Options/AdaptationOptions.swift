import Adaptation
import ArgumentParser

extension Scheme.Norms: ExpressibleByArgument {}

/// What of a network is trained, and how: by hand, or within a budget.
struct AdaptationOptions: ParsableArguments {
  @Option(
    help: """
      How the chosen layers train: \(StrategyName.forms.joined(separator: ", ")); gradient-filter takes its patch from --patch. \
      By default filter:2, or what a budget leaves room for.
      """)
  var method: String?

  @Option(help: "The side of the patches of --method gradient-filter.")
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

  @Option(help: "What trains of norms behind the first layer that does: frozen, shifts or all.")
  var norms = Scheme.Norms.shifts

  @Option(
    help: """
      Memory that tensors may take at the peak of a step, such as 64MB; layers, strategies, micro-batch and accumulation are then \
      planned.
      """)
  var memory: ByteCount?

  @Option(help: "Time that a step may take, such as 200ms; a plan is made for it.")
  var timePerStep: StepTime?

  @Option(help: "Floating-point operations that a step may take, such as 2G; a plan is made for it.")
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
    var strategies: [String: any Strategy] = [:]
    if method != nil || layers != nil || layer.isEmpty {
      let strategy = try StrategyName.parse(patch.map { "filter:\($0)" } ?? method ?? "filter:2")
      for chosen in try LayerSelection(parsing: layers ?? "last:4").select(from: network.body) {
        strategies[chosen.path] = strategy
      }
    }
    for text in layer {
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else {
        throw CommandError("--layer \(text) has no strategy; expected a path, = and a strategy")
      }
      let strategy = try StrategyName.parse(parts[1])
      for chosen in try LayerSelection(parsing: parts[0]).select(from: network.body) {
        strategies[chosen.path] = strategy
      }
    }
    let choices = network.body.compactMap { layer in
      strategies[layer.path].map { Scheme.Choice(layer: layer.path, strategy: $0) }
    }
    return .scheme(Scheme(choices, norms: norms), within: budget)
  }
}
