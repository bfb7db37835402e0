extension Image {
  /// Multiplies brightness: 0 is black, 1 changes nothing.
  func withBrightness(_ factor: Float) -> Image { blended(factor) { _, _ in 0 } }

  /// Scales the difference from the mean brightness: 0 is one gray, 1 changes nothing.
  func withContrast(_ factor: Float) -> Image {
    let sum = pixels.withUnsafeBufferPointer { source in
      channels == 3
        ? stride(from: 0, to: source.count, by: 3).reduce(0) { $0 + Int(luma(source, $1)) }
        : source.reduce(0) { $0 + Int($1) }
    }
    let mean = Int32(Double(sum) / Double(height * width) + 0.5)
    return blended(factor) { _, _ in mean }
  }

  /// Scales the difference from gray: 0 is gray, 1 changes nothing. Pictures of one channel stay as they are.
  func withSaturation(_ factor: Float) -> Image {
    channels == 3 ? blended(factor) { source, pixel in Int32(luma(source, 3 * pixel)) } : self
  }

  /// other + factor · (self − other), cut to bytes as Pillow's `blend` cuts them; `other` gives each pixel's
  /// byte.
  @inline(__always)
  private func blended(_ factor: Float, with other: (UnsafeBufferPointer<UInt8>, _ pixel: Int) -> Int32)
    -> Image
  {
    if factor == 1 { return self }
    return Image(height: height, width: width, channels: channels) { output in
      pixels.withUnsafeBufferPointer { source in
        for pixel in 0..<height * width {
          let base = other(source, pixel)
          for index in pixel * channels..<(pixel + 1) * channels {
            let value = Float(base) + factor * Float(Int32(source[index]) - base)
            output[index] = UInt8(max(0, min(255, value)))
          }
        }
      }
    }
  }

  /// Turns the hue by a part of the colour circle, in −0.5...0.5. Pictures of one channel stay as they are.
  func withHue(_ shift: Double) -> Image {
    guard channels == 3 else { return self }
    let turn = UInt8(truncatingIfNeeded: Int(shift * 255))
    return Image(height: height, width: width, channels: 3) { output in
      pixels.withUnsafeBufferPointer { source in
        for position in stride(from: 0, to: source.count, by: 3) {
          var color = HueSaturationValue(red: source[position], source[position + 1], source[position + 2])
          color.hue &+= turn
          (output[position], output[position + 1], output[position + 2]) = color.rgb
        }
      }
    }
  }
}

/// A colour in Pillow's HSV mode: bytes for hue, saturation and value.
struct HueSaturationValue: Equatable {
  var hue: UInt8
  var saturation: UInt8
  var value: UInt8

  init(red: UInt8, _ green: UInt8, _ blue: UInt8) {
    value = max(red, green, blue)
    let least = min(red, green, blue)
    guard least != value else {
      hue = 0
      saturation = 0
      return
    }
    let range = Float(value - least)
    let redPart = Float(value - red) / range
    let greenPart = Float(value - green) / range
    let bluePart = Float(value - blue) / range
    let sector: Float
    if red == value {
      sector = bluePart - greenPart
    } else if green == value {
      sector = Float(2.0 + Double(redPart) - Double(bluePart))
    } else {
      sector = Float(4.0 + Double(greenPart) - Double(redPart))
    }
    let shifted = Double(sector) / 6 + 1
    let turn = Float(shifted >= 1 ? shifted - 1 : shifted)
    hue = UInt8(min(255, Double(turn) * 255))
    saturation = UInt8(min(255, Double(range / Float(value)) * 255))
  }

  var rgb: (UInt8, UInt8, UInt8) {
    if saturation == 0 { return (value, value, value) }
    let turn = Float(Double(hue) * 6 / 255)
    let purity = Float(Double(saturation) / 255)
    let sector = turn.rounded(.down)
    let fraction = turn - sector
    func byte(_ part: Double) -> UInt8 {
      UInt8(max(0, min(255, Double(Float(Double(value) * (1 - part)).rounded(.toNearestOrAwayFromZero)))))
    }
    let p = byte(Double(purity))
    let q = byte(Double(purity * fraction))
    let t = byte(Double(purity) * (1 - Double(fraction)))
    switch Int(sector) % 6 {
    case 0: return (value, t, p)
    case 1: return (q, value, p)
    case 2: return (p, value, t)
    case 3: return (p, q, value)
    case 4: return (t, p, value)
    default: return (value, p, q)
    }
  }
}
