import Formats
import Foundation
import Tensor
import TestSupport
import Testing
import Training

@testable import Adaptation

extension AdaptationSuite {
  /// The tensors of the published program, for nine convolutions.
  @Suite struct GradientFilterGoldenTests {
    private struct Case: Decodable {
      let stride: Int
      let padding: Int
      let dilation: Int
      let groups: Int
      let patch: Int
    }

    @Test(.enabled(if: SharedData.golden("gradient_filter.safetensors") != nil, "the golden file is absent"))
    func equalsThePublishedProgram() throws {
      let file = try WeightFile(try #require(SharedData.golden("gradient_filter.safetensors")))
      let text = try #require(file.metadata["cases"])
      let cases = try JSONDecoder().decode([Case].self, from: Data(text.utf8))
      #expect(cases.count == 9)
      for (index, golden) in cases.enumerated() {
        func tensor(_ name: String) throws -> Tensor {
          let full = "case\(index).\(name)"
          return try Tensor(try #require(file[full]), name: full)
        }
        func image(_ name: String) throws -> Tensor { try tensor(name).transposed([0, 2, 3, 1]) }
        let options = ConvolutionOptions(
          stride: Pair(golden.stride, golden.stride), padding: Padding(integerLiteral: golden.padding),
          dilation: Pair(golden.dilation, golden.dilation), groups: golden.groups)
        let filter = GradientFilter(patch: golden.patch, scaling: .reference)
        let x = try image("x").requiringGradient()
        let (weight, bias) = (Parameter(try tensor("weight")), Parameter(try tensor("bias")))
        let y = convolution(x, weight: weight.tensor, bias: bias.tensor, options: options, backward: filter)
        expectClose(y, try image("y"), rtol: 1e-4, "case \(index) y")
        let found = gradients(of: [(y, try image("grad_y"))])
        expectClose(found[x], try image("grad_x"), rtol: 1e-4, "case \(index) grad_x")
        expectClose(found[weight], try tensor("grad_weight"), rtol: 1e-4, "case \(index) grad_weight")
        expectClose(found[bias], try tensor("grad_bias"), rtol: 1e-4, "case \(index) grad_bias")
      }
    }
  }
}
