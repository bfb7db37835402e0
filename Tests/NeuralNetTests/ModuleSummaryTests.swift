import NeuralNet
import Tensor
import Testing

/// The printed description of a module.
@Suite struct ModuleSummaryTests {
  @Test func rows() throws {
    let network = ExampleNetwork()
    let rows = network.summary().rows
    // The network itself has a row, because it has parameters of its own; a block has none.
    #expect(
      rows.map(\.path) == [
        "", "conv_stem", "blocks.0.conv_dw", "blocks.0.bn1", "blocks.1.conv_dw", "blocks.1.bn1",
        "blocks.1.downsample.0", "blocks.1.downsample.1", "pool", "fc",
      ])
    #expect(rows[0].parameters.map(\.name) == ["scales.0", "scales.1"])
    #expect(rows[1].kind == "Convolution")
    #expect(rows[1].parameters.map(\.name) == ["weight", "bias"])
    #expect(rows[1].parameters.map(\.shape) == [[4, 2, 3, 3], [4]])
    #expect(rows[1].trainableCount == 76)
    #expect(try #require(rows.first { $0.path == "pool" }).parameters.isEmpty)
  }

  @Test func frozenAndTrainable() {
    let network = ExampleNetwork()
    network.freeze("blocks")
    network.freeze("fc.bias")
    let summary = network.summary()
    #expect(summary.frozenCount == 88 + 28 + 3)
    #expect(summary.trainableCount == network.parameterCount - summary.frozenCount)
    let lines = "\(summary)".split(separator: "\n")
    #expect(lines.first { $0.hasPrefix("blocks.0.bn1 ") }?.hasSuffix("8  frozen") == true)
    #expect(lines.first { $0.hasPrefix("fc ") }?.hasSuffix("15  partly frozen") == true)
    #expect(lines.first { $0.hasPrefix("conv_stem ") }?.hasSuffix("76  trainable") == true)
    #expect(lines.last == "215 parameters in 10 layers: 96 trainable, 119 frozen")
  }

  @Test func columnsAreAligned() {
    var generator = Generator(seed: 1)
    let chain = Sequential(
      Linear(1000, 200, using: &generator), ActivationLayer(.relu), Linear(200, 3, bias: false, using: &generator))
    chain.freeze("2")
    #expect(
      "\(chain.summary())" == """
        layer  kind             parameters                        count
        0      Linear           weight [200, 1000], bias [200]  200,200  trainable
        1      ActivationLayer                                        0
        2      Linear           weight [3, 200]                     600  frozen
        200,800 parameters in 3 layers: 200,200 trainable, 600 frozen
        """)
  }

  @Test func aLayerAlone() {
    #expect(BatchNorm(3).summary().rows.map(\.path) == [""])
    #expect("\(BatchNorm(3).summary())".contains("(itself)"))
  }
}
