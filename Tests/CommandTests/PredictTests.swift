import Formats
import Models
import NeuralNet
import Reporting
import Tensor
import Testing
import Training

extension CommandSuite {
  @Suite struct PredictTests {
    @Test func picturesGetTheirClasses() throws {
      try withTemporaryFolder { folder in
        try SampleFiles.writeModel(to: folder + "/model.safetensors", channels: 3)
        try SampleFiles.writePicture(value: 30, to: folder + "/a.png")
        try SampleFiles.writePicture(value: 200, size: 31, to: folder + "/b.png")
        let command = ["predict", "a.png", "b.png", "--checkpoint", "model.safetensors"]
        let list = try #require(try document(martlet(command + ["--json"], in: folder)).arrayValue)
        #expect(list.compactMap { $0["picture"]?.stringValue } == ["a.png", "b.png"])
        for entry in list {
          let classes = try #require(entry["classes"]?.arrayValue)
          #expect(Set(classes.compactMap { $0["name"]?.stringValue }) == Set(SampleFiles.classNames))
          let probabilities = classes.compactMap { $0["probability"]?.doubleValue }
          #expect(probabilities == probabilities.sorted(by: >))
          #expect((probabilities.reduce(0, +) - 1).magnitude < 1e-5)
        }
        let text = try martlet(command + ["--top", "1"], in: folder)
        expectSuccess(text)
        #expect(text.output.split(separator: "\n").count == 4)
      }
    }

    /// What evaluate counts as right is what predict calls by the name of the folder, whichever classes there are.
    @Test func classesAreEvaluatedByName() throws {
      try withTemporaryFolder { folder in
        try SampleFiles.writeModel(to: folder + "/model.safetensors", channels: 3)
        for name in SampleFiles.classNames {
          try SampleFiles.writePictures(to: "\(folder)/\(name)/val", classes: [name])
          let evaluated = try document(
            martlet("evaluate", "--checkpoint", "model.safetensors", "--data", name, "--json", in: folder))
          let list = try document(
            martlet(
              "predict", "\(name)/val/\(name)/0.png", "\(name)/val/\(name)/1.png", "--checkpoint",
              "model.safetensors", "--json", in: folder)
          ).arrayValue
          let right = try #require(list).count { $0["classes"]?.arrayValue?.first?["name"]?.stringValue == name }
          #expect(evaluated["correct"]?.integerValue == right && evaluated["total"] == 2, "\(name)")
        }
        try SampleFiles.writePictures(to: folder + "/other/val", classes: ["bird"])
        expectError(
          try martlet("evaluate", "--checkpoint", "model.safetensors", "--data", "other", in: folder), "\"bird\"",
          "dark, medium, bright")
      }
    }

    /// More pictures than fit in a pass; 1000 classes without names are ImageNet's; --crop changes what is seen.
    @Test func imageNetClassesHaveNames() throws {
      try withTemporaryFolder { folder in
        var generator = Generator(seed: 5)
        let configuration = ModelConfiguration(
          name: "quickstart", classes: 1000, inputSize: 8, preparation: .imageNet(crop: 1, .bilinear))
        let model = try ModelRegistry.make(configuration, using: &generator)
        try ModelCheckpoint.save(model, to: folder + "/model.safetensors")
        let pictures = (0..<5).map { "\($0).png" }
        for (index, name) in pictures.enumerated() {
          try SampleFiles.writePicture(value: UInt8(40 * index), size: 12, to: "\(folder)/\(name)")
        }
        let names = try ImageNetClasses.names()
        func classes(_ options: String...) throws -> [[(Int, Double)]] {
          let command = ["predict", "--checkpoint", "model.safetensors", "--json"] + pictures + options
          let list = try #require(try document(martlet(command, in: folder)).arrayValue)
          #expect(list.compactMap { $0["picture"]?.stringValue } == pictures)
          return try list.map { entry in
            try #require(entry["classes"]?.arrayValue).map { found in
              let index = try #require(found["index"]?.integerValue)
              #expect(found["name"]?.stringValue == names[index])
              return (index, try #require(found["probability"]?.doubleValue))
            }
          }
        }
        let (all, small) = (try classes(), try classes("--batch-size", "2"))
        #expect(all.allSatisfy { $0.count == 5 })
        for (one, other) in zip(all.joined(), small.joined()) {
          #expect(one.0 == other.0)
          #expect((one.1 - other.1).magnitude < 1e-6)
        }
        let cropped = try classes("--crop", "0.5")
        #expect(!zip(all.joined(), cropped.joined()).allSatisfy { $0 == $1 })
        expectError(
          try martlet(["predict", "0.png", "--checkpoint", "model.safetensors", "--crop", "0"], in: folder),
          "--crop is 0")
      }
    }

