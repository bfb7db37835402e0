import Foundation
import Formats
import Reporting
import Testing
import Training

extension CommandSuite {
  /// Each piece of bad input ends with one clear line and leaves nothing half-written.
  @Suite struct BadInputTests {
    private func train(_ options: String..., data: String = "data", in folder: String) throws
      -> MartletProcess.Outcome
    {
      let outcome = try martlet(
        ["train", "--model", "quickstart", "--data", data, "--output", "run", "--epochs", "1", "--quiet"] + options,
        in: folder)
      #expect(!names(in: folder + "/run").contains { $0.hasSuffix("safetensors") || $0.hasSuffix(".tmp") })
      return outcome
    }

    @Test func badOptions() throws {
      try withTemporaryFolder { folder in
        try SampleFiles.writeData(to: folder + "/data")
        expectError(try train("--batch-size", "0", in: folder), "--batch-size is 0")
        expectError(try train("--batch-size=-4", in: folder), "--batch-size is -4")
        expectError(try train("--batch-size", "-4", in: folder), "--batch-size is -4")
        expectError(try train("--lr", "-.5", in: folder), "--lr is -0.5")
        expectError(try train("--lr", "0", in: folder), "--lr is 0")
        expectError(try train("--lr", "nan", in: folder), "--lr is nan")
        expectError(try train("--label-smoothing", "1", in: folder), "--label-smoothing")
        expectError(try train("--optimizer", "nesterov", "--momentum", "0", in: folder), "--momentum is 0", "nesterov")
        expectError(try train("--warm-up", "3", in: folder), "--warm-up")
        expectError(try train("--ema", "1", in: folder), "--ema")
        expectError(try train("--mixup", "inf", in: folder), "MixUp")
        expectError(try train("--batch-size", "abc", in: folder), "'abc'", "--batch-size <integer>")
        expectError(try train("--batch-size", "1.5", in: folder), "'1.5'", "--batch-size <integer>")
        expectError(try train("--momentum", "much", in: folder), "'much'", "--momentum <number>")
        expectError(try train("--lr", "fast", in: folder), "'fast'", "--lr <number|auto>")
        expectError(try train("--schedule", "sine", in: folder), "'sine'", "--schedule", "constant, linear, cosine")
        expectError(try train("--optimizer", "lion", in: folder), "'lion'", "--optimizer", "'adamw'")
        expectError(try train("--dtype", "f16", in: folder), "'f16'", "--dtype", "'bf16'")
        expectError(try train("--threads", "0", in: folder), "--threads is 0")
        expectError(try train("--seed", "abc", in: folder), "abc", "--seed")
        expectError(try train(data: "flowers", in: folder), "flowers", "fashion-mnist-mini")
        expectError(try train("--weights", "missing.safetensors", in: folder), "missing.safetensors")
        #expect(!FileManager.default.fileExists(atPath: folder + "/run"))
        expectError(
          try train("--weights", "missing.safetensors", "--output", "new/inner/run", in: folder), "missing.safetensors")
        #expect(!FileManager.default.fileExists(atPath: folder + "/new"))
        expectError(try train("--output", "", in: folder), "empty name", "--output")
        #expect(names(in: folder) == ["data"])
        expectError(
          try martlet("train", "--model", "alexnet", "--data", "data", "--output", "run", in: folder), "alexnet",
          "resnet18")
        expectError(
          try martlet("evaluate", "--checkpoint", "m", "--data", "data", "--batch-size", "0", in: folder),
          "--batch-size is 0")
      }
    }

