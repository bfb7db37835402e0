import NeuralNet
import Tensor

/// The convolutional part of a segmentation network.
protocol SegmentationBackbone: Module {
  /// The channels of each feature map.
  var channels: [Int] { get }

  /// Four feature maps [N, h, w, channels], the largest first.
  func features(_ x: Tensor) -> [Tensor]

  /// Gives the arrays of a classifier of the same kind this backbone's names and drops those of its own head.
  ///
  /// - Parameter prefix: what stands in front of this backbone's names.
  /// - Returns: false, with nothing moved, where the file holds no such classifier.
  func moveClassifier(_ arrays: inout RenamedArrays, under prefix: String) throws -> Bool
}

/// What makes class logits out of feature maps, under the names of mmsegmentation.
protocol SegmentationHead: Module {
  /// Logits [N, h, w, classes] in the size of one of the feature maps.
  func logits(_ features: [Tensor]) -> Tensor
}

/// A backbone and a head that tell the class of every pixel, under the names of mmsegmentation.
///
/// The auxiliary head that mmsegmentation trains beside the main one, and its dropout before the last convolution, are left out;
/// neither changes what a trained network computes.
///
/// # Shapes
/// input [N, H, W, 3] → logits [N, H, W, classes], resized bilinearly (corners not aligned) from the head's size.
public final class SegmentationNetwork: Layer {
  let backbone: any SegmentationBackbone
  let decodeHead: any SegmentationHead

  init(_ backbone: any SegmentationBackbone, _ head: any SegmentationHead) {
    (self.backbone, decodeHead) = (backbone, head)
  }

  public override func forward(_ x: Tensor) -> Tensor {
    let features = backbone.scoped { backbone.features(x) }
    return decodeHead.scoped { decodeHead.logits(features) }.resized(to: Pair(x.shape[1], x.shape[2]))
  }
}
