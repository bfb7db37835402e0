import NeuralNet
import Tensor

/// How large a registered model is, in its default configuration.
public struct ModelSize: Sendable, Hashable {
  /// The number of elements of all parameters.
  public let parameters: Int
  /// Multiply-adds of convolutions, linear layers and matrix products for one picture of the default size.
  public let multiplyAdds: Double
}

extension ModelEntry {
  /// Counts parameters and multiply-adds without computing anything.
  /// - Throws: what ``ModelRegistry/make(_:using:)`` throws.
  public func size() throws -> ModelSize {
    let ledger = Ledger()
    return try ledger.estimate {
      var generator = Generator(seed: 0)
      let network = try ModelRegistry.make(defaults, using: &generator).network
      network.setTraining(false)
      let side = defaults.inputSize
      let pictures = Tensor(uninitialized: [1, side, side, defaults.inputChannels])
      _ = withoutGradients { network(pictures) }
      return ModelSize(parameters: network.parameterCount, multiplyAdds: ledger.multiplyAdds)
    }
  }
}
