import Foundation
import Tensor

extension Generator {
  /// A number from Beta(alpha, alpha).
  mutating func beta(_ alpha: Double) -> Double {
    let (logX, logY) = (logGamma(alpha), logGamma(alpha))
    return 1 / (1 + exp(logY - logX))
  }

  /// The logarithm of a number from the gamma distribution of this shape (Marsaglia and Tsang 2000); in
  /// logarithms because small shapes give numbers below the smallest `Double`.
  private mutating func logGamma(_ shape: Double) -> Double {
    if shape < 1 { return logGamma(shape + 1) + log(1 - unit()) / shape }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = normal()
      let root = 1 + c * x
      if root <= 0 { continue }
      let v = root * root * root
      if log(1 - unit()) < 0.5 * x * x + d - d * v + d * log(v) { return log(d) + log(v) }
    }
  }

  /// A number from the standard normal distribution (Box–Muller).
  private mutating func normal() -> Double {
    (-2 * log(1 - unit())).squareRoot() * cos(2 * .pi * unit())
  }
}

/// The parameter of a beta distribution as options give it.
///
/// - Throws: ``DataSetError`` unless it is in 1e-6...1e6.
func checkedAlpha(_ alpha: Double, _ owner: String) throws -> Double {
  guard (1e-6...1e6).contains(alpha) else {
    throw DataSetError("\(owner) takes an alpha from 1e-6 to 1e6, found \(alpha)")
  }
  return alpha
}
