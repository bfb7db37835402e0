import Foundation
import TestSupport
import Testing

@testable import Tensor

extension TensorSuite {
  /// Outputs and every gradient of every operation against PyTorch's numbers, computed in float64.
  @Suite struct OperationReferenceTests {
    @Test(arguments: ReferenceRun.all) func matchesPyTorch(_ run: ReferenceRun) throws {
      try run.check()
    }

    @Test func everyFileIsRead() throws {
      let folder = try ReferenceRun.folder()
      let stored = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        .filter { $0.hasPrefix("operations_") && $0.hasSuffix(".safetensors") }
      #expect(Set(stored) == Set(ReferenceRun.fileNames.map { $0 + ".safetensors" }))
      #expect(ReferenceRun.all.count > 300)
    }

    @Test func everyTensorBelongsToACase() throws {
      for name in ReferenceRun.fileNames {
        let file = try ReferenceRun.file(name)
        let known = Set(file.cases.flatMap(ReferenceRun.tensorNames))
        #expect(Set(file.names) == known, "\(name)")
      }
    }

    @Test func unknownOperationsAreErrors() throws {
      let text = """
        {"name": "nonsense/x", "operation": "nonsense", "attributes": {}, "inputs": ["input"], "gradients": [],
        "outputs": 1, "extra": [], "rounding": {}}
        """
      let unknown = try JSONDecoder().decode(ReferenceCase.self, from: Data(text.utf8))
      #expect(throws: OperationCall.Failure.self) {
        try OperationCall(unknown, inputs: [Tensor(1)]).results()
      }
    }
  }
}