    @Test func badValuesOfOtherVerbs() throws {
      try withTemporaryFolder { folder in
        try SampleFiles.writeData(to: folder + "/data")
        try SampleFiles.writeModel(to: folder + "/model.safetensors")
        func adapt(_ options: String...) throws -> MartletProcess.Outcome {
          try martlet(
            ["adapt", "--checkpoint", "model.safetensors", "--data", "data", "--output", "run", "--quiet"] + options,
            in: folder)
        }
        expectError(try adapt("--method", "nonsense"), "nonsense", "filter")
        expectError(try adapt("--compare", "exact,nonsense"), "nonsense", "filter")
        expectError(try adapt("--layers", "nothing"), "nothing")
        expectError(try adapt("--norms", "some"), "'some'", "'shifts'")
        expectError(try adapt("--memory", "64parsecs"), "'64parsecs'", "64MB")
        expectError(try adapt("--time-per-step=-1s"), "'-1s'", "200ms")
        expectError(try adapt("--flops", "many"), "'many'", "2G")
        expectError(try martlet("bench", "train-step", "--model", "resnet18", "--batch", "x", in: folder), "<integer>")
        expectError(
          try martlet(
            "export", "--checkpoint", "model.safetensors", "--format", "tflite", "--output", "m", in: folder),
          "'tflite'", "'onnx'", "'coreml'")
        #expect(!FileManager.default.fileExists(atPath: folder + "/run"))
      }
    }

    /// Numbers that no machine could do end before they are multiplied.
    @Test func hugeValues() throws {
      let huge = "9223372036854775807"
      try withTemporaryFolder { folder in
        try SampleFiles.writeData(to: folder + "/data")
        expectError(try train("--batch-size", huge, in: folder), "--batch-size is \(huge)")
        expectError(try train("--input", huge, in: folder), "quickstart", huge)
        expectError(try train("--threads", "100000", in: folder), "--threads is 100000", "at most 1024")
      }
      for options in [
        ["bench", "train-step", "--model", "resnet18", "--batch", huge],
        ["bench", "train-step", "--model", "resnet18", "--input", huge],
        ["bench", "adapt-step", "--model", "resnet18", "--steps", huge, "--warmup", huge],
        ["bench", "conv-backward", "--kernel", huge], ["bench", "conv-backward", "--stride", huge],
        ["bench", "conv-backward", "--in", "9000000", "--out", "9000000"],
        ["profile", "--model", "vit_tiny_patch16_224", "--batch", huge],
        ["export", "--model", "resnet18", "--input", huge, "--format", "onnx", "--output", "never.onnx"],
      ] {
        expectError(try martlet(options))
      }
    }

    @Test func tooLittleMemory() throws {
      expectError(
        try martlet("bench", "train-step", "--model", "resnet18", "--batch", "1000000"), "out of memory",
        "smaller batch")
    }

    @Test func badData() throws {
      try withTemporaryFolder { folder in
        try SampleFiles.writeData(to: folder + "/labels", badLabel: 7)
        expectError(try train(data: "labels", in: folder), "labels.npy", "label 7")
        try SampleFiles.writeData(to: folder + "/negative", badLabel: -1)
        expectError(try train(data: "negative", in: folder), "labels.npy", "label -1")
        try SampleFiles.writeData(to: folder + "/short")
        let path = folder + "/short/train_images.npy"
        try AtomicFile.write(Array(fileBytes(path).dropLast(1)), to: path)
        expectError(try train(data: "short", in: folder), "train_images.npy")
        try FileManager.default.createDirectory(atPath: folder + "/nothing", withIntermediateDirectories: true)
        expectError(try train(data: "nothing", in: folder), "nothing", "train/CLASS")
      }
    }

    /// The header of a PNG file of 100,000×100,000 pixels.
    private static let hugePicture: [UInt8] = [
      0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00, 0x00, 0x0D, 0x49, 0x48, 0x44, 0x52,
      0x00, 0x01, 0x86, 0xA0, 0x00, 0x01, 0x86, 0xA0, 0x08, 0x02, 0x00, 0x00, 0x00, 0x27, 0x30, 0x9C,
      0x9F,
    ]

