import NeuralNet
import Tensor
import TestSupport
import Testing

/// Chains run their links in order and can be cut between them.
@Suite struct ChainTests {
  /// A stem, a nested chain, and a link that is no part.
  private final class Network: Chain {
    let stem: Linear
    let blocks: Sequential
    let head: Linear

    override init() {
      var generator = Generator(seed: 3)
      stem = Linear(4, 6, using: &generator)
      blocks = Sequential(
        Linear(6, 6, using: &generator), BatchNorm(6, activation: .relu), Residual(Linear(6, 6, using: &generator)))
      head = Linear(6, 2, using: &generator)
    }

    override var links: [Layer] { [stem, blocks, Doubling(), head] }
  }

  private final class Doubling: Layer {
    override func forward(_ x: Tensor) -> Tensor { x + x }
  }

  private func network() -> Network {
    let network = Network().namingParts()
    network.setTraining(false)
    return network
  }

  private func pictures() -> Tensor {
    var generator = Generator(seed: 5)
    return .normal([3, 4], using: &generator)
  }

  @Test func linksRunInOrder() {
    let (network, x) = (network(), pictures())
    let body = network.blocks(network.stem(x))
    expectClose(network(x), network.head(body + body), rtol: 0)
  }

  @Test func boundariesAreBetweenTheInnermostLinksButNotInFrontOfBatchNorms() {
    #expect(network().boundaries.map(\.name) == ["stem", "blocks.1", "blocks.2", "blocks.2"])
  }

  @Test func bothPartsTogetherAreTheWhole() {
    let (network, x) = (network(), pictures())
    let names = network.namedParameters().map(\.name)
    for boundary in network.boundaries {
      expectClose(boundary.tail(boundary.front(x)), network(x), rtol: 0)
      #expect(
        boundary.front.namedParameters().map(\.name) + boundary.tail.namedParameters().map(\.name) == names)
    }
  }

  @Test func partsShareTheLayersOfTheChain() throws {
    let network = network()
    let boundary = try #require(network.boundaries.last)
    boundary.front.setTraining(true)
    #expect(network.blocks.layers[1].isTraining && !network.head.isTraining)
    #expect(boundary.tail.namedModules().contains { $0.module === network.head && $0.path == "head" })
  }
}
