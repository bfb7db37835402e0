/// How pixels between the old ones are made.
public enum Interpolation: String, Sendable, Hashable, CaseIterable, Codable {
  /// A triangle of two pixels; wider when shrinking, so that nothing is skipped.
  case bilinear
  /// Keys' cubic with a = −0.5 over four pixels; wider when shrinking.
  case bicubic

  /// Half the width of the filter, in pixels.
  var support: Double { self == .bilinear ? 1 : 2 }

  /// The filter at a distance from its centre.
  func weight(_ distance: Double) -> Double {
    let x = abs(distance)
    switch self {
    case .bilinear: return max(0, 1 - x)
    case .bicubic:
      let a = -0.5
      if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
      if x < 2 { return (((x - 5) * x + 8) * x - 4) * a }
      return 0
    }
  }
}

/// For each output position of one axis, the first input position and the weights in 22-bit fixed point.
///
/// The same numbers as in Pillow's resampling of bytes, so that results are equal bit by bit.
struct ResamplingWeights {
  static let fractionBits: Int32 = 22
  static let half: Int32 = 1 << 21

  let starts: [Int]
  let counts: [Int]
  /// The weights of output `i` begin at `i * stride`.
  let weights: [Int32]
  let stride: Int

  init(from inputSize: Int, to outputSize: Int, _ interpolation: Interpolation) {
    let scale = Double(inputSize) / Double(outputSize)
    let filterScale = max(1, scale)
    let support = interpolation.support * filterScale
    let inverse = 1 / filterScale
    stride = Int(support.rounded(.up)) * 2 + 1
    var starts: [Int] = []
    var counts: [Int] = []
    var weights = [Int32](repeating: 0, count: outputSize * stride)
    for position in 0..<outputSize {
      let center = (Double(position) + 0.5) * scale
      let start = max(0, Int(center - support + 0.5))
      let count = min(inputSize, Int(center + support + 0.5)) - start
      let raw = (0..<count).map { interpolation.weight((Double($0 + start) - center + 0.5) * inverse) }
      let sum = raw.reduce(0, +)
      for (tap, weight) in raw.enumerated() {
        let scaled = (sum == 0 ? weight : weight / sum) * Double(1 << Self.fractionBits)
        weights[position * stride + tap] = Int32(scaled < 0 ? scaled - 0.5 : scaled + 0.5)
      }
      starts.append(start)
      counts.append(count)
    }
    self.starts = starts
    self.counts = counts
    self.weights = weights
  }
}

extension ResamplingWeights {
  /// Resamples a row of pixels of any number of channels.
  func resample(
    _ line: UnsafeBufferPointer<UInt8>, channels: Int, into output: UnsafeMutableBufferPointer<UInt8>
  ) {
    weights.withUnsafeBufferPointer { weights in
      for column in 0..<starts.count {
        for channel in 0..<channels {
          var sum = ResamplingWeights.half
          for tap in 0..<counts[column] {
            sum &+= Int32(line[(starts[column] + tap) * channels + channel]) &* weights[column * stride + tap]
          }
          output[column * channels + channel] = clippedByte(sum)
        }
      }
    }
  }

  /// The same for three channels, which share the reading of each weight.
  func resampleColors(_ line: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>) {
    weights.withUnsafeBufferPointer { weights in
      for column in 0..<starts.count {
        var (red, green, blue) = (ResamplingWeights.half, ResamplingWeights.half, ResamplingWeights.half)
        var position = 3 * starts[column]
        for tap in column * stride..<column * stride + counts[column] {
          let weight = weights[tap]
          red &+= Int32(line[position]) &* weight
          green &+= Int32(line[position + 1]) &* weight
          blue &+= Int32(line[position + 2]) &* weight
          position += 3
        }
        output[3 * column] = clippedByte(red)
        output[3 * column + 1] = clippedByte(green)
        output[3 * column + 2] = clippedByte(blue)
      }
    }
  }
}

extension Image {
  /// The image in another size: along rows first, then along columns, each rounded to bytes, as Pillow does
  /// it up to version 12 (later ones swap the passes for some sizes, which changes pixels a little).
  func resized(height: Int, width: Int, _ interpolation: Interpolation) -> Image {
    resizedHorizontally(to: width, interpolation).resizedVertically(to: height, interpolation)
  }

  private func resizedHorizontally(to newWidth: Int, _ interpolation: Interpolation) -> Image {
    if newWidth == width { return self }
    let axis = ResamplingWeights(from: width, to: newWidth, interpolation)
    return Image(height: height, width: newWidth, channels: channels) { output in
      pixels.withUnsafeBufferPointer { source in
        for row in 0..<height {
          let line = UnsafeBufferPointer(rebasing: source[row * rowByteCount..<(row + 1) * rowByteCount])
          let target = UnsafeMutableBufferPointer(
            rebasing: output[row * newWidth * channels..<(row + 1) * newWidth * channels])
          if channels == 3 {
            axis.resampleColors(line, into: target)
          } else {
            axis.resample(line, channels: channels, into: target)
          }
        }
      }
    }
  }

  private func resizedVertically(to newHeight: Int, _ interpolation: Interpolation) -> Image {
    if newHeight == height { return self }
    let axis = ResamplingWeights(from: height, to: newHeight, interpolation)
    let count = rowByteCount
    var sums = [Int32](repeating: 0, count: count)
    return Image(height: newHeight, width: width, channels: channels) { output in
      pixels.withUnsafeBufferPointer { source in
        sums.withUnsafeMutableBufferPointer { sums in
          for row in 0..<newHeight {
            sums.update(repeating: ResamplingWeights.half)
            for tap in 0..<axis.counts[row] {
              let weight = axis.weights[row * axis.stride + tap]
              let line = UnsafeBufferPointer(
                rebasing: source[((axis.starts[row] + tap) * count)...].prefix(count))
              for index in 0..<count { sums[index] &+= Int32(line[index]) &* weight }
            }
            for index in 0..<count { output[row * count + index] = clippedByte(sums[index]) }
          }
        }
      }
    }
  }
}

/// A fixed-point sum as a byte.
@inline(__always)
private func clippedByte(_ sum: Int32) -> UInt8 {
  UInt8(truncatingIfNeeded: max(0, min(255, sum >> ResamplingWeights.fractionBits)))
}
