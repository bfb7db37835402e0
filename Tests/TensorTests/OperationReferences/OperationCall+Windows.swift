@testable import Tensor

extension OperationCall {
  /// Pooling and resizing.
  func window() throws -> [Tensor]? {
    switch reference.operation {
    case "max_pool2d": return [x.maxPooled(try pooling())]
    case "avg_pool2d": return [x.averagePooled(try pooling(), countsPadding: try bool("count_include_pad"))]
    case "adaptive_avg_pool2d": return [x.adaptiveAveragePooled(try pair("output_size"))]
    case "pooling_mix": return [x.mixedByPooling(factors: inputs[1])]
    case "resize_bilinear":
      return [x.resized(to: try pair("size"), mode: try bool("align_corners") ? .bilinearAligned : .bilinear)]
    case "resize_nearest": return [x.resized(to: try pair("size"), mode: .nearest)]
    default: return nil
    }
  }

  private func pooling() throws -> PoolingOptions {
    PoolingOptions(
      kernel: try pair("kernel_size"), stride: try pair("stride"), padding: try pair("padding"),
      ceilMode: try bool("ceil_mode"))
  }

  func loss() throws -> [Tensor]? {
    switch reference.operation {
    case "cross_entropy": return [try crossEntropyWithLabels()]
    case "cross_entropy_soft":
      return [
        crossEntropy(
          x, targets: inputs[1], labelSmoothing: try float("label_smoothing"), reduction: try lossReduction())
      ]
    case "mse_loss": return [try summedIfAsked(meanSquaredError(x, inputs[1]))]
    case "binary_cross_entropy_with_logits":
      return [try summedIfAsked(binaryCrossEntropy(logits: x, target: inputs[1]))]
    case "kl_div": return [klDivergence(x, target: inputs[1])]
    default: return nil
    }
  }

  private func lossReduction() throws -> LossReduction {
    guard let reduction = LossReduction(rawValue: try string("reduction")) else {
      throw Failure(description: "unknown reduction of \(reference.name)")
    }
    return reduction
  }

  /// This module's mean as the sum where the case wants that.
  private func summedIfAsked(_ mean: Tensor) throws -> Tensor {
    try lossReduction() == .sum ? mean.scaled(by: Float(x.count)) : mean
  }

  private func crossEntropyWithLabels() throws -> Tensor {
    let (smoothing, ignored) = (try float("label_smoothing"), Int64(try int("ignore_index")))
    guard try string("reduction") == "none" else {
      return crossEntropy(
        x, labels: inputs[1], labelSmoothing: smoothing, ignoreIndex: ignored, reduction: try lossReduction())
    }
    let rows = (0..<x.shape[0]).map { row in
      crossEntropy(
        x.sliced(axis: 0, row..<row + 1), labels: inputs[1].sliced(axis: 0, row..<row + 1),
        labelSmoothing: smoothing, ignoreIndex: ignored, reduction: .sum
      ).reshaped([1])
    }
    return Tensor.concatenated(rows, axis: 0)
  }
}
