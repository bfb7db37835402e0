import Formats
import Foundation
import Models
import Reporting
import Tensor
import Testing
import Training

extension CommandSuite {
  /// The classes of pixels on the command line: training, evaluation, label maps.
  @Suite struct SegmentationTests {
    private static let model = "fcn_mobilenetv2"
    private static let classNames = ["sky", "ground", "void"]

    /// Pictures of 24×16, bright above and dark below, with a border that has no class.
    private func writeScenes(to folder: String, train: Int = 4, validation: Int = 2) throws {
      for (part, count) in [("train", train), ("val", validation)] {
        for inner in ["images", "labels"] {
          try FileManager.default.createDirectory(
            atPath: "\(folder)/\(part)/\(inner)", withIntermediateDirectories: true)
        }
        for number in 0..<count {
          let horizon = 4 + 2 * number
          let pixels = (0..<24 * 16 * 3).map { UInt8($0 / 72 < horizon ? 200 : 40) + UInt8($0 % 5) }
          let classes = (0..<24 * 16).map { UInt8($0 % 24 == 0 ? 2 : $0 / 24 < horizon ? 0 : 1) }
          try Picture(width: 24, height: 16, pixels: pixels).writePNG(to: "\(folder)/\(part)/images/\(number).png")
          try IndexPicture(width: 24, height: 16, indices: classes).writePNG(
            to: "\(folder)/\(part)/labels/\(number).png")
        }
      }
      try AtomicFile.write(Array(Self.classNames.joined(separator: "\n").utf8), to: "\(folder)/classes.txt")
    }

    @Test func scenesTrainEvaluateAndBecomeMaps() throws {
      try withTemporaryFolder { folder in
        try writeScenes(to: folder + "/data")
        let trained = try document(
          martlet(
            "train", "--model", Self.model, "--data", "data", "--output", "run", "--epochs", "2", "--batch-size", "2",
            "--lr", "0.01", "--json", "--quiet", in: folder))
        for key in ["miou", "pixel_accuracy", "loss"] { #expect(trained[key]?.doubleValue != nil, "\(key)") }
        #expect(trained["output"]?.stringValue == "run")

        let evaluated = try document(
          martlet("evaluate", "--checkpoint", "run/model.safetensors", "--data", "data", "--json", in: folder))
        #expect(evaluated["miou"]?.doubleValue == trained["miou"]?.doubleValue)
        #expect(evaluated["per_class_iou"]?.objectValue?.keys == ["sky", "ground"])
        #expect(evaluated["pictures"]?.integerValue == 2)
        #expect(evaluated["pixels"]?.integerValue == 2 * 23 * 16)
        let accuracy = try #require(evaluated["pixel_accuracy"]?.doubleValue)

        let html = String(decoding: try fileBytes(folder + "/run/report.html"), as: UTF8.self)
        for text in ["Mean intersection over union", "Intersection over union by class", "true classes", "predicted, "]
        {
          #expect(html.contains(text), "\(text)")
        }

        // The maps that are written are what was evaluated.
        let list = try #require(
          try document(
            martlet(
              "predict", "data/val/images/0.png", "data/val/images/1.png", "--checkpoint", "run/model.safetensors",
              "--output", "maps", "--json", in: folder)
          ).arrayValue)
        #expect(list.compactMap { $0["map"]?.stringValue } == ["maps/0.png", "maps/1.png"])
        var right = 0
        for number in 0..<2 {
          let map = try IndexPicture.read("\(folder)/maps/\(number).png")
          let truth = try IndexPicture.read("\(folder)/data/val/labels/\(number).png")
          #expect((map.width, map.height) == (24, 16))
          right += zip(map.indices, truth.indices).count { $0 == $1 && $1 != 2 }
        }
        #expect((Double(right) / (2 * 23 * 16) - accuracy).magnitude < 1e-9)
      }
    }

