import Formats
import Testing

@testable import DataSets

@Suite struct DataSetTests {
  @Test func arraysAreCutInPictures() throws {
    let images = try StoredArray((0..<12).map { UInt8($0) }, shape: [3, 2, 2])
    let set = try ArrayDataSet(name: "tiny", classNames: ["a", "b"], images: images, labels: [1, 0, 1])
    #expect(set.count == 3)
    let example = try set.example(at: 1)
    #expect(example.label == 0)
    #expect(example.image.size == ImageSize(height: 2, width: 2, channels: 1))
    #expect(example.image.pixels == [4, 5, 6, 7])
    #expect(set.labels == [1, 0, 1])
  }

  @Test func arraysThatDoNotMatchAreErrors() throws {
    let images = try StoredArray((0..<12).map { UInt8($0) }, shape: [3, 2, 2])
    func make(_ images: StoredArray, _ labels: [Int]) throws {
      _ = try ArrayDataSet(name: "tiny", classNames: ["a", "b"], images: images, labels: labels)
    }
    expectError("3 images", "2 labels") { try make(images, [1, 0]) }
    expectError("record 2", "label 2", "0 to 1") { try make(images, [1, 0, 2]) }
    expectError("record 0", "label -1") { try make(images, [-1, 0, 1]) }
    expectError("float32") {
      try make(try StoredArray([Float](repeating: 0, count: 12), shape: [3, 2, 2]), [0, 0, 0])
    }
    expectError("[12]") {
      try make(try StoredArray((0..<12).map { UInt8($0) }), Array(repeating: 0, count: 12))
    }
  }

  @Test func stratifiedSplitTakesTheSamePartOfEachClass() throws {
    let set = CountingSet(count: 60)
    let (rest, part) = try set.stratifiedSplit(fraction: 0.25, seed: 4)
    #expect((0..<3).map { label in part.labels.count { $0 == label } } == [5, 5, 5])
    #expect((0..<3).map { label in rest.labels.count { $0 == label } } == [15, 15, 15])
    func firstBytes(_ subset: Subset) throws -> [UInt8] {
      try (0..<subset.count).map { try subset.example(at: $0).image.pixels[0] }
    }
    let (kept, taken) = (try firstBytes(rest), try firstBytes(part))
    #expect((kept + taken).sorted() == (0..<60).map { UInt8($0) })
    #expect(kept == kept.sorted())
    #expect(try firstBytes(set.stratifiedSplit(fraction: 0.25, seed: 4).part) == taken)
    #expect(try firstBytes(set.stratifiedSplit(fraction: 0.25, seed: 5).part) != taken)
    expectError("1.5") { _ = try set.stratifiedSplit(fraction: 1.5) }
  }

  @Test func classesAreFoundByName() throws {
    func splits(_ names: [String], _ labels: [Int]) throws -> DataSplits {
      let images = try StoredArray([UInt8](repeating: 1, count: labels.count), shape: [labels.count, 1, 1])
      let set = try ArrayDataSet(name: "pets", classNames: names, images: images, labels: labels)
      return try DataSplits(
        name: "pets", train: set, validation: set, normalization: .unit(channels: 1), imageSize: set.imageSize,
        kind: .small(flips: false))
    }
    let pets = try splits(["cat", "dog"], [0, 1, 1]).relabelled(["dog", "bird", "cat"])
    #expect(pets.classNames == ["dog", "bird", "cat"])
    for set in [pets.validation, try pets.requireTrain()] {
      #expect(set.labels == [2, 0, 0])
      #expect(try (0..<3).map { try set.example(at: $0).label } == [2, 0, 0])
    }
    // Where one side has numbers for names, the numbers are the classes.
    let alike: [(data: [String], model: [String])] = [
      (["cat", "dog"], []), (["cat", "dog"], ["cat", "dog"]), (["0", "1"], ["dog", "cat"]),
      (["cat", "dog"], ["0", "1"]),
    ]
    for (data, model) in alike {
      let same = try splits(data, [0, 1]).relabelled(model)
      #expect(same.classNames == data && same.validation.labels == [0, 1])
    }
    #expect(try splits(["0", "1"], [0, 1]).relabelled(["1", "0"]).validation.labels == [1, 0])
    expectError("pets", "\"dog\"", "cat, bird") { _ = try splits(["cat", "dog"], [0]).relabelled(["cat", "bird"]) }
    expectError("\"dog\"", "n9, … (1000 classes)") {
      _ = try splits(["dog"], [0]).relabelled((0..<1000).map { "n\($0)" })
    }
  }

  @Test func imageFolderSortsClassesAndPictures() throws {
    try withTemporaryFolder { folder in
      try writePicture(height: 2, width: 3, value: 9, to: "\(folder)/dog/b.PNG")
      try writePicture(height: 2, width: 3, value: 8, to: "\(folder)/dog/a.png")
      try writePicture(height: 5, width: 4, value: 7, to: "\(folder)/cat/z.png")
      try write([1], to: "\(folder)/cat/notes.txt")
      try write([1], to: "\(folder)/.hidden/x")
      let set = try ImageFolder(folder)
      #expect(set.classNames == ["cat", "dog"])
      #expect(set.labels == [0, 1, 1])
      #expect(try (0..<3).map { try set.example(at: $0).image.pixels[0] } == [7, 8, 9])
      #expect(try set.example(at: 0).image.size == ImageSize(height: 5, width: 4, channels: 3))
    }
  }

  @Test func foldersWithoutPicturesAreErrors() throws {
    try withTemporaryFolder { folder in
      expectError("no class folders") { _ = try ImageFolder(folder) }
      try writePicture(height: 2, width: 3, to: "\(folder)/dog/b.png")
      try write([1], to: "\(folder)/cat/notes.txt")
      expectError("\(folder)/cat", "no .jpg") { _ = try ImageFolder(folder) }
      expectError("\(folder)/cat", "no such class", "bird, dog") {
        _ = try ImageFolder(folder, classNames: ["bird", "dog"])
      }
      expectError("there is no such folder") { _ = try ImageFolder("\(folder)/none") }
    }
  }

  @Test func unreadablePictureIsNamed() throws {
    try withTemporaryFolder { folder in
      try writePicture(height: 2, width: 3, to: "\(folder)/dog/a.png")
      try write([0x89, 0x50, 0x4E, 0x47, 1, 2, 3], to: "\(folder)/dog/b.png")
      let loader = try DataLoader(ImageFolder(folder), batchSize: 1, normalization: .imageNet)
      let iterator = try loader.batches(epoch: 0)
      #expect(try iterator.next() != nil)
      expectError("\(folder)/dog/b.png") { _ = try iterator.next() }
    }
  }

  @Test func indexedFolderReadsClassesFromFileNames() throws {
    try withTemporaryFolder { folder in
      try writePicture(height: 2, width: 3, to: "\(folder)/001_x.png")
      try writePicture(height: 2, width: 3, to: "\(folder)/000_y.png")
      try write(Array("0\tn01\ttench\n1\tn02\tgold fish\n".utf8), to: "\(folder)/classes.txt")
      let splits = try DataSource.open(folder)
      #expect(splits.classNames == ["tench", "gold fish"])
      #expect(splits.validation.labels == [0, 1])
      expectError("evaluate only") { _ = try splits.requireTrain() }
      try writePicture(height: 2, width: 3, to: "\(folder)/002_z.png")
      expectError("002_z.png", "0 to 1") { _ = try DataSource.open(folder) }
    }
  }
}
