import Tensor

/// Some examples as tensors.
///
/// # Shapes
/// - images: `[N, height, width, channels]`, float32, normalised
/// - labels: `[N]`, int64; with label maps `[N, height, width]`, where ``LabelMap/ignored`` (255) is no class
/// - targets: `[N, classes]`, float32, rows that sum to one
public struct Batch: Sendable {
  /// The pictures.
  public let images: Tensor
  /// The class of each picture, or of each of its pixels.
  public let labels: Tensor
  /// The share of each class in each picture where pictures were mixed, else nil.
  public let targets: Tensor?

  /// Creates a batch.
  public init(images: Tensor, labels: Tensor, targets: Tensor? = nil) {
    self.images = images
    self.labels = labels
    self.targets = targets
  }

  /// The number of examples.
  public var count: Int { images.shape[0] }
}
