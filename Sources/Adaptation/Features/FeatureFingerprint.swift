import Crypto
import DataSets
import Foundation
import NeuralNet
import Tensor
import Training

/// What features depend on, as a number: the part of the network that computes them, and the pictures.
struct FeatureFingerprint {
  /// How many pictures of each split are looked at.
  private static let sampleCount = 32

  private let context: Data

  /// What all features of a training depend on.
  ///
  /// Of the pictures it holds the labels of all, and the pixels of a sample that is spread over the set.
  /// - Throws: what reading the pictures throws.
  init(_ splits: DataSplits, _ configuration: TrainingConfiguration) throws {
    var model = configuration.model
    model.classes = 0
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    var hash = SHA256()
    hash.update(data: Data("\(FeatureFile.format)\0\(splits.kind)\0\(configuration.precision)\0".utf8))
    hash.update(data: try encoder.encode(model))
    for set in [try splits.requireTrain(), splits.validation] { try hash.update(with: set, sampling: Self.sampleCount) }
    context = Data(hash.finalize())
  }

  /// The fingerprint of the features at a boundary.
  func callAsFunction(at boundary: Boundary) -> String {
    var hash = SHA256()
    hash.update(data: context)
    hash.update(data: Data("\(boundary.name)\0\(TensorDigest.of(boundary.front.namedTensors()))".utf8))
    return hash.finalize().map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }
}

extension SHA256 {
  fileprivate mutating func update(with set: any DataSet, sampling sampleCount: Int) throws {
    update(data: Data("\(set.count)\0".utf8))
    set.labels.withUnsafeBytes { update(bufferPointer: $0) }
    for position in 0..<min(sampleCount, set.count) {
      let example = try set.example(at: position * set.count / min(sampleCount, set.count))
      update(data: Data("\(example.image.size)\0".utf8))
      example.image.pixels.withUnsafeBytes { update(bufferPointer: $0) }
    }
  }
}