    /// Maps go nowhere where one would replace its picture, not even through a link.
    @Test func mapsReplaceNoPicture() throws {
      try withTemporaryFolder { folder in
        try FileManager.default.createDirectory(atPath: folder + "/work", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: "work")
        for name in ["a", "b"] { try SampleFiles.writePicture(value: 90, to: "\(folder)/work/\(name).png") }
        var (generator, configuration) = (Generator(seed: 1), try ModelRegistry.entry(named: Self.model).defaults)
        (configuration.classes, configuration.inputSize) = (2, 32)
        try ModelCheckpoint.save(
          try ModelRegistry.make(configuration, using: &generator), to: folder + "/model.safetensors")
        let before = try ["a", "b"].map { try fileBytes("\(folder)/work/\($0).png") }
        func predict(_ pictures: [String], to output: String) throws -> MartletProcess.Outcome {
          try martlet(
            ["predict", "--checkpoint", "model.safetensors", "--output", output] + pictures, in: folder)
        }
        for (pictures, output) in [
          (["work/a.png", "work/b.png"], "work"), (["work/b.png"], "./work/"), (["link/a.png"], "work"),
          (["work/a.png"], "link"),
        ] {
          expectError(try predict(pictures, to: output), "would replace a picture", "--output")
        }
        expectSuccess(try predict(["work/a.png", "work/b.png"], to: "maps"))
        #expect(try ["a", "b"].map { try fileBytes("\(folder)/work/\($0).png") } == before)
        #expect(names(in: folder + "/maps") == ["a.png", "b.png"])
      }
    }

    @Test func scenesAdaptFromAClassifiersWeights() throws {
      try withTemporaryFolder { folder in
        try writeScenes(to: folder + "/data")
        var (generator, configuration) = (
          Generator(seed: 1), try ModelRegistry.entry(named: "mobilenetv2_100").defaults
        )
        configuration.classes = 5
        try ModelCheckpoint.save(
          try ModelRegistry.make(configuration, using: &generator), to: folder + "/classifier.safetensors")
        func adapt(_ model: String, _ options: String...) throws -> MartletProcess.Outcome {
          try martlet(
            [
              "adapt", "--model", model, "--weights", "classifier.safetensors", "--data", "data", "--input", "32",
              "--epochs", "1", "--batch-size", "2", "--json", "--quiet",
            ] + options, in: folder)
        }
        let result = try document(
          adapt(Self.model, "--output", "run", "--layers", "decode_head.conv_cat", "--method", "filter:2"))
        let replaced = try #require(result["replaced"]?.arrayValue).compactMap(\.stringValue)
        #expect(replaced.contains("decode_head.conv_seg.weight") && replaced.contains("decode_head.convs.0.bn.bias"))
        #expect(replaced.allSatisfy { $0.hasPrefix("decode_head.") })
        #expect(result["miou"]?.doubleValue != nil)
        for key in ["backward_flop", "saved_bytes"] {
          #expect(result["measured"]?[key]?.doubleValue ?? 0 > 0, "\(key)")
        }

        let evaluated = try document(
          martlet(
            "evaluate", "--checkpoint", "run/delta.safetensors", "--base", "classifier.safetensors", "--data", "data",
            "--json", in: folder))
        #expect(evaluated["miou"] == result["miou"])

        let exact = try document(
          adapt(Self.model, "--output", "exact", "--layers", "decode_head.conv_cat", "--method", "exact", "--plan-only")
        )
        for key in ["backward_flop", "saved_bytes"] {
          let (filtered, exact) = (result["measured"]?[key]?.doubleValue, exact["measured"]?[key]?.doubleValue)
          #expect(filtered ?? 1 < exact ?? 0, "\(key)")
        }

        let other = try adapt("fcn_r18b", "--output", "other")
        #expect(other.status == 1)
        for text in ["does not hold this model's weights", "backbone.layer1.0.conv1.weight", "conv_stem.weight"] {
          #expect(other.errors.contains(text), "\(text) is not in: \(other.errors.prefix(600))")
        }
      }
    }

    @Test func badScenesAndModels() throws {
      try withTemporaryFolder { folder in
        try writeScenes(to: folder + "/data", train: 1, validation: 1)
        try SampleFiles.writeModel(to: folder + "/model.safetensors", channels: 3)
        expectError(
          try martlet("evaluate", "--checkpoint", "model.safetensors", "--data", "data", in: folder), "quickstart",
          "a class for every pixel")
        try SampleFiles.writeData(to: folder + "/pictures")
        expectError(
          try martlet(
            "train", "--model", Self.model, "--data", "pictures", "--output", "run", "--input", "16", in: folder),
          "one class a picture", "label maps")
        try IndexPicture(width: 24, height: 16, indices: [UInt8](repeating: 9, count: 384))
          .writePNG(to: folder + "/data/train/labels/0.png")
        expectError(
          try martlet(
            "train", "--model", Self.model, "--data", "data", "--output", "run", "--batch-size", "1", "--quiet",
            in: folder),
          "train/labels/0.png", "row 0, column 0", "label 9", "0 to 1")
        expectError(
          try martlet(
            "predict", "data/val/images/0.png", "--checkpoint", "model.safetensors", "--output", "x", in: folder),
          "--output")
      }
    }
  }
}
