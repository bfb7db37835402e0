import Formats
import Foundation
import Models
import SwiftProtobuf
import Tensor

/// A model as an ONNX file: IR version 8, operator set 17, which nearly every run time reads.
///
/// Input `images`, float32 [batch, C, H, W], prepared as the file's metadata says. Output `logits`, [batch, classes],
/// or [batch, classes, H, W] of a network that segments. The batch size is open.
public struct ONNXModel {
  private let program: Program
  private let graph: ONNXNodes
  private let metadata: ModelMetadata
  /// The most bytes that a file of one message may have; the format ends below 2 GiB.
  private static let limit = 2_000_000_000
  /// Constants below this many bytes stay in the model's file.
  private static let smallest = 1024
  /// Every constant of a data file begins at a multiple, so that it can be mapped into memory.
  private static let alignment = 4096

  /// Translates a model, whose network is switched to evaluation.
  /// - Throws: ``ExportError`` that names the operation and the module that cannot be exported.
  public init(_ model: Model, classNames: [String] = []) throws {
    let configuration = model.configuration
    program = try Lowering.program(
      of: model.network, height: configuration.inputSize, width: configuration.inputSize,
      channels: configuration.inputChannels)
    graph = try ONNXTranslation(program).graph
    metadata = try ModelMetadata(configuration, classNames: classNames)
  }

  /// The bytes of all constants.
  public var constantBytes: Int { graph.constants.reduce(0) { $0 + $1.tensor.byteCount } }

  /// The number of nodes of the graph.
  public var nodeCount: Int { graph.nodes.count }

  /// Writes the file.
  /// - Parameters:
  ///   - path: where it goes; an old file stays until the new one is complete.
  ///   - externalData: whether the constants go to a file of their own, named like this one with `.data`
  ///     behind; they do in any case where one file would be too large for the format.
  /// - Returns: the paths of the files.
  /// - Throws: `FormatError` if a file cannot be written.
  @discardableResult
  public func write(to path: String, externalData: Bool = false) throws -> [String] {
    guard externalData || constantBytes > ONNXModel.limit else {
      try AtomicFile.write(message.serializedBytes(), to: path)
      return [path]
    }
    let data = path + ".data"
    // The data file is put in place when the model is on the disk too and only has to be renamed.
    try AtomicFile.write(to: path) { file in
      var places: [ONNXTensorProto] = []
      try AtomicFile.write(to: data) { dataFile in
        places = try graph.constants.map {
          $0.tensor.byteCount < ONNXModel.smallest ? $0.embedded : try $0.append(to: dataFile, ofPath: data)
        }
        try file.write(message(ofConstants: places).serializedBytes() as [UInt8])
      }
    }
    return [path, data]
  }

  /// The whole model with its constants, or what stands for them.
  func message(ofConstants constants: [ONNXTensorProto]) -> ONNXModelProto {
    .with { model in
      model.irVersion = 8
      model.producerName = "Martlet"
      model.opsetImport = [.with { $0.version = 17 }]
      model.metadataProps = metadata.pairs.map { pair in .with { ($0.key, $0.value) = pair } }
      model.graph = .with {
        $0.name = metadata.pairs[0].value
        $0.node = graph.nodes
        $0.initializer = constants
        $0.input = [ONNXModel.description("images", program[program.input].dimensions)]
        $0.output = [ONNXModel.description("logits", program[program.output].dimensions)]
      }
    }
  }

  /// The whole model with its constants inside.
  var message: ONNXModelProto { message(ofConstants: graph.constants.map(\.embedded)) }

  private static func description(_ name: String, _ dimensions: [Dimension]) -> ONNXValueInfoProto {
    .with {
      $0.name = name
      $0.type.tensorType.elemType = Int32(ONNXTensorProto.DataType.float.rawValue)
      $0.type.tensorType.shape.dim = dimensions.map { dimension in
        .with { $0.value = dimension.isBatched ? .dimParam("batch") : .dimValue(Int64(dimension.factor)) }
      }
    }
  }

  fileprivate static func padding(at offset: Int) -> Int { (alignment - offset % alignment) % alignment }
}

extension ONNXNodes.Constant {
  private var description: ONNXTensorProto {
    .with {
      $0.name = name
      $0.dims = tensor.shape.array.map(Int64.init)
      $0.dataType = Int32((tensor.dtype == .int64 ? ONNXTensorProto.DataType.int64 : .float).rawValue)
    }
  }

  /// The constant with its elements.
  fileprivate var embedded: ONNXTensorProto {
    var result = description
    result.rawData = tensor.withBytes { Data($0) }
    return result
  }

  /// Appends the elements to a data file; gives the constant with their place there.
  fileprivate func append(to file: FileWriter, ofPath path: String) throws -> ONNXTensorProto {
    try file.write(Array(repeating: 0, count: ONNXModel.padding(at: file.byteCount)))
    let offset = file.byteCount
    try tensor.withBytes { try file.write($0) }
    var result = description
    result.dataLocation = .external
    result.externalData = [
      ("location", URL(filePath: path).lastPathComponent), ("offset", "\(offset)"), ("length", "\(tensor.byteCount)"),
    ].map { pair in .with { ($0.key, $0.value) = pair } }
    return result
  }
}
