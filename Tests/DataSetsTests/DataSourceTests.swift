import Foundation
import Formats
import Tensor
import Testing

@testable import DataSets

@Suite struct DataSourceTests {
  private func idx(_ values: [UInt8], _ shape: [Int]) -> [UInt8] {
    [0, 0, 8, UInt8(shape.count)] + shape.flatMap { [0, 0, 0, UInt8($0)] } + values
  }

  @Test func embeddedSetIsBalanced() throws {
    let splits = try DataSource.open("fashion-mnist-mini")
    let train = try splits.requireTrain()
    #expect((train.count, splits.validation.count) == (5000, 1000))
    for (set, perClass) in [(train, 500), (splits.validation, 100)] {
      let labels = set.labels
      #expect((0..<10).allSatisfy { label in labels.count { $0 == label } == perClass })
    }
    #expect(splits.classNames[9] == "Ankle boot")
    #expect(splits.imageSize == ImageSize(height: 28, width: 28, channels: 1))
    #expect(try train.example(at: 0).label == 9)
    let measured = try Normalization.measured(on: train)
    #expect(abs(measured.mean[0] - splits.normalization.mean[0]) < 0.01)
    #expect(abs(measured.deviation[0] - splits.normalization.deviation[0]) < 0.01)
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/usr/share/datasets/fashion-mnist")))
  func embeddedSetIsTheStartOfTheFullSet() throws {
    let mini = try DataSource.open("fashion-mnist-mini")
    let full = try DataSource.open("fashion-mnist")
    #expect((try full.requireTrain().count, full.validation.count) == (60_000, 10_000))
    for (part, whole) in [
      (mini.validation, full.validation), (try mini.requireTrain(), try full.requireTrain()),
    ] {
      for index in 0..<50 { #expect(try part.example(at: index) == whole.example(at: index)) }
    }
  }

  @Test func unknownNamesListTheKnownOnes() {
    expectError("'fashion-mist'", "fashion-mnist-mini, fashion-mnist, mnist, cifar10, cifar100") {
      _ = try DataSource.open("fashion-mist")
    }
  }

  @Test func missingSetsSayHowToGetThem() throws {
    try withTemporaryFolder { root in
      expectError(root, "cifar-10-binary.tar.gz") { _ = try DataSource.open("cifar10", root: root) }
      let entry = try #require(DataSource.catalogue(root: root).first { $0.name == "cifar10" })
      #expect(entry.location == nil)
      #expect(entry.advice?.contains("cifar-10-binary") == true)
    }
  }

  @Test func idxFilesAreFoundUnderTheRoot() throws {
    try withTemporaryFolder { root in
      let folder = "\(root)/MNIST/raw"
      try write(idx([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2]), to: "\(folder)/train-images-idx3-ubyte")
      try write(idx([3, 9], [2]), to: "\(folder)/train-labels-idx1-ubyte")
      try write(idx([9, 9, 9, 9], [1, 2, 2]), to: "\(folder)/t10k-images.idx3-ubyte")
      try write(idx([0], [1]), to: "\(folder)/t10k-labels.idx1-ubyte")
      let splits = try DataSource.open("mnist", root: root)
      #expect(try splits.requireTrain().labels == [3, 9])
      #expect(try splits.validation.example(at: 0).image.pixels == [9, 9, 9, 9])
      #expect(splits.normalization == .mnist)
      #expect(splits.kind == .small(flips: false))
      let entry = try #require(DataSource.catalogue(root: root).first { $0.name == "mnist" })
      #expect(entry.location == folder)
      #expect(try DataSource.open(folder).normalization == .mnist)
      try write(idx([3, 12], [2]), to: "\(folder)/train-labels-idx1-ubyte")
      expectError("train-labels-idx1-ubyte", "record 1", "label 12") {
        _ = try DataSource.open("mnist", root: root)
      }
    }
  }

  @Test func imagesWithoutLabelsAreNamed() throws {
    try withTemporaryFolder { root in
      try write(idx([1], [1, 1, 1]), to: "\(root)/mnist/train-images-idx3-ubyte")
      expectError("train-labels-idx1-ubyte.gz is missing") { _ = try DataSource.open("\(root)/mnist") }
      expectError("train-labels-idx1-ubyte.gz is missing") { _ = try DataSource.open("mnist", root: root) }
      let entry = try #require(DataSource.catalogue(root: root).first { $0.name == "mnist" })
      #expect(entry.location == nil)
      #expect(entry.advice?.contains("train-labels-idx1-ubyte.gz is missing") == true)
    }
  }

  @Test func publishedCIFARNamesAreRead() throws {
    try withTemporaryFolder { root in
      func records(_ labels: [[UInt8]]) -> [UInt8] {
        labels.flatMap { $0 + [UInt8](repeating: 5, count: 3072) }
      }
      let ten = "\(root)/cifar-10-batches-bin"
      for index in 1...2 { try write(records([[UInt8(index)], [7]]), to: "\(ten)/data_batch_\(index).bin") }
      try write(records([[9]]), to: "\(ten)/test_batch.bin")
      let splits = try DataSource.open("cifar10", root: root)
      #expect(try splits.requireTrain().labels == [1, 7, 2, 7])
      #expect(splits.validation.labels == [9])
      #expect(splits.classNames[9] == "truck")
      #expect(splits.normalization == .cifar10)

      let hundred = "\(root)/cifar-100-binary"
      try write(records([[3, 99], [19, 0]]), to: "\(hundred)/train.bin")
      try write(records([[3, 42]]), to: "\(hundred)/test.bin")
      let fine = try DataSource.open("cifar100", root: root)
      #expect(try fine.requireTrain().labels == [99, 0])
      #expect(fine.validation.labels == [42])
      try write(records([[3, 99], [20, 0]]), to: "\(hundred)/train.bin")
      expectError("train.bin", "superclass 20", "record 1") {
        _ = try DataSource.open("cifar100", root: root)
      }
    }
  }

  @Test func numpyPairsAreRead() throws {
    try withTemporaryFolder { folder in
      let images = try StoredArray((0..<40).map { UInt8($0) }, shape: [10, 2, 2, 1])
      let labels = try StoredArray((0..<10).map { Int64($0 % 2) })
      try NpyFile.write(images, to: "\(folder)/train_images.npy")
      try NpyFile.write(labels, to: "\(folder)/train_labels.npy")
      let splits = try DataSource.open(folder)
      #expect((try splits.requireTrain().count, splits.validation.count) == (8, 2))
      #expect(splits.classNames == ["0", "1"])
      #expect(abs(splits.normalization.mean[0] - 19.5 / 255) < 1e-6)
    }
  }

  /// A damaged label makes no class name for every number below it; errors name the file.
  @Test func labelsThatAreNoClassesAreRefused() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/train_labels.npy"
      try NpyFile.write(
        StoredArray([UInt8](repeating: 0, count: 16), shape: [4, 2, 2]), to: "\(folder)/train_images.npy")
      for label in [65_536, 1 << 62, Int64.max, -1] {
        try NpyFile.write(StoredArray([0, 1, label, 0]), to: path)
        expectError(path, "record 2", "label \(label)", "0 to 65535") { _ = try DataSource.open(folder) }
      }
      try NpyFile.write(StoredArray([Float(0), 1, 0, 1]), to: path)
      expectError(path, "float32") { _ = try DataSource.open(folder) }
    }
    try withTemporaryFolder { folder in
      let path = "\(folder)/train-labels-idx1-ubyte"
      try write(idx([0, 0], [2, 1, 1]), to: "\(folder)/train-images-idx3-ubyte")
      try write([0, 0, 12, 1, 0, 0, 0, 2, 0, 0, 0, 1, 0x7F, 0xFF, 0xFF, 0xFF], to: path)
      expectError(path, "record 1", "label 2147483647", "0 to 65535") { _ = try DataSource.open(folder) }
    }
  }

