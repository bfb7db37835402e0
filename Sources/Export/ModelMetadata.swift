import Foundation
import Models

/// What a reader of an exported file must know besides the graph: architecture, preparation of the pictures, class
/// names.
struct ModelMetadata {
  /// Pairs in a fixed order. Lists are JSON.
  let pairs: [(key: String, value: String)]

  init(_ configuration: ModelConfiguration, classNames: [String]) throws {
    let preparation = configuration.preparation
    let task = try ModelRegistry.entry(named: configuration.name).task
    var pairs = [
      ("architecture", configuration.name),
      ("task", task.rawValue), ("resize_mode", task == .segmentation ? "fit" : "crop"),
      ("num_classes", "\(configuration.classes)"), ("in_chans", "\(configuration.inputChannels)"),
      ("input_size", "\(configuration.inputSize)"), ("mean", "\(preparation.mean)"),
      ("std", "\(preparation.deviation)"), ("crop_pct", "\(preparation.crop)"),
      ("interpolation", preparation.interpolation.rawValue),
    ]
    if !classNames.isEmpty {
      pairs.append(("classes", String(decoding: try JSONEncoder().encode(classNames), as: UTF8.self)))
    }
    self.pairs = pairs
  }
}
