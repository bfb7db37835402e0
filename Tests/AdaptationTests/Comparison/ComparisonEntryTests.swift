import Models
import Tensor
import Testing

@testable import Adaptation

extension AdaptationSuite {
  /// Entries of a comparison as options write them.
  @Suite struct ComparisonEntryTests {
    private func network() throws -> AdaptableNetwork {
      var generator = Generator(seed: 1)
      return try AdaptableNetwork(
        ModelRegistry.make(ModelRegistry.entry(named: "cifar_resnet20").defaults, using: &generator))
    }

    private func choices(_ text: String, within budget: Budget = Budget()) throws -> [String] {
      let request = try ComparisonEntry(parsing: text)
        .request(network(), layers: .last(1), norms: .frozen, budget: budget)
      switch request {
      case .scheme(let scheme, _): return scheme.choices.map { "\($0.layer)=\($0.strategy)" }
      case .plan(let budget, _, _): return ["plan within \(budget.memoryBytes ?? 0)"]
      }
    }

    @Test func layersAreThoseOfTheComparisonOrOnesOwn() throws {
      #expect(try choices("filter:2") == ["layer3.2.conv2=filter:2"])
      #expect(try choices("filter:4@last:2") == ["layer3.2.conv1=filter:4", "layer3.2.conv2=filter:4"])
      #expect(
        try choices("exact@conv1+layer1.0.*") == ["conv1", "layer1.0.conv1", "layer1.0.conv2"].map { $0 + "=exact" })
      #expect(try choices("lora:8+walsh:l1-4@conv1") == ["conv1=lora:8+walsh:l1-4"])
      #expect(try choices("none") == [] && choices("exact@none") == [])
      #expect(try choices("plan", within: Budget(memoryBytes: 7)) == ["plan within 7"])
    }

    @Test func aListHasAFolderForEach() throws {
      let list = try ComparisonEntry.list(parsing: "exact,filter:2,filter:2@last:8,low-rank:0.8@../a*+b,plan,none")
      #expect(list.map(\.text).count == 6 && list.filter(\.isPlan).map(\.text) == ["plan"])
      #expect(
        list.map(\.folderName) == [
          "exact", "filter-2", "filter-2-last-8", "low-rank-0.8-..-a--b", "plan", "none",
        ])
    }

    @Test(arguments: [
      ("magic", "no strategy \"magic\""), ("exact,,filter:2", "no strategy \"\""), ("", "no strategy \"\""),
      ("filter:0", "the patch is 0"), ("exact@", "selects no layers"), ("exact@last:0", "last:0"),
      ("exact@+", "selects no layers"), ("none@conv1", "none"), ("plan@all", "plan"),
      ("exact,filter:2,exact", "exact and exact would be one run"),
      ("exact@a*,exact@a-", "exact@a* and exact@a- would be one run"), ("@last:4", "no strategy \"\""),
    ])
    func whatIsNoEntryIsRefused(_ text: String, _ message: String) {
      let error = #expect(throws: StrategyError.self) { try ComparisonEntry.list(parsing: text) }
      #expect(error?.description.contains(message) ?? false, "\(error?.description ?? "")")
    }

    @Test func layersThatDoNotExistAreRefused() throws {
      let error = #expect(throws: StrategyError.self) { try choices("exact@layer9") }
      #expect(error?.description.contains("no layer is called \"layer9\"") ?? false)
    }
  }
}
