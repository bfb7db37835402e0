import NeuralNet
import Tensor

/// The type in which activations are computed and kept; parameters, statistics and losses are float32 in both.
public enum Precision: String, Sendable, CaseIterable, Codable {
  case float32 = "f32"
  /// bfloat16 activations and weight copies over float32 master weights.
  case bfloat16 = "bf16"

  /// The type of activations.
  public var dtype: DType { self == .float32 ? .float32 : .bfloat16 }
}

extension Layer {
  /// The result for float32 images without gradients: float32, computed in a precision.
  public func evaluated(on images: Tensor, in precision: Precision) -> Tensor {
    withoutGradients { self(images.cast(to: precision.dtype)).cast(to: .float32) }
  }
}