  @Test func picturesWithoutSplitsAreHeldOut() throws {
    try withTemporaryFolder { folder in
      for index in 0..<10 {
        try writePicture(height: 3, width: 3, to: "\(folder)/a/\(index).png")
        try writePicture(height: 3, width: 3, to: "\(folder)/b/\(index).png")
      }
      let splits = try DataSource.open(folder)
      #expect((try splits.requireTrain().count, splits.validation.count) == (16, 4))
      #expect(splits.kind == .photographs)
    }
  }

  /// Without a file of names classes are called by their indices; squares of one size count as cropped.
  @Test func picturesNamedByTheirClass() throws {
    try withTemporaryFolder { folder in
      try writePicture(height: 8, width: 8, to: "\(folder)/0003_x.png")
      try writePicture(height: 8, width: 8, to: "\(folder)/1_y.png")
      let splits = try DataSource.open(folder)
      #expect(splits.classNames == ["0", "1", "2", "3"])
      #expect(splits.validation.labels == [3, 1])
      #expect(splits.kind == .croppedPhotographs)
      try writePicture(height: 8, width: 9, to: "\(folder)/2_z.png")
      #expect(try DataSource.open(folder).kind == .photographs)
      try writePicture(height: 8, width: 9, to: "\(folder)/z.png")
      expectError("z.png", "underscore") { _ = try DataSource.open(folder) }
    }
    try withTemporaryFolder { folder in
      try writePicture(height: 8, width: 8, to: "\(folder)/65536_x.png")
      expectError("65536_x.png", "0 to 65535") { _ = try DataSource.open(folder) }
    }
  }

