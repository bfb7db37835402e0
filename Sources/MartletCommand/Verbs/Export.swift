import ArgumentParser
import Export
import Formats
import Foundation
import Models
import NeuralNet
import Reporting
import Training

/// `martlet export`: a model in the format of another run time.
struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a model as ONNX, Core ML or plain weights, for other run times.")

  /// The formats.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case onnx, coreml, safetensors
  }

  @OptionGroup var model: ExportedModelOptions

  @Option(help: "What to write.")
  var format: Format

  @Option(help: "The file to write; for coreml a folder that ends in .mlpackage.")
  var output: String

  @Flag(help: "Put the weights of an ONNX model in a file beside it, OUTPUT.data.")
  var externalData = false

  @Option(help: "The type of a Core ML model's weights and activations; f16 by default.")
  var dtype: CoreMLPrecision?

  @OptionGroup var reporting: OutputOptions

  func validate() throws {
    if dtype != nil && format != .coreml { throw ValidationError("--dtype is for --format coreml") }
    if externalData && format != .onnx { throw ValidationError("--external-data is for --format onnx") }
  }

  func run() throws {
    let (model, classNames) = try model.load()
    AtomicFile.removeLeftovers(beside: output)
    let files: [String]
    switch format {
    case .onnx: files = try ONNXModel(model, classNames: classNames).write(to: output, externalData: externalData)
    case .coreml:
      try CoreMLModel(model, classNames: classNames, precision: dtype ?? .float16).write(to: output)
      files = [output]
    case .safetensors:
      try ModelCheckpoint.save(model, classNames: classNames, to: output)
      files = [output]
    }
    Report.print(
      [
        "format": .string(format.rawValue), "model": .string(model.configuration.name),
        "input": .integer(model.configuration.inputSize), "files": JSONValue(files) { .string($0) },
        "bytes": .integer(try files.reduce(0) { try $0 + Export.bytes(of: $1) }),
      ], reporting)
  }

  /// The size of a file, or of all files in a folder.
  private static func bytes(of path: String) throws -> Int {
    let inside = FileManager.default.subpaths(atPath: path) ?? []
    return try ([path] + inside.map { "\(path)/\($0)" }).reduce(0) { total, path in
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      return total + (attributes[.type] as? FileAttributeType == .typeRegular ? attributes[.size] as? Int ?? 0 : 0)
    }
  }
}

extension CoreMLPrecision: ExpressibleByArgument {}
