import Tensor

/// Changes brightness, contrast, saturation and hue by random amounts in random order, as torchvision's
/// `ColorJitter` on Pillow images.
public struct ColorJitter: Transform {
  private let brightness: ClosedRange<Double>
  private let contrast: ClosedRange<Double>
  private let saturation: ClosedRange<Double>
  private let hue: ClosedRange<Double>

  /// Creates a transform: factors are drawn from max(0, 1 − x)...(1 + x), the turn of the hue from −x...x of
  /// the colour circle.
  ///
  /// - Throws: ``DataSetError`` if an amount is negative or the hue exceeds 0.5.
  public init(brightness: Double = 0, contrast: Double = 0, saturation: Double = 0, hue: Double = 0) throws {
    func factors(_ amount: Double, _ name: String) throws -> ClosedRange<Double> {
      guard amount >= 0, amount.isFinite else {
        throw DataSetError("ColorJitter takes a \(name) of at least 0, found \(amount)")
      }
      return max(0, 1 - amount)...1 + amount
    }
    guard (0...0.5).contains(hue) else {
      throw DataSetError("ColorJitter takes a hue from 0 to 0.5, found \(hue)")
    }
    self.brightness = try factors(brightness, "brightness")
    self.contrast = try factors(contrast, "contrast")
    self.saturation = try factors(saturation, "saturation")
    self.hue = -hue...hue
  }

  public var movesPixels: Bool { false }

  public func apply(to image: Image, using generator: inout Generator) -> Image {
    let order = generator.permutation(of: 4)
    let brightness = Float(generator.uniform(in: brightness))
    let contrast = Float(generator.uniform(in: contrast))
    let saturation = Float(generator.uniform(in: saturation))
    let hue = generator.uniform(in: hue)
    var result = image
    for step in order {
      switch step {
      case 0: result = result.withBrightness(brightness)
      case 1: result = result.withContrast(contrast)
      case 2: result = result.withSaturation(saturation)
      default: if hue != 0 { result = result.withHue(hue) }
      }
    }
    return result
  }
}
