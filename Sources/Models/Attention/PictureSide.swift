import NeuralNet
import Tensor

/// Stops the program where pictures [N, H, W, C] have another size than a network's position tables.
final class PictureSide: Layer {
  private let side: Int
  private let network: String

  init(_ side: Int, of network: Layer) { (self.side, self.network) = (side, "\(type(of: network))") }

  override func forward(_ x: Tensor) -> Tensor {
    guard x.shape.rank == 4, x.shape[1] == side, x.shape[2] == side else {
      fatalError(
        "\(network) was built for pictures [N, \(side), \(side), C], found \(x.shape); resize the pictures or "
          + "build it with another inputSize")
    }
    return x
  }
}
