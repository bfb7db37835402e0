import Inference
import Tensor

extension BatchedGraph {
  /// The values that convolutions, pooling or resizing read, directly or through operations on single elements: they
  /// are best held with channels in front.
  var imageValues: Set<Trace.ValueID> {
    var images = Set(graph.outputs.filter { dimensions[$0].count == 4 })
    for node in graph.nodes.reversed() where node.readsImages || (node.keepsOrder && images.contains(node.output)) {
      images.formUnion(node.inputs.compactMap(\.self).filter { dimensions[$0].count == 4 })
    }
    return images
  }
}

extension InferenceGraph.Node {
  /// Whether the operands must be images with channels in front.
  fileprivate var readsImages: Bool {
    switch operation {
    case .affine(let affine): if case .convolution = affine.kind { true } else { false }
    case .plain(let operation):
      switch operation {
      case .convolution, .maxPooling, .averagePooling, .adaptiveAveragePooling, .resize: true
      default: false
      }
    }
  }

  /// Whether the operation is as good in any order of the axes.
  fileprivate var keepsOrder: Bool {
    guard case .plain(let operation) = operation else { return false }
    return switch operation {
    case .activation, .function, .clamp, .scale, .binary, .batchNorm, .slice, .concatenate, .pad, .roll, .cast: true
    default: false
    }
  }
}