    @Test func badPictures() throws {
      try withTemporaryFolder { folder in
        try SampleFiles.writePictures(to: folder + "/pictures/train", count: 4)
        try SampleFiles.writePictures(to: folder + "/pictures/val")
        let bad = folder + "/pictures/val/dark/bad.png"
        let good = try fileBytes(folder + "/pictures/val/dark/0.png")
        let jpeg: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0, 0xFF, 0xFF, 0x4A, 0x46]
        for bytes in [[], [1, 2, 3], Array(good.prefix(good.count / 2)), jpeg, Self.hugePicture] {
          try AtomicFile.write(bytes, to: bad)
          let options = ["--input", "8", "--batch-size", "4", "--no-augment"]
          let outcome = try martlet(
            ["train", "--model", "quickstart", "--data", "pictures", "--output", "run", "--epochs", "1", "--quiet"]
              + options, in: folder)
          expectError(outcome, "bad.png")
          #expect(!names(in: folder + "/run").contains { $0.hasSuffix(".tmp") })
          try FileManager.default.removeItem(atPath: folder + "/run")
        }
        try FileManager.default.removeItem(atPath: bad)
        try FileManager.default.createDirectory(
          atPath: folder + "/pictures/train/empty", withIntermediateDirectories: true)
        expectError(try train(data: "pictures", in: folder), "train/empty", "no .jpg")
      }
    }

    @Test func badCheckpoints() throws {
      try withTemporaryFolder { folder in
        try SampleFiles.writeData(to: folder + "/data")
        try SampleFiles.writeModel(to: folder + "/model.safetensors")
        func evaluate(_ checkpoint: String) throws -> MartletProcess.Outcome {
          try martlet("evaluate", "--checkpoint", checkpoint, "--data", "data", "--quiet", in: folder)
        }
        expectSuccess(try evaluate("model.safetensors"))
        let bytes = try fileBytes(folder + "/model.safetensors")
        let header = String(decoding: bytes.dropFirst(8).prefix(Int(bytes[0]) + Int(bytes[1]) << 8), as: UTF8.self)
        func changed(_ old: String, _ new: String) -> [UInt8] {
          let text = Array(header.replacing(old, with: new, maxReplacements: 1).utf8)
          return [UInt8(text.count & 255), UInt8(text.count >> 8), 0, 0, 0, 0, 0, 0] + text
            + bytes.dropFirst(8 + header.utf8.count)
        }
        let damaged = [
          [], Array(bytes.prefix(5)), Array(bytes.prefix(60)), Array(bytes.dropLast(1)),
          Array(repeating: 0xFF, count: 8) + bytes.dropFirst(8),
          changed("\"bn2.bias\"", "\"bn1.bias\""), changed("\"F32\"", "\"F64\""), changed("[0,", "[4,"),
          changed("\\\"architecture\\\"", "\\\"arch\\\""), changed("[3,128]", "[128,3]"),
        ]
        for (index, bytes) in damaged.enumerated() {
          try AtomicFile.write(bytes, to: folder + "/damaged.safetensors")
          let outcome = try evaluate("damaged.safetensors")
          #expect(outcome.status == 1 && outcome.output.isEmpty, "case \(index): \(outcome.errors)")
          #expect(outcome.errors.contains("damaged.safetensors"), "case \(index): \(outcome.errors)")
        }
        expectError(try evaluate("missing.safetensors"), "missing.safetensors")
        expectError(try evaluate("data"), "data")
      }
    }

    @Test func weightsOfAnotherModelAreListed() throws {
      try withTemporaryFolder { folder in
        try SampleFiles.writeModel(to: folder + "/model.safetensors")
        let outcome = try martlet(
          "evaluate", "--model", "cifar_resnet20", "--weights", "model.safetensors", "--data", "fashion-mnist-mini",
          in: folder)
        #expect(outcome.status == 1)
        #expect(outcome.output.isEmpty)
        for text in [
          "model.safetensors", "missing", "layer1.0.conv1.weight", "unexpected", "bn3.running_var", "does not fit",
          "conv1.weight is float32 [32, 1, 3, 3], the model has float32 [16, 3, 3, 3]",
        ] {
          #expect(outcome.errors.contains(text), "\(text)")
        }
      }
    }

