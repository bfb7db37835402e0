import DataSets
import Foundation
import NeuralNet
import Training

/// The features of a data set in a file, and what trains from them.
public struct CachedFeatures {
  /// Where the file is.
  public let path: String
  /// The last layer in front of the features.
  public let boundary: String
  /// The size of the file.
  public let byteCount: Int
  /// Whether the file was made now, and not found.
  public let isNew: Bool
  /// The part of the network behind the features, and the loaders of these.
  let input: TrainingInput

  init(
    _ file: FeatureFile, path: String, boundary: Boundary, configuration: TrainingConfiguration, isNew: Bool
  ) throws {
    (self.path, self.boundary, self.isNew) = (path, boundary.name, isNew)
    byteCount = (try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    input = TrainingInput(
      network: boundary.tail,
      training: try DataLoader(
        file.train, batchSize: configuration.batchSize, shuffles: true,
        dropsLast: file.train.count >= configuration.batchSize, seed: configuration.seed),
      validation: try DataLoader(file.validation, batchSize: configuration.batchSize))
  }

  /// Removes the file.
  func remove() { try? FileManager.default.removeItem(atPath: path) }
}
