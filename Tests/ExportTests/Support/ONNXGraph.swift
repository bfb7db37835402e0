import SwiftProtobuf
import Testing

@testable import Export

/// A written graph, read back.
struct ONNXGraph {
  let model: ONNXModelProto

  init(_ model: ONNXModel) throws {
    let bytes: [UInt8] = try model.message.serializedBytes()
    self.model = try ONNXModelProto(serializedBytes: bytes)
  }

  var graph: ONNXGraphProto { model.graph }

  /// How often each operator occurs.
  var counts: [String: Int] { graph.node.reduce(into: [:]) { $0[$1.opType, default: 0] += 1 } }

  /// The whole numbers of a constant.
  func integers(_ name: String) -> [Int]? {
    guard let tensor = graph.initializer.first(where: { $0.name == name }), tensor.dataType == 7 else { return nil }
    return tensor.rawData.withUnsafeBytes { $0.bindMemory(to: Int64.self).map(Int.init) }
  }

  /// Expects that every operand is there before it is read and every name is given once.
  func expectSound(sourceLocation: SourceLocation = #_sourceLocation) {
    var known = Set(graph.input.map(\.name))
    for tensor in graph.initializer {
      #expect(known.insert(tensor.name).inserted, "\(tensor.name)", sourceLocation: sourceLocation)
      let width = tensor.dataType == 7 ? 8 : 4
      let count = tensor.dims.reduce(1) { $0 * Int($1) }
      #expect(tensor.rawData.count == width * count, "\(tensor.name)", sourceLocation: sourceLocation)
    }
    var used: Set<String> = []
    for node in graph.node {
      for input in node.input where !input.isEmpty {
        #expect(known.contains(input), "\(node.name) reads \(input)", sourceLocation: sourceLocation)
        used.insert(input)
      }
      for output in node.output {
        #expect(known.insert(output).inserted, "\(output)", sourceLocation: sourceLocation)
      }
    }
    for output in graph.output { #expect(known.contains(output.name), sourceLocation: sourceLocation) }
    for tensor in graph.initializer {
      #expect(used.contains(tensor.name), "nothing reads \(tensor.name)", sourceLocation: sourceLocation)
    }
  }
}

extension ONNXValueInfoProto {
  /// The extents: numbers, or the name of an open one.
  var extents: [String] {
    type.tensorType.shape.dim.map { dimension in
      switch dimension.value {
      case .dimValue(let extent): "\(extent)"
      case .dimParam(let name): name
      case nil: "?"
      }
    }
  }
}