    @Test func otherClassesAreRefused() throws {
      try withTemporaryFolder { folder in
        let model = try SampleFiles.writeModel(to: folder + "/model.safetensors")
        try ModelCheckpoint.save(model, to: folder + "/nameless.safetensors")
        func evaluate(_ checkpoint: String) throws -> MartletProcess.Outcome {
          try martlet(
            "evaluate", "--checkpoint", checkpoint, "--data", "fashion-mnist-mini", "--quiet", in: folder)
        }
        expectError(try evaluate("model.safetensors"), "\"T-shirt/top\"", "dark, medium, bright")
        expectError(try evaluate("nameless.safetensors"), "10 classes", "3")
      }
    }

    /// One picture leaves the norms behind the last map nothing to measure, whatever the size of the batch.
    @Test func tooFewPicturesAreRefused() throws {
      try withTemporaryFolder { folder in
        try SampleFiles.writePictures(to: folder + "/data/train", classes: ["a"], count: 1)
        try SampleFiles.writePictures(to: folder + "/data/val", classes: ["a"], count: 1)
        expectError(
          try martlet(
            "train", "--model", "resnet18", "--data", "data", "--input", "32", "--output", "run", "--epochs", "1",
            in: folder), "batch of 1", "as many pictures")
        #expect(!FileManager.default.fileExists(atPath: folder + "/run"))
      }
    }

    @Test func aFullDiskLeavesNothing() throws {
      try withTemporaryFolder { folder in
        try SampleFiles.writeData(to: folder + "/data")
        expectError(
          try martlet(
            "train", "--model", "quickstart", "--data", "data", "--output", "run", "--epochs", "1", "--quiet",
            in: folder, fileLimit: 10),
          ".safetensors", "free some space")
        #expect(!names(in: folder + "/run").contains { $0.hasSuffix("safetensors") || $0.hasSuffix(".tmp") })
      }
    }

    /// Results that did not reach the file they were sent to are no success.
    @Test(arguments: [["models", "--json"], ["models"], ["train", "--help"]])
    func aFullDiskUnderStandardOutput(_ command: [String]) throws {
      let outcome = try martlet(command, fileLimit: 1)
      #expect(outcome.status == 1)
      #expect(outcome.errors.hasPrefix("Error: standard output could not be written") && outcome.errorLines.count == 1)
      expectSuccess(try martlet(command))
    }

    @Test func aFullDiskKeepsTheOldFile() throws {
      try withTemporaryFolder { folder in
        try SampleFiles.writeModel(to: folder + "/model.safetensors")
        let images = try StoredArray([Float](repeating: 0, count: 300 * 64), shape: [300, 1, 8, 8])
        try NpyFile.write(images, to: folder + "/in.npy")
        try AtomicFile.write([1, 2, 3], to: folder + "/out.npy")
        expectError(
          try martlet(
            "predict", "--checkpoint", "model.safetensors", "--input", "in.npy", "--output", "out.npy", in: folder,
            fileLimit: 1),
          "out.npy", "free some space")
        #expect(try fileBytes(folder + "/out.npy") == [1, 2, 3])
        #expect(names(in: folder) == ["in.npy", "model.safetensors", "out.npy"])
      }
    }

    @Test func aFolderThatCannotBeMade() throws {
      try withTemporaryFolder { folder in
        try SampleFiles.writeData(to: folder + "/data")
        try AtomicFile.write([1], to: folder + "/run")
        expectError(try train(in: folder), "run")
        #expect(try fileBytes(folder + "/run") == [1])
      }
    }

    @Test func anExplodingRunStopsWithItsPlace() throws {
      try withTemporaryFolder { folder in
        try SampleFiles.writeData(to: folder + "/data")
        let outcome = try martlet(
          "train", "--model", "quickstart", "--data", "data", "--output", "run", "--epochs", "2", "--lr", "1e38",
          "--schedule", "constant", "--quiet", in: folder)
        expectError(outcome, "at step 2 (epoch 1)", "first in the result of", " in ")
      }
    }
  }
}
