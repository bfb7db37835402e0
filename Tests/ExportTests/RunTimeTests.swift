import Formats
import Foundation
import Models
import Tensor
import TestSupport
import Testing

@testable import Export

/// Exported models in the run times they are for: with FULL_TESTS=1, and MARTLET_PYTHON naming a Python that has onnx,
/// onnxruntime and coremltools.
@Suite(.enabled(if: RunTime.python != nil), .serialized) struct RunTimeTests {
  /// The largest part of the largest logit that the run time's logits may be off.
  private static let tolerance = 1e-4

  @Test(arguments: TestModels.names) func everyModelRuns(name: String) throws {
    try compare(TestModels.model(name), name)
  }

  @Test(arguments: OperatorNetworks.names) func everyOperationRuns(name: String) throws {
    let network = OperatorNetworks.network(name)
    try compare(
      TestModels.model(network, size: OperatorNetworks.size, channels: OperatorNetworks.channels), name)
  }

  /// Compares logits of ONNX Runtime with Martlet's, for two batch sizes.
  private func compare(_ model: Model, _ name: String) throws {
    try withTemporaryFolder { folder in
      try ONNXModel(model).write(to: "\(folder)/model.onnx")
      let batches = [1, 3].map { TestModels.pictures($0, model.configuration) }
      for images in batches {
        let array = images.transposed([0, 3, 1, 2])
        try NpyFile.write(
          StoredArray(array.floatArray(), shape: array.shape.array), to: "\(folder)/images_\(images.shape[0]).npy")
      }
      try RunTime.run("onnx", folder)
      for images in batches {
        let logits = try NpyFile.read("\(folder)/logits_\(images.shape[0]).npy")
        var expected = withoutGradients { model.network(images) }
        if expected.shape.rank == 4 { expected = expected.transposed([0, 3, 1, 2]) }
        let actual = Tensor(logits.floats(), shape: Shape(logits.shape))
        let comparison = Comparison(actual, expected, rtol: Self.tolerance, atol: 0)
        print("\(name), batch \(images.shape[0]): \(comparison.maximumRelativeDifference)")
        expectClose(actual, expected, rtol: Self.tolerance, atol: 0)
      }
    }
  }

  @Test func coreMLToolsLoadsEveryModel() throws {
    try withTemporaryFolder { folder in
      for name in TestModels.names {
        for precision in CoreMLPrecision.allCases {
          let labels = precision == .float16 ? (0..<TestModels.classes).map { "class \($0)" } : []
          try CoreMLModel(TestModels.model(name), classNames: labels, precision: precision)
            .write(to: "\(folder)/\(name)-\(precision.rawValue).mlpackage")
        }
      }
      let lines = try RunTime.run("coreml", folder).split(separator: "\n")
      #expect(lines.count == 2 * TestModels.names.count)
      for line in lines { #expect(line.contains("logits:[1, \(TestModels.classes)"), "\(line)") }
    }
  }
}
