import Formats
import Tensor
import Testing

@testable import DataSets

/// Pictures with a class for every pixel.
@Suite struct SceneTests {
  private func map(_ rows: [[UInt8]]) throws -> LabelMap {
    try LabelMap(height: rows.count, width: rows[0].count, classes: rows.flatMap(\.self))
  }

  /// A picture whose only channel is its label map, so that both must move alike.
  private func twin(_ map: LabelMap) throws -> Example {
    Example(image: try Image(height: map.height, width: map.width, channels: 1, pixels: map.classes), map: map)
  }

  @Test func mapsTakeTheNearestClass() throws {
    let small = try map([[0, 1], [2, 255]])
    #expect(
      try small.resized(height: 4, width: 4)
        == map([[0, 0, 1, 1], [0, 0, 1, 1], [2, 2, 255, 255], [2, 2, 255, 255]]))
    let large = try map([[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11]])
    #expect(try large.resized(height: 1, width: 3) == map([[7, 9, 11]]))
  }

  @Test func classesOfPixelsAreFoundByName() throws {
    let images = try StoredArray([UInt8](repeating: 9, count: 4), shape: [1, 2, 2])
    let maps = try StoredArray([0, 1, 255, 2] as [UInt8], shape: [1, 2, 2])
    try withTemporaryFolder { folder in
      try write(Array("sky\nground\nvoid".utf8), to: "\(folder)/classes.txt")
      let scenes = try ArrayScenes(
        name: "scenes", classes: SceneClasses(namesFile: "\(folder)/classes.txt"), images: ("images", images),
        maps: ("maps", maps))
      let splits = try DataSplits(
        name: "scenes", train: nil, validation: scenes, normalization: .unit(channels: 1),
        imageSize: ImageSize(height: 2, width: 2, channels: 1), kind: .scenes)
      let found = try splits.relabelled(["ground", "sea", "sky"]).validation
      #expect(try found.example(at: 0).map?.classes == [2, 0, 255, 255])
      #expect(found.labels == [0])
      expectError("\"sky\"", "ground, sea") { _ = try splits.relabelled(["ground", "sea"]) }
      expectError("300 classes") { _ = try splits.relabelled(["ground", "sky"] + (2..<300).map { "\($0)" }) }
    }
  }

  @Test func picturesAndMapsFlipTogether() throws {
    var generator = Generator(seed: 3)
    let example = try twin(map([[0, 1, 2], [3, 4, 255]]))
    let flipped = try RandomHorizontalFlip(probability: 1).apply(to: example, using: &generator)
    #expect(flipped.map?.classes == [2, 1, 0, 255, 4, 3])
    #expect(flipped.image.pixels == [2, 1, 0, 255, 4, 3])
    #expect(try RandomHorizontalFlip(probability: 0).apply(to: example, using: &generator) == example)
  }

  @Test func aFittedSceneIsPaddedWithWhatDoesNotCount() throws {
    var generator = Generator(seed: 3)
    let example = try twin(map([[1, 2, 3, 4], [5, 6, 7, 8]]))
    let fitted = try FitSquare(4).apply(to: example, using: &generator)
    let ignored = [UInt8](repeating: 255, count: 8)
    #expect(fitted.map?.classes == [1, 2, 3, 4, 5, 6, 7, 8] + ignored)
    #expect(fitted.image.pixels == [1, 2, 3, 4, 5, 6, 7, 8] + [UInt8](repeating: 128, count: 8))
    #expect(try FitSquare(8).extent(ofHeight: 90, width: 120) == (6, 8))
    let large = try FitSquare(8).apply(to: example, using: &generator)
    #expect(large.map?.classes.prefix(16) == [1, 1, 2, 2, 3, 3, 4, 4, 1, 1, 2, 2, 3, 3, 4, 4])
    expectError("FitSquare", "0×0") { _ = try FitSquare(0) }
  }

  /// Areas of one class and brightness stay together through every scale and crop.
  @Test func scaledCropsMoveBothAlike() throws {
    let rows = (0..<20).map { row in (0..<30).map { column in UInt8(row < 10 ? (column < 15 ? 0 : 1) : 2) } }
    let classes = try map(rows)
    let image = try Image(height: 20, width: 30, channels: 1, pixels: classes.classes.map { $0 * 100 })
    let crop = try RandomScaleCrop(24)
    var generator = Generator(seed: 8)
    var (padded, enlarged) = (false, false)
    for _ in 0..<60 {
      let result = try crop.apply(to: Example(image: image, map: classes), using: &generator)
      let map = try #require(result.map)
      #expect((map.height, map.width, result.image.height, result.image.width) == (24, 24, 24, 24))
      for (label, value) in zip(map.classes, result.image.pixels) {
        // A filtered border lies between its sides.
        if label == 255 { #expect(value == 128) } else { #expect((Int(value) - 100 * Int(label)).magnitude <= 110) }
      }
      padded = padded || map.classes.contains(255)
      enlarged = enlarged || !map.classes.contains(255)
    }
    #expect(padded && enlarged)
    expectError("scale") { _ = try RandomScaleCrop(8, scale: 0...1) }
    expectError("65536") { _ = try RandomScaleCrop(40_000) }
  }

  @Test func transformsThatWouldLoseThePixelsAreRefused() throws {
    var generator = Generator(seed: 3)
    let example = try twin(map([[0, 1], [2, 3]]))
    expectError("CenterCrop", "FitSquare") { _ = try CenterCrop(1).apply(to: example, using: &generator) }
    let jitter = try ColorJitter(brightness: 0.5).apply(to: example, using: &generator)
    #expect(jitter.map == example.map)
    let plain = Example(image: example.image, label: 1)
    #expect(try CenterCrop(1).apply(to: plain, using: &generator).image.size.height == 1)
  }

  /// Pictures `train/images` and maps `train/labels` of 4×3, in which pixel i of picture n has the class (i + n) mod 3.
  private func writeFolder(_ folder: String, maps: String = "labels", ignoringFirst: Bool = true) throws {
    for (part, count) in [("train", 3), ("val", 2)] {
      for number in 0..<count {
        try writePicture(height: 4, width: 3, value: UInt8(number), to: "\(folder)/\(part)/images/\(number).png")
        var classes = (0..<12).map { UInt8(($0 + number) % 3) }
        if ignoringFirst { classes[0] = 255 }
        try write([], to: "\(folder)/\(part)/\(maps)/.hidden")
        try IndexPicture(width: 3, height: 4, indices: classes).writePNG(to: "\(folder)/\(part)/\(maps)/\(number).png")
      }
    }
  }

  @Test(arguments: SceneFolder.mapFolders) func aFolderIsRecognised(_ maps: String) throws {
    try withTemporaryFolder { folder in
      try writeFolder(folder, maps: maps)
      let splits = try DataSource.open(folder)
      #expect(splits.hasLabelMaps)
      #expect(splits.classNames == ["0", "1", "2"])
      #expect((try splits.requireTrain().count, splits.validation.count) == (3, 2))
      #expect(splits.imageSize == ImageSize(height: 4, width: 4, channels: 3))
      let example = try splits.requireTrain().example(at: 1)
      #expect(example.image.pixels[0] == 1)
      #expect(example.map?.classes == [255, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0])
      #expect(splits.normalization == .imageNet)
    }
  }

  @Test func classesHaveNamesAndMayEndWithVoid() throws {
    try withTemporaryFolder { folder in
      try writeFolder(folder)
      try write(Array("road\ncar\ntree\nsky".utf8), to: "\(folder)/classes.txt")
      #expect(try DataSource.open(folder).classNames == ["road", "car", "tree", "sky"])
      try write(Array("0\troad\n1\tcar\n2\tvoid\n".utf8), to: "\(folder)/classes.txt")
      let splits = try DataSource.open(folder)
      #expect(splits.classNames == ["road", "car"])
      #expect(try splits.requireTrain().example(at: 1).map?.classes.prefix(4) == [255, 255, 0, 1])
      try write(Array("road\ncar\n".utf8), to: "\(folder)/classes.txt")
      expectError("val/labels/0.png", "row 0, column 2", "label 2", "0 to 1") {
        _ = try DataSource.open(folder)
      }
      try write(Array("void\n".utf8), to: "\(folder)/classes.txt")
      expectError("classes.txt", "0 classes") { _ = try DataSource.open(folder) }
    }
  }

  @Test func brokenFoldersAreNamed() throws {
    try withTemporaryFolder { folder in
      try writeFolder(folder)
      try writePicture(height: 4, width: 3, to: "\(folder)/val/images/extra.jpg")
      expectError("val/images/extra.jpg", "val/labels/extra.png") { _ = try DataSource.open(folder) }
      try writePicture(height: 4, width: 3, to: "\(folder)/val/labels/extra.png")
      expectError("extra.png", "palette") { _ = try DataSource.open(folder) }
      try IndexPicture(width: 4, height: 3, indices: [UInt8](repeating: 1, count: 12))
        .writePNG(to: "\(folder)/val/labels/extra.png")
      let splits = try DataSource.open(folder)
      expectError("extra.png", "3×4", "4×3") { _ = try splits.validation.example(at: 2) }
    }
  }

  @Test func withoutAValidationFolderSomeAreHeldOut() throws {
    try withTemporaryFolder { folder in
      for number in 0..<5 {
        try writePicture(height: 2, width: 2, to: "\(folder)/images/\(number).png")
        try write([], to: "\(folder)/labels/.hidden")
        try IndexPicture(width: 2, height: 2, indices: [0, 1, 1, 0]).writePNG(to: "\(folder)/labels/\(number).png")
      }
      let splits = try DataSource.open(folder)
      #expect((try splits.requireTrain().count, splits.validation.count) == (4, 1))
    }
  }

  /// Channels first, as in the raw form of CamVid.
  private func writeArrays(_ folder: String, labels: [UInt8] = [0, 1, 2, 1, 0, 255, 2, 2]) throws {
    for part in ["train", "test"] {
      try NpyFile.write(
        StoredArray((0..<24).map { UInt8($0) }, shape: [2, 3, 2, 2]), to: "\(folder)/\(part)_images_u8.npy")
      try NpyFile.write(StoredArray(labels, shape: [2, 2, 2]), to: "\(folder)/\(part)_labels_u8.npy")
    }
  }

  @Test func arraysWithChannelsFirst() throws {
    try withTemporaryFolder { folder in
      try writeArrays(folder)
      let splits = try DataSource.open(folder)
      #expect(splits.hasLabelMaps && splits.classNames == ["0", "1", "2"])
      let example = try splits.validation.example(at: 1)
      #expect(example.image.pixels == [12, 16, 20, 13, 17, 21, 14, 18, 22, 15, 19, 23])
      #expect(example.map?.classes == [0, 255, 2, 2])
      try write(Array("a\nb\nvoid\n".utf8), to: "\(folder)/classes.txt")
      #expect(try DataSource.open(folder).validation.example(at: 1).map?.classes == [0, 255, 255, 255])
      try write(Array("a\nb\n".utf8), to: "\(folder)/classes.txt")
      expectError("train_labels_u8.npy, map 0", "row 1, column 0", "label 2") { _ = try DataSource.open(folder) }
    }
  }

  @Test func arraysThatDoNotFitAreNamed() throws {
    try withTemporaryFolder { folder in
      try writeArrays(folder)
      try NpyFile.write(
        StoredArray([UInt8](repeating: 0, count: 16), shape: [2, 2, 2, 2]), to: "\(folder)/test_images_u8.npy")
      expectError("test_images_u8.npy", "[2, 2, 2, 2]", "[2, 2, 2]") { _ = try DataSource.open(folder) }
      try writeArrays(folder)
      try NpyFile.write(
        StoredArray([Int64](repeating: 0, count: 8), shape: [2, 2, 2]), to: "\(folder)/test_labels_u8.npy")
      expectError("test_labels_u8.npy", "int64") { _ = try DataSource.open(folder) }
    }
  }

  @Test func batchesHoldAClassForEveryPixel() throws {
    try withTemporaryFolder { folder in
      try writeFolder(folder)
      let splits = try DataSource.open(folder)
      let loader = try DataLoader(
        splits.validation, transforms: .evaluation(for: splits), batchSize: 2, normalization: .imageNet)
      let batch = try #require(try loader.batches(epoch: 0).next())
      #expect(batch.images.shape == [2, 4, 4, 3])
      #expect(batch.labels.shape == [2, 4, 4])
      #expect(batch.count == 2)
      #expect(batch.labels.array(of: Int64.self).prefix(8) == [255, 1, 2, 255, 0, 1, 2, 255])
      let training = try DataLoader(
        splits.requireTrain(), transforms: .training(for: splits, size: 4), batchSize: 3, shuffles: true, seed: 4,
        normalization: .imageNet)
      #expect(try bits(training.batches(epoch: 1)) == bits(training.batches(epoch: 1)))
      #expect(try bits(training.batches(epoch: 1)) != bits(training.batches(epoch: 2)))
      let mixed = try DataLoader(
        splits.validation, transforms: .evaluation(for: splits), batchTransforms: [MixUp()], batchSize: 2,
        normalization: .imageNet)
      expectError("label maps", "mixup") { _ = try mixed.batches(epoch: 0).next() }
    }
  }

  @Test(.enabled(if: sharedDataExists("camvid-120x90"))) func camVid() throws {
    let splits = try DataSource.open("\(sharedData)/camvid-120x90")
    #expect((try splits.requireTrain().count, splits.validation.count) == (160, 60))
    #expect(splits.classNames.count == 11 && splits.classNames.last == "bicyclist")
    #expect(splits.imageSize == ImageSize(height: 120, width: 120, channels: 3))
    var counts = [Int](repeating: 0, count: 256)
    for index in 0..<60 {
      for label in try #require(splits.validation.example(at: index).map).classes { counts[Int(label)] += 1 }
    }
    #expect(Array(counts[..<12]) == [111500, 159458, 7730, 166438, 60043, 72648, 6893, 7561, 25613, 3535, 1864, 0])
    #expect(counts[255] == 24717)
  }
}
