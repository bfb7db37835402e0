import Tensor
import Testing

@testable import Adaptation

extension AdaptationSuite {
  @Suite struct StrategyTextTests {
    @Test(arguments: [
      "lora:8", "lora:24:8", "lora:8:0.5:bias", "lora:4:bias", "bias", "sparse:0.25", "sparse:1", "low-rank:0.8",
      "low-rank:1", "subspace:8", "subspace:4:4:4:16", "psq:8", "ptq:4",
    ])
    func textsComeBack(_ text: String) throws { #expect(try StrategyName.parse(text).description == text) }

    @Test(arguments: [
      "lora", "lora:x", "lora:8:y", "lora:8:1:2", "lora:bias", "lora:8.5", "bias:1", "sparse", "sparse:half",
      "sparse:nan", "low-rank", "low-rank:0.8:0.8", "low-rank:inf", "subspace", "subspace:1:2", "subspace:1:2:3:x",
      "psq", "psq:eight", "ptq:8:8", "ptq:",
    ])
    func othersAreRefused(_ text: String) {
      expectStrategyError("\"\(text)\"", "write") { _ = try StrategyName.parse(text) }
    }
  }
}
