import Formats
import Models
import NeuralNet
import Reporting
import Tensor
import Testing
import Training

extension CommandSuite {
  /// Models saved as differences from their base.
  @Suite struct DeltaTests {
    @Test func verbsTakeADeltaWithItsBase() throws {
      try withTemporaryFolder { folder in
        try SampleFiles.writeData(to: folder + "/data")
        let model = try SampleFiles.writeModel(to: folder + "/base.safetensors")
        for (name, parameter) in model.network.namedParameters() where name.hasPrefix("fc") {
          parameter.value.assign(parameter.value + 0.25)
        }
        try ModelCheckpoint.save(model, classNames: SampleFiles.classNames, to: folder + "/whole.safetensors")
        try DeltaCheckpoint.save(
          model, classNames: SampleFiles.classNames, base: .init(folder + "/base.safetensors"),
          to: folder + "/delta.safetensors")
        let differences = ["--checkpoint", "delta.safetensors", "--base", "base.safetensors"]

        func evaluation(_ options: [String]) throws -> JSONValue {
          try document(martlet(["evaluate", "--data", "data", "--json", "--quiet"] + options, in: folder))
        }
        #expect(try evaluation(differences) == evaluation(["--checkpoint", "whole.safetensors"]))

        let export = ["export", "--format", "safetensors", "--output", "again.safetensors"]
        expectSuccess(try martlet(export + differences, in: folder))
        #expect(try fileBytes(folder + "/again.safetensors") == fileBytes(folder + "/whole.safetensors"))

        let doctor = ["doctor", "delta.safetensors", "--target", "onnx", "--json"]
        expectError(try martlet(doctor, in: folder), "delta.safetensors", "--base")
        #expect(try document(martlet(doctor + ["--base", "base.safetensors"], in: folder))["exportable"] == true)

        // The advice of a refusal is what works.
        let adapt = [
          "adapt", "--data", "data", "--output", "run", "--layers", "last:1", "--method", "exact", "--plan-only",
        ]
        expectError(
          try martlet(adapt + differences, in: folder),
          "martlet export --checkpoint delta.safetensors --base base.safetensors --format safetensors --output FILE")
        expectSuccess(try martlet(adapt + ["--checkpoint", "again.safetensors"], in: folder))

        expectError(
          try martlet("evaluate", "--data", "data", "--checkpoint", "delta.safetensors", in: folder),
          "delta.safetensors",
          "--base")
        expectError(
          try martlet(
            "evaluate", "--data", "data", "--checkpoint", "delta.safetensors", "--base", "whole.safetensors", in: folder
          ),
          "whole.safetensors holds others")
        expectUsageError(
          try martlet(
            "evaluate", "--data", "data", "--base", "base.safetensors", "--model", "quickstart", "--weights", "x"),
          "--base")
      }
    }
  }
}
