import DataSets

/// Colours that tell classes apart in pictures of label maps.
///
/// The bits of a number are spread over red, green and blue from the highest bit down, so that small numbers differ most: the
/// rule of the PASCAL VOC development kit. Pixels without a class are black.
public enum LabelColors {
  /// Red, green and blue of a class.
  public static func color(of label: Int) -> (red: UInt8, green: UInt8, blue: UInt8) {
    var (rest, red, green, blue) = (label + 1, UInt8(0), UInt8(0), UInt8(0))
    for bit in stride(from: UInt8(7), to: 0, by: -1) {
      red |= UInt8(rest & 1) << bit
      green |= UInt8(rest >> 1 & 1) << bit
      blue |= UInt8(rest >> 2 & 1) << bit
      rest >>= 3
    }
    return (red, green, blue)
  }

  /// Red, green and blue bytes of classes; what is ignored is black.
  public static func pixels(_ labels: some Collection<UInt8>) -> [UInt8] {
    var pixels: [UInt8] = []
    pixels.reserveCapacity(3 * labels.count)
    for label in labels {
      let (red, green, blue) = label == LabelMap.ignored ? (0, 0, 0) : color(of: Int(label))
      pixels += [red, green, blue]
    }
    return pixels
  }
}
