import Tensor

/// Numbers that are made from a name, as Tests/References/README.md defines them in section 3.
///
/// Plain loops: models have millions of weights, and tests are not optimised.
enum Formula {
  /// The seed of a name: FNV-1a of its UTF-8 bytes.
  static func seed(_ name: String) -> UInt64 {
    name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  /// Output number `index` of SplitMix64.
  static func output(_ seed: UInt64, _ index: Int) -> UInt64 {
    var z = seed &+ UInt64(truncatingIfNeeded: index &+ 1) &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z &>> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z &>> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z &>> 31)
  }

  /// u in 0 ..< 1, a multiple of 2⁻²⁴.
  static func uniform(_ seed: UInt64, _ index: Int) -> Double {
    Double(output(seed, index) &>> 40) / 16_777_216
  }

  /// v = 2 u − 1.
  static func signed(_ seed: UInt64, _ index: Int) -> Double { 2 * uniform(seed, index) - 1 }

  /// A tensor of the elements scale · (offset + slope · v), rounded once to float32.
  static func tensor(
    _ name: String, _ shape: Shape, scale: Double = 1, offset: Double = 0, slope: Double = 1
  ) -> Tensor {
    let result = Tensor(uninitialized: shape)
    let (seed, count) = (seed(name), shape.count)
    result.withMutableBytes { bytes in
      let elements = bytes.bindMemory(to: Float.self)
      var index = 0
      while index < count {
        elements[index] = Float(scale * (offset + slope * signed(seed, index)))
        index &+= 1
      }
    }
    return result
  }

  /// The first value of a parameter or a moving statistic.
  static func initial(_ name: String, _ shape: Shape) -> Tensor {
    if shape.rank > 1 {
      let fanIn = Double(shape.count(1..<shape.rank))
      return tensor(name, shape, scale: (3 / fanIn).squareRoot() * gain(name, shape))
    }
    if closesBlock(name) { return tensor(name, shape, scale: 0.25, offset: 1, slope: 0.1) }
    let isScale = name.hasSuffix(".weight") || name.hasSuffix(".running_var")
    return tensor(name, shape, offset: isScale ? 1 : 0, slope: 0.1)
  }

  private static func gain(_ name: String, _ shape: Shape) -> Double {
    if name.hasSuffix("conv2.weight") { return 0.5 }
    let isLinear = shape.rank == 2 || name.hasSuffix("conv_pw.weight") || name.hasSuffix("conv_pwl.weight")
    return isLinear ? 1 : 2.0.squareRoot()
  }

  /// Whether a weight is that of the norm that ends a block with a shortcut.
  private static func closesBlock(_ name: String) -> Bool {
    let parts = name.split(separator: ".")
    if name.hasPrefix("layer") {
      return parts.count == 4 && (parts[2] == "bn2" || parts[2] == "bn3") && parts[3] == "weight"
    }
    return name.hasPrefix("blocks.") && parts.count == 5 && parts[2] != "0" && parts[3] == "bn3"
      && parts[4] == "weight"
  }

  /// The images of a step, channels last.
  static func images(step: Int, _ reference: ModelReference) -> Tensor {
    tensor("input:\(step)", Shape(reference.input), scale: 1.7).transposed([0, 2, 3, 1])
  }

  /// The labels of a step.
  static func labels(step: Int, count: Int, classes: Int) -> Tensor {
    let seed = seed("labels:\(step)")
    return Tensor((0..<count).map { Int64(uniform(seed, $0) * Double(classes)) })
  }
}
