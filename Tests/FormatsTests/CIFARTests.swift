import Testing

@testable import Formats

@Suite struct CIFARTests {
  private let planes =
    [UInt8](repeating: 10, count: 1024) + [UInt8](repeating: 20, count: 1024)
    + (0..<1024).map { UInt8($0 % 256) }

  private func read(_ bytes: [UInt8], _ layout: CIFARFile.Layout) throws -> CIFARFile {
    try CIFARFile(Bytes(bytes), layout: layout, name: "sample")
  }

  @Test func recordsBecomePixels() throws {
    let file = try read([3] + planes + [9] + planes, .cifar10)
    #expect(file.labels == [3, 9])
    #expect(file.coarseLabels == nil)
    #expect(file.images.shape == [2, 32, 32, 3])
    let pixels: [UInt8] = try file.images.values()
    #expect(pixels[3072 + 3 * 77..<3072 + 3 * 78] == [10, 20, 77])
  }

  @Test func superclassesComeFirst() throws {
    let file = try read([19, 99] + planes, .cifar100)
    #expect(file.coarseLabels == [19])
    #expect(file.labels == [99])
    #expect(try read([99] + planes, .cifar100FineOnly).labels == [99])
  }

  @Test func damageIsRefused() {
    expectFailure("0 bytes") { _ = try read([], .cifar10) }
    expectFailure("3072 bytes") { _ = try read(planes, .cifar10) }
    expectFailure("records of 3074 bytes") { _ = try read([1] + planes, .cifar100) }
    expectFailure("label 10 in record 1") { _ = try read([9] + planes + [10] + planes, .cifar10) }
    expectFailure("superclass 20 in record 0") { _ = try read([20, 5] + planes, .cifar100) }
    expectFailure("label 100 in record 0") { _ = try read([2, 100] + planes, .cifar100) }
  }

  @Test(.enabled(if: sharedDataExists("cifar10-subset") && sharedDataExists("cifar100-subset")))
  func publishedPicturesRead() throws {
    let test = try CIFARFile("\(sharedData)/cifar10-subset/test_2k.bin", layout: .cifar10)
    #expect((0..<10).allSatisfy { label in test.labels.count { $0 == label } == 200 })
    let many = try CIFARFile("\(sharedData)/cifar100-subset/test_1k.bin", layout: .cifar100FineOnly)
    #expect(many.images.shape == [1000, 32, 32, 3])
    expectFailure("of another layout", file: sharedData) {
      _ = try CIFARFile("\(sharedData)/cifar100-subset/test_1k.bin", layout: .cifar100)
    }
  }
}
