import NeuralNet
import Tensor

/// A classifier with a second head that learns from a teacher; its prediction is the mean of both.
public protocol DistilledClassifier: Layer {
  /// The logits of the head that learns from labels and of the head that learns from a teacher, each [N, classes].
  func heads(_ x: Tensor) -> (Tensor, Tensor)
}
