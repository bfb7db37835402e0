import Formats
import Foundation
import Models
import SwiftProtobuf
import Tensor

/// A model as a Core ML package: an ML Program for one picture, specification version 6 (iOS 15, macOS 12).
///
/// Input `image`: a picture of the model's size, RGB or gray; its normalisation is part of the program. Outputs:
/// `logits`, float32; where the classes have names also `classLabel`, the likeliest one, and `classLabel_probs`, the
/// probability of each.
public struct CoreMLModel {
  private let translation: MILTranslation
  private let configuration: ModelConfiguration
  private let labels: [String]
  private let metadata: ModelMetadata

  /// Translates a model, whose network is switched to evaluation.
  /// - Parameters:
  ///   - model: the model to translate.
  ///   - classNames: one name a class; others are ignored.
  ///   - precision: the type of constants and intermediate results.
  /// - Throws: ``ExportError`` that names the operation and the module that cannot be exported.
  public init(_ model: Model, classNames: [String] = [], precision: CoreMLPrecision = .float16) throws {
    configuration = model.configuration
    let size = configuration.inputSize
    let program = try Lowering.program(
      of: model.network, height: size, width: size, channels: configuration.inputChannels)
    let preparation = configuration.preparation
    guard
      [preparation.mean, preparation.deviation].allSatisfy({ $0.count == model.configuration.inputChannels }),
      preparation.deviation.allSatisfy({ $0 != 0 })
    else {
      throw ExportError(
        "mean \(preparation.mean) and deviation \(preparation.deviation) do not fit a picture of "
          + "\(configuration.inputChannels) channels"
      )
    }
    translation = try MILTranslation(
      program, mean: preparation.mean, deviation: preparation.deviation, precision: precision)
    let isClassifier = program[program.output].dimensions.count == 2 && classNames.count == configuration.classes
    labels = isClassifier ? classNames : []
    metadata = try ModelMetadata(configuration, classNames: classNames)
  }

  /// The number of operations of the program, constants apart.
  public var operationCount: Int { translation.block.operations.count { $0.type != "const" } }

  /// Writes the package, a folder whose name must end in `.mlpackage`.
  /// - Throws: `FormatError` if it cannot be written.
  public func write(to path: String) throws {
    guard path.hasSuffix(".mlpackage") else {
      throw FormatError(file: path, found: "another ending", expected: "a path that ends in .mlpackage")
    }
    try PackageFolder.write(to: path, mark: "Manifest.json") { folder in
      let data = "\(folder)/Data/com.apple.CoreML"
      try FileManager.default.createDirectory(atPath: "\(data)/weights", withIntermediateDirectories: true)
      var options = BinaryEncodingOptions()
      options.useDeterministicOrdering = true
      try AtomicFile.write(message.serializedBytes(options: options), to: "\(data)/model.mlmodel")
      try AtomicFile.write(to: "\(data)/weights/weight.bin") { try translation.block.weights.write(to: $0) }
      try AtomicFile.write(Array(CoreMLModel.manifest.utf8), to: "\(folder)/Manifest.json")
    }
  }

  /// The model without its large weights.
  var message: CoreMLSpecModel {
    CoreMLMessage(
      translation: translation, configuration: configuration, labels: labels, metadata: metadata
    ).model
  }

  /// What the package holds. The names of the items mean nothing outside of the package; fixed ones let the same
  /// model make the same file.
  private static let manifest = """
    {
      "fileFormatVersion": "1.0.0",
      "itemInfoEntries": {
        "6D617274-6C65-4000-8000-000000000001": {
          "author": "Martlet",
          "description": "CoreML Model Specification",
          "name": "model.mlmodel",
          "path": "com.apple.CoreML/model.mlmodel"
        },
        "6D617274-6C65-4000-8000-000000000002": {
          "author": "Martlet",
          "description": "CoreML Model Weights",
          "name": "weights",
          "path": "com.apple.CoreML/weights"
        }
      },
      "rootModelIdentifier": "6D617274-6C65-4000-8000-000000000001"
    }

    """
}
