import NeuralNet
import Synchronization
import Tensor

/// How the factors of an activation are found.
protocol ActivationCompression: Sendable {
  /// A matrix [extent, rank] with orthonormal columns for each axis of a float32 tensor.
  func factors(of x: Tensor) -> [Tensor]
}

/// The leading singular vectors of each unfolding that hold a part of its energy: the truncated higher-order SVD.
///
/// The left singular vectors of an unfolding X are the eigenvectors of X Xᵀ, its squared singular values the eigenvalues.
struct EnergyTruncation: ActivationCompression {
  let energy: Double

  func factors(of x: Tensor) -> [Tensor] {
    (0..<x.shape.rank).map { mode in
      let (values, vectors) = x.correlated(with: x, mode: mode).symmetricEigenvectors()
      return vectors.sliced(axis: 1, 0..<rank(values, limit: x.count / x.shape[mode]))
    }
  }

  /// The smallest K with Σ_{k<K} σ² ≥ energy · Σ σ². All of the energy is all that the limit leaves: the smallest eigenvalues
  /// are rounding errors.
  private func rank(_ values: [Double], limit: Int) -> Int {
    let most = min(values.count, limit)
    let wanted = energy * values.reduce(0) { $0 + max(0, $1) }
    guard energy < 1, wanted.isFinite else { return most }
    var sum = 0.0
    for (index, value) in values.prefix(most).enumerated() {
      sum += max(0, value)
      if sum >= wanted { return index + 1 }
    }
    return most
  }
}

/// One step of subspace iteration from the last step's factors: U = QR(X Xᵀ U).
final class SubspaceIteration: ActivationCompression {
  private let ranks: ActivationRanks
  private let memory: Mutex<BackwardState>

  init(ranks: ActivationRanks, generator: Generator) {
    self.ranks = ranks
    memory = Mutex(BackwardState(generator: generator))
  }

  /// The generator of first directions, and the factors of the last step by `factor` and their axis.
  var state: BackwardState {
    get { memory.withLock { $0 } }
    set { memory.withLock { $0 = newValue } }
  }

  func factors(of x: Tensor) -> [Tensor] {
    let ranks = ranks.ranks(of: x.shape)
    return memory.withLock { memory in
      ranks.indices.map { mode in
        let (name, shape) = ("factor\(mode)", [x.shape[mode], ranks[mode]] as Shape)
        // The first step starts at random, and so does one with another extent, such as a last batch that is smaller.
        let start =
          memory.tensors[name].flatMap { $0.shape == shape && $0.dtype == .float32 ? $0 : nil }
          ?? Tensor.normal(shape, using: &memory.generator).orthonormalColumns()
        let found = x.correlated(with: x.projected(onto: start, mode: mode), mode: mode).orthonormalColumns()
        // After a batch that is not finite the next one must not start from it.
        memory.tensors[name] = found.isFinite ? found : nil
        return found
      }
    }
  }
}
