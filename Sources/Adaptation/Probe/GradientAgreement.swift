import Foundation
import Tensor

/// How well a strategy's gradients of one layer agree with the exact ones on a probe batch, and what they cost.
public struct GradientAgreement: Sendable {
  /// The strategy.
  public let strategy: any Strategy
  /// The cosine of the angle between the approximate and the exact gradient of the weight.
  public let cosine: Double
  /// ‖g‖² / ‖g − g̃‖² of the weight gradient in decibels; infinite where they are equal (Yang et al., CVPR 2023, section 3.4).
  public let signalToNoise: Double
  /// The cosine for the gradient that is passed on to the layer before; nil where none is.
  public let inputCosine: Double?
  /// Bytes kept of the input, measured.
  public let savedBytes: Int
  /// Keeping and the backward pass, measured.
  public let milliseconds: Double

  init(
    _ strategy: any Strategy, weight: Tensor?, exactWeight: Tensor, input: Tensor?, exactInput: Tensor?,
    savedBytes: Int,
    milliseconds: Double
  ) {
    (self.strategy, self.savedBytes, self.milliseconds) = (strategy, savedBytes, milliseconds)
    cosine = weight.map { Self.cosine($0, exactWeight) } ?? 0
    signalToNoise = weight.map { Self.decibels(exactWeight.squaredNorm / (exactWeight - $0).squaredNorm) } ?? 0
    inputCosine = exactInput.flatMap { exact in input.map { Self.cosine($0, exact) } }
  }

  /// 0 where one of the two is 0.
  static func cosine(_ left: Tensor, _ right: Tensor) -> Double {
    let (left, right) = (left.detached.cast(to: .float32), right.detached.cast(to: .float32))
    let scale = (left.squaredNorm * right.squaredNorm).squareRoot()
    return scale > 0 ? Double((left * right).sum().item()) / scale : 0
  }

  private static func decibels(_ ratio: Double) -> Double { 10 * log10(ratio) }
}
