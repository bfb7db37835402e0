import Formats
import Foundation
import Models
import NeuralNet
import Reporting
import Tensor
import TestSupport
import Testing
import Training

extension CommandSuite {
  /// Weights of others: listed, fetched, converted, trained on.
  @Suite struct WeightsTests {
    private func saveNetwork(classes: Int = 3, to path: String) throws {
      var configuration = try ModelRegistry.entry(named: "quickstart").defaults
      configuration.classes = classes
      var generator = Generator(seed: 4)
      try ModelCheckpoint.save(ModelRegistry.make(configuration, using: &generator), to: path)
    }

    private func names(_ value: JSONValue?) -> [String] {
      value?.arrayValue?.compactMap { $0.stringValue ?? $0["name"]?.stringValue } ?? []
    }

    @Test func publishedWeightsAreListed() throws {
      let list = try #require(try document(martlet("weights", "--json")).arrayValue)
      let resnet = try #require(list.first { $0["name"] == "resnet18.a1_in1k" })
      #expect(resnet["repository"] == "timm/resnet18.a1_in1k" && resnet["file"] == "model.safetensors")
      #expect(resnet["licence"] == "apache-2.0" && resnet["model"] == "resnet18" && resnet["classes"] == 1000)
      let table = try martlet("weights")
      expectSuccess(table)
      #expect(table.output.contains("mobilenetv2_100.ra_in1k"))
      expectError(try martlet("weights", "fetch", "resnet18.zz"), "resnet18.a1_in1k")
    }

    @Test func filesAreConverted() throws {
      try withTemporaryFolder { folder in
        try saveNetwork(classes: 10, to: folder + "/source")
        let options = ["convert", "source", "--model", "quickstart", "--output", "model.safetensors", "--json"]
        let same = try document(martlet(options, in: folder))
        #expect(same["written"] == true && same["format"] == "safetensors" && same["wrapper"] == .null)
        #expect(names(same["missing"]).isEmpty && names(same["replaced"]).isEmpty)
        #expect(names(same["matched"]).count > 5)
        #expect(try ModelCheckpoint.load(folder + "/model.safetensors").model.configuration.classes == 10)

        let other = try document(martlet(options + ["--classes", "4"], in: folder))
        let replaced = names(other["replaced"])
        #expect(!replaced.isEmpty && replaced.count + names(other["matched"]).count == names(same["matched"]).count)
        #expect(other["replaced"]?[0]?["file"]?.stringValue?.contains("[10") == true)
        #expect(try ModelCheckpoint.load(folder + "/model.safetensors").model.configuration.classes == 4)
        let text = try martlet(options.dropLast() + ["--classes", "4"], in: folder)
        expectSuccess(text)
        #expect(text.output.contains("new values") && text.output.contains(replaced[0]))
      }
    }

    @Test func whatDoesNotFitIsNotWritten() throws {
      try withTemporaryFolder { folder in
        try saveNetwork(classes: 10, to: folder + "/source")
        let file = try WeightFile(folder + "/source")
        let kept = file.names.dropFirst()
        try SafetensorsWriter.write(
          kept.compactMap { name in file[name].map { .init(name: name, $0) } } + [
            .init(name: "x", StoredArray([Float(1)]))
          ],
          to: folder + "/part")
        let options = ["convert", "part", "--model", "quickstart", "--output", "model.safetensors"]
        let refused = try martlet(options + ["--json"], in: folder)
        #expect(refused.status == 1)
        let report = try JSONValue(parsing: refused.output, source: "standard output")
        #expect(report["written"] == false)
        #expect(names(report["missing"]) == [file.names[0]] && names(report["unexpected"]) == ["x"])
        #expect(refused.errors.contains("1 tensors missing") && refused.errors.contains("--allow-missing"))
        #expect(!CommandTests.names(in: folder).contains("model.safetensors"))
        expectSuccess(try martlet(options + ["--allow-missing"], in: folder))
        let wrong = try martlet("convert", "source", "--model", "resnet18", "--output", "model", in: folder)
        #expect(wrong.status == 1 && wrong.errors.contains("does not fit resnet18"))
        expectUsageError(try martlet("convert", "source", "--classes", "3", "--output", "x"), "--model")
      }
    }

    @Test func withoutModelTensorsAreCopied() throws {
      try withTemporaryFolder { folder in
        try saveNetwork(to: folder + "/source")
        let report = try document(martlet("convert", "source", "--output", "copy", "--json", in: folder))
        let (source, copy) = (try WeightFile(folder + "/source"), try WeightFile(folder + "/copy"))
        #expect(report["tensors"]?.integerValue == source.names.count)
        #expect(copy.names.sorted() == source.names.sorted())
        for name in source.names { #expect(copy[name]?.floats() == source[name]?.floats()) }
        try AtomicFile.write(Array("no weights".utf8), to: folder + "/text")
        expectError(try martlet("convert", "text", "--output", "x", in: folder), "neither safetensors nor")
        expectError(try martlet("convert", "nowhere", "--output", "x", in: folder), "nowhere")
      }
    }

    @Test func aTrainingStartsFromWeights() throws {
      try withTemporaryFolder { folder in
        try SampleFiles.writeData(to: folder + "/data")
        try SampleFiles.writeModel(to: folder + "/start")
        let options = [
          "train", "--model", "quickstart", "--data", "data", "--output", "run", "--epochs", "1", "--weights", "start",
          "--json",
        ]
        let report = try document(martlet(options, in: folder))
        #expect(report["weights"] == "start" && names(report["replaced"]).isEmpty)
        let resumed = try martlet(options.dropLast(3) + ["--resume"], in: folder)
        #expect(resumed.status == 1 && resumed.errors.contains("weights was"))
        try saveNetwork(classes: 10, to: folder + "/other")
        let other = try martlet(
          "train", "--model", "quickstart", "--data", "data", "--output", "run2", "--epochs", "1", "--weights", "other",
          in: folder)
        expectSuccess(other)
        #expect(other.errors.contains("new values instead (2)"), "\(other.errors)")
        expectUsageError(
          try martlet("train", "--model", "quickstart", "--data", "data", "--output", "x", "--wrapper", "a"),
          "--weights")
      }
    }
  }
}