    /// Both layouts and both formats give the logits that the network gives here.
    @Test func tensorsInBothLayouts() throws {
      try withTemporaryFolder { folder in
        let model = try SampleFiles.writeModel(to: folder + "/model.safetensors", channels: 3)
        var generator = Generator(seed: 8)
        let images = Tensor.normal([5, 8, 8, 3], using: &generator)
        model.network.setTraining(false)
        let expected = withoutGradients { model.network(images).floatArray() }
        for (layout, tensor) in [("nhwc", images), ("nchw", images.transposed([0, 3, 1, 2]))] {
          let array = try StoredArray(tensor.floatArray(), shape: tensor.shape.array)
          try NpyFile.write(array, to: folder + "/in.npy")
          try SafetensorsWriter.write([.init(name: "images", array)], to: folder + "/in.safetensors")
          for (input, output) in [("in.npy", "out.safetensors"), ("in.safetensors", "out.npy")] {
            expectSuccess(
              try martlet(
                "predict", "--checkpoint", "model.safetensors", "--input", input, "--output", output, "--layout",
                layout, in: folder))
            let logits =
              output.hasSuffix("npy")
              ? try NpyFile.read("\(folder)/\(output)")
              : try SafetensorsFile("\(folder)/\(output)").array(named: "logits")
            #expect(logits.shape == [5, 3])
            #expect(logits.floats() == expected, "\(layout) \(input)")
          }
        }
      }
    }

    /// The passes give what one gives, and what was written is said.
    @Test func tensorsRunInPasses() throws {
      try withTemporaryFolder { folder in
        try SampleFiles.writeModel(to: folder + "/model.safetensors", channels: 3)
        var generator = Generator(seed: 8)
        let images = Tensor.normal([5, 3, 8, 8], using: &generator)
        try NpyFile.write(StoredArray(images.floatArray(), shape: [5, 3, 8, 8]), to: folder + "/in.npy")
        let command = ["predict", "--checkpoint", "model.safetensors", "--input", "in.npy", "--output"]
        let whole = try martlet(command + ["whole.npy"], in: folder)
        expectSuccess(whole)
        #expect(whole.output == "output: whole.npy\nshape: [5,3]\n")
        let report = try document(martlet(command + ["parts.npy", "--batch-size", "2", "--json"], in: folder))
        #expect(report == ["output": "parts.npy", "shape": [5, 3]])
        let (one, other) = (
          try NpyFile.read(folder + "/whole.npy").floats(), try NpyFile.read(folder + "/parts.npy").floats()
        )
        #expect(one.count == 15 && zip(one, other).allSatisfy { ($0 - $1).magnitude < 1e-5 })
      }
    }

