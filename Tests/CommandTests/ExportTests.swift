import Foundation
import Formats
import Testing

extension CommandSuite {
  @Suite struct ExportTests {
    @Test func aCheckpointBecomesEveryFormat() throws {
      try withTemporaryFolder { folder in
        let checkpoint = "\(folder)/checkpoint.safetensors"
        try SampleFiles.writeModel(to: checkpoint)
        for (format, name) in [
          ("onnx", "model.onnx"), ("coreml", "model.mlpackage"), ("safetensors", "model.safetensors"),
        ] {
          let path = "\(folder)/\(name)"
          let report = try document(
            martlet("export", "--checkpoint", checkpoint, "--format", format, "--output", path, "--json"))
          #expect(report["format"]?.stringValue == format && report["model"] == "quickstart" && report["input"] == 8)
          #expect(report["files"]?.arrayValue == [.string(path)])
          #expect(report["bytes"]?.integerValue ?? 0 > 1000)
        }
        let (copy, original) = (
          try SafetensorsFile("\(folder)/model.safetensors"), try SafetensorsFile(checkpoint)
        )
        #expect(copy.names == original.names)
      }
    }

    @Test func aRegisteredModelNeedsNoWeights() throws {
      try withTemporaryFolder { folder in
        let path = "\(folder)/model.onnx"
        let report = try document(
          martlet(
            "export", "--model", "cifar_resnet20", "--format", "onnx", "--output", path, "--input", "24",
            "--external-data", "--json"))
        #expect(report["input"] == 24 && report["files"]?.arrayValue == [.string(path), .string(path + ".data")])
        #expect(names(in: folder) == ["model.onnx", "model.onnx.data"])
      }
    }

    /// What killed processes left beside the file goes; what another writes there stays.
    @Test func leftoversAreRemoved() throws {
      try withTemporaryFolder { folder in
        try SampleFiles.writeModel(to: folder + "/model.safetensors")
        let living = ".v.onnx.\(ProcessInfo.processInfo.processIdentifier)-1-0.tmp"
        for (output, command) in [
          ("v.onnx", ["export", "--checkpoint", "model.safetensors", "--format", "onnx"]),
          ("v.mlpackage", ["export", "--checkpoint", "model.safetensors", "--format", "coreml"]),
          ("v.safetensors", ["convert", "model.safetensors"]),
        ] {
          let package = "\(folder)/.v.mlpackage.999999999-1-0.tmp"
          try FileManager.default.createDirectory(atPath: package, withIntermediateDirectories: false)
          for name in [".v.onnx.999999999-1-0.tmp", living] { try AtomicFile.write([1], to: "\(folder)/\(name)") }
          expectSuccess(try martlet(command + ["--output", output], in: folder))
          #expect(Set(names(in: folder)) == [living, output, "model.safetensors"])
          try FileManager.default.removeItem(atPath: "\(folder)/\(output)")
        }
      }
    }

    @Test func badRequestsAreRefused() throws {
      try withTemporaryFolder { folder in
        let path = "\(folder)/model.onnx"
        func export(_ arguments: String...) throws -> MartletProcess.Outcome {
          try martlet(["export", "--output", path] + arguments)
        }
        expectUsageError(try export("--format", "onnx"), "--checkpoint")
        expectUsageError(try export("--model", "resnet18"), "--format")
        expectUsageError(try export("--model", "resnet18", "--format", "onnx", "--dtype", "f16"), "--dtype")
        expectUsageError(try export("--model", "resnet18", "--format", "coreml", "--external-data"), "--external-data")
        expectError(try export("--model", "alexnet", "--format", "onnx"), "alexnet")
        expectError(try export("--model", "resnet18", "--format", "onnx", "--input", "0"), "--input is 0")
        expectError(try export("--model", "resnet18", "--format", "onnx", "--input", "8"), "8×8")
        expectError(try export("--checkpoint", "\(folder)/none", "--format", "onnx"), "none")
        expectError(try export("--model", "quickstart", "--format", "coreml"), ".mlpackage")
        #expect(names(in: folder).isEmpty)
      }
    }

    @Test func theDoctorLooksAtAModel() throws {
      let report = try document(martlet("doctor", "vit_tiny_patch16_224", "--target", "coreml", "--json"))
      #expect(report["model"] == "vit_tiny_patch16_224" && report["target"] == "coreml" && report["exportable"] == true)
      let findings = try #require(report["findings"]?.arrayValue)
      let norm = try #require(findings.first { $0["operator"] == "layer_norm" })
      #expect(norm["module"] == "blocks.0.norm1" && norm["blocking"] == false)
      #expect(norm["reason"]?.stringValue?.isEmpty == false && norm["advice"]?.stringValue?.isEmpty == false)
      let text = try martlet("doctor", "cifar_resnet20", "--target", "onnx")
      expectSuccess(text)
      #expect(text.output.contains("Nothing stands in the way."))
    }

    @Test func theDoctorNeedsModelAndTarget() throws {
      expectUsageError(try martlet("doctor", "resnet18"), "--target")
      expectUsageError(try martlet("doctor", "--target", "onnx"), "--target")
      expectError(try martlet("doctor", "alexnet", "--target", "onnx"), "alexnet")
      expectError(try martlet("doctor", "resnet18", "--target", "onnx", "--base", "b"), "--base", "resnet18")
      expectUsageError(try martlet("doctor", "--base", "b"), "--base")
      expectUsageError(try martlet("doctor", "m", "--target", "onnx", "--wrapper", "w"), "--wrapper")
    }
  }
}
