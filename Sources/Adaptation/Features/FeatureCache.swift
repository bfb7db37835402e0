import DataSets
import Formats
import Foundation
import NeuralNet
import Tensor
import Training

/// Where the features of the frozen part of a network are kept, so that it runs once a picture instead of once in every epoch.
public struct FeatureCache: Sendable {
  /// The folder with the files.
  public let folder: String
  /// Whether other runs use the files too, so that they stay when a training is finished.
  public let isShared: Bool

  /// A cache in a folder.
  public init(folder: String, isShared: Bool) { (self.folder, self.isShared) = (folder, isShared) }

  /// Stops where pictures are not the same in every epoch.
  /// - Throws: ``StrategyError``.
  static func check(_ configuration: TrainingConfiguration) throws {
    guard !configuration.augments else {
      throw StrategyError(
        "cached features need pictures that are the same in every epoch, and these are cropped and flipped at random; "
          + "add --no-augment")
    }
    guard configuration.mixUp == 0, configuration.cutMix == 0 else {
      throw StrategyError("cached features cannot be mixed as pictures are; leave out --mixup and --cutmix")
    }
  }

  /// Finds the features of the deepest place in front of all that trains, or of one before it, or computes them.
  /// - Parameter configuration: one that passed the check above.
  /// - Throws: ``StrategyError`` where there is no such place, and what reading the pictures and writing the file throws.
  func features(
    of network: AdaptableNetwork, splits: DataSplits, configuration: TrainingConfiguration, isQuiet: Bool
  ) throws -> CachedFeatures {
    let boundaries = try FrozenFront(of: network).boundaries
    let fingerprint = try FeatureFingerprint(splits, configuration)
    func path(_ boundary: Boundary, _ fingerprint: String) -> String {
      "\(folder)/\(prefix(boundary, configuration))\(fingerprint.prefix(16)).safetensors"
    }
    func open(_ boundary: Boundary, _ fingerprint: String, isNew: Bool) throws -> CachedFeatures {
      let path = path(boundary, fingerprint)
      let file = try FeatureFile(path, fingerprint: fingerprint, splits: splits)
      return try CachedFeatures(file, path: path, boundary: boundary, configuration: configuration, isNew: isNew)
    }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for boundary in boundaries where names.contains(where: { $0.hasPrefix(prefix(boundary, configuration)) }) {
      // A file that is damaged is made again.
      if let found = try? open(boundary, fingerprint(at: boundary), isNew: false) { return found }
    }
    let own = fingerprint(at: boundaries[0])
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw StrategyError("the folder \(folder) for features cannot be made: \(error.localizedDescription)")
    }
    AtomicFile.removeLeftovers(in: folder)
    try FeatureFile.write(
      boundaries[0], fingerprint: own, splits: splits, configuration: configuration,
      to: path(boundaries[0], own), isQuiet: isQuiet)
    return try open(boundaries[0], own, isNew: true)
  }

  /// What the names of files at a boundary begin with.
  private func prefix(_ boundary: Boundary, _ configuration: TrainingConfiguration) -> String {
    "features-\(configuration.model.name)-\(boundary.name)-"
  }
}