    /// A size that the network cannot run on ends with its rule.
    @Test func tensorsOfOtherSizesAreRefused() throws {
      try withTemporaryFolder { folder in
        try SampleFiles.writeModel(to: folder + "/model.safetensors", channels: 3)
        var (generator, configuration) = (
          Generator(seed: 1), try ModelRegistry.entry(named: "vit_tiny_patch16_224").defaults
        )
        (configuration.classes, configuration.inputSize) = (2, 32)
        try ModelCheckpoint.save(
          try ModelRegistry.make(configuration, using: &generator), to: folder + "/vit.safetensors")
        func predict(_ model: String, _ height: Int, _ width: Int) throws -> MartletProcess.Outcome {
          let pixels = [Float](repeating: 0.5, count: 3 * height * width)
          try NpyFile.write(StoredArray(pixels, shape: [1, 3, height, width]), to: folder + "/in.npy")
          return try martlet(
            "predict", "--checkpoint", model, "--input", "in.npy", "--output", "out.npy", in: folder)
        }
        expectError(try predict("model.safetensors", 8, 3), "8×3", "quickstart", "at least 4×4")
        for (height, width) in [(16, 32), (64, 64)] {
          expectError(try predict("vit.safetensors", height, width), "\(height)×\(width)", "32×32 alone")
        }
        #expect(!names(in: folder).contains("out.npy"))
        expectSuccess(try predict("model.safetensors", 4, 9))
        expectSuccess(try predict("vit.safetensors", 32, 32))
      }
    }

    @Test func badTensorsAreRefused() throws {
      try withTemporaryFolder { folder in
        try SampleFiles.writeModel(to: folder + "/model.safetensors", channels: 3)
        func predict(_ input: String, _ output: String = "out.npy", layout: String = "nchw") throws
          -> MartletProcess.Outcome
        {
          try martlet(
            "predict", "--checkpoint", "model.safetensors", "--input", input, "--output", output, "--layout", layout,
            in: folder)
        }
        let images = try StoredArray([Float](repeating: 0, count: 192), shape: [1, 8, 8, 3])
        try NpyFile.write(images, to: folder + "/nhwc.npy")
        try NpyFile.write(StoredArray([Float(1), 2]), to: folder + "/vector.npy")
        try NpyFile.write(StoredArray([Float](), shape: [0, 3, 8, 8]), to: folder + "/none.npy")
        try SafetensorsWriter.write(
          [.init(name: "a", images), .init(name: "b", images)], to: folder + "/two.safetensors")
        let bytes = try fileBytes(folder + "/nhwc.npy")
        try AtomicFile.write(Array(bytes.prefix(bytes.count - 5)), to: folder + "/short.npy")
        expectError(try predict("nhwc.npy"), "nhwc.npy", "channels", "--layout")
        expectError(try predict("vector.npy"), "vector.npy", "[2]")
        expectError(try predict("none.npy"), "none.npy", "[0, 3, 8, 8]")
        expectError(try predict("two.safetensors"), "two.safetensors", "2 tensors")
        expectError(try predict("short.npy"), "short.npy")
        expectError(try predict("missing.npy"), "missing.npy")
        expectError(try predict("nhwc.txt"), "nhwc.txt", ".npy")
        expectError(try predict("nhwc.npy", "out.txt", layout: "nhwc"), "out.txt", ".npy")
        expectError(try predict("nhwc.npy", layout: "hwcn"), "hwcn")
        #expect(!names(in: folder).contains { $0.hasPrefix("out") || $0.hasSuffix(".tmp") })
      }
    }

    @Test func whatToPredictMustBeClear() throws {
      expectUsageError(try martlet("predict", "--checkpoint", "m"), "--input")
      expectUsageError(try martlet("predict", "a.png", "--checkpoint", "m", "--input", "x.npy"), "one of the two")
      expectUsageError(try martlet("predict", "--checkpoint", "m", "--input", "x.npy"), "--output")
      expectUsageError(try martlet("predict", "a.png"), "--checkpoint")
      expectUsageError(try martlet("predict", "a.png", "--checkpoint", "m", "--model", "resnet18"), "--model")
      expectError(try martlet("predict", "a.png", "--checkpoint", "m", "--top", "0"), "--top is 0")
    }
  }
}