  @Test func croppedPhotographsAreNotCroppedAgain() throws {
    func evaluated(_ kind: DataSplits.Kind, crop: Float = 0.5) throws -> Image {
      let image = try Image(height: 4, width: 4, channels: 1, pixels: (0..<16).map { UInt8($0) })
      let set = try ArrayDataSet(
        name: "a", classNames: ["a"], images: StoredArray(image.pixels, shape: [1, 4, 4, 1]), labels: [0])
      let splits = try DataSplits(
        name: "a", train: nil, validation: set, normalization: .unit(channels: 1), imageSize: set.imageSize, kind: kind)
      var generator = Generator(seed: 1)
      return try TransformPipeline.evaluation(for: splits, size: 2, crop: crop).apply(to: image, using: &generator)
    }
    #expect(try evaluated(.photographs).pixels == [5, 6, 9, 10])
    #expect(try evaluated(.croppedPhotographs) == evaluated(.photographs, crop: 1))
    #expect(try evaluated(.croppedPhotographs).pixels != [5, 6, 9, 10])
    expectError("crop", "0.0") { _ = try evaluated(.photographs, crop: 0) }
    expectError("crop", "1.5") { _ = try evaluated(.photographs, crop: 1.5) }
  }

  @Test func foldersWithoutDataSayWhatIsExpected() throws {
    try withTemporaryFolder { folder in
      expectError(folder, "train/CLASS") { _ = try DataSource.open(folder) }
      try write([1], to: "\(folder)/file")
      expectError("expected a folder") { _ = try DataSource.open("\(folder)/file") }
    }
  }

  @Test func presetsGiveTheSizeOfTheModel() throws {
    let splits = try DataSource.open("fashion-mnist-mini")
    let image = try splits.validation.example(at: 0).image
    var generator = Generator(seed: 1)
    let small = try TransformPipeline.training(for: splits).apply(to: image, using: &generator)
    #expect(small.size == splits.imageSize)
    #expect(try TransformPipeline.evaluation(for: splits).apply(to: image, using: &generator) == image)
    let large = try TransformPipeline.evaluation(for: splits, size: 32).apply(to: image, using: &generator)
    #expect(large.size == ImageSize(height: 32, width: 32, channels: 1))
  }
}
