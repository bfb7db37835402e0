import NeuralNet
import Tensor

/// A classifier with a second head that learns from a teacher; its prediction is the mean of both.
public protocol DistilledClassifier: Layer {
  /// The logits of the head that learns from labels and of the head that learns from a teacher, each [N, classes].
  func heads(_ x: Tensor) -> (Tensor, Tensor)
}

/// The prediction of a ``DistilledClassifier`` from what its heads read.
final class MeanOfHeads: Layer {
  private let labels: Layer
  private let teacher: Layer

  init(_ labels: Layer, _ teacher: Layer) { (self.labels, self.teacher) = (labels, teacher) }

  override func forward(_ x: Tensor) -> Tensor { (labels(x) + teacher(x)).scaled(by: 0.5) }
}
