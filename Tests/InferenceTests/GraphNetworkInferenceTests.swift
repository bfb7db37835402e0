import Tensor
import TestSupport
import Testing

@testable import Inference

/// The inference form of mobile vision graph networks, at a size at which every stage has neighbours.
struct GraphNetworkInferenceTests {
  @Test(arguments: ["mobilevig_ti", "mobilevigv2_ti", "greedyvig_s"])
  func equalsTheNetwork(name: String) throws {
    let (network, images) = try InferenceNetworkTests.network(name, size: 128)
    let expected = withoutGradients { network(images) }
    let result = InferenceNetwork(network)(images)
    expectClose(result, expected, rtol: 1e-4)
  }

  /// Norms, activations, layer scales, residuals, positional encodings and the mean of the heads all end in convolutions.
  @Test(arguments: [("mobilevig_ti", 2), ("mobilevigv2_ti", 6)])
  func onlyAggregationsStay(name: String, aggregations: Int) throws {
    let (network, images) = try InferenceNetworkTests.network(name, size: 128)
    var graph = InferenceGraph(Trace.recording([images]) { [network($0[0])] })
    graph.foldConstants()
    graph.nameAffines()
    graph.fuseAffines()
    graph.removeUnused()
    let kinds = graph.nodes.map { node in
      guard case .plain(let operation) = node.operation else { return "affine" }
      switch operation {
      case .maxRelative: return "aggregation"
      case .adaptiveAveragePooling, .reshape: return "head"
      default: return "\(operation)"
      }
    }
    #expect(Set(kinds) == ["affine", "aggregation", "head"])
    #expect(kinds.filter { $0 == "aggregation" }.count == aggregations)
  }
}
