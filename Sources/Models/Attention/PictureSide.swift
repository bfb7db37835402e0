import NeuralNet
import Tensor

extension Layer {
  /// Stops the program where pictures [N, H, W, C] have another size than the network's position tables.
  func requirePictures(_ x: Tensor, side: Int) {
    guard x.shape.rank == 4, x.shape[1] == side, x.shape[2] == side else {
      fatalError(
        "\(type(of: self)) was built for pictures [N, \(side), \(side), C], found \(x.shape); resize the pictures or "
          + "build it with another inputSize")
    }
  }
}
