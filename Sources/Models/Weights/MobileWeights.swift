import Formats
import NeuralNet

extension MobileNetwork: RenamingLayer {
  /// Recognises the naming by the name of the stem and gives every array this network's name.
  ///
  /// Names that belong to no part stay, so that they are reported.
  func renaming(_ file: any ArrayFile) throws -> any ArrayFile {
    guard !backbone.naming.names(file), let other = MobileNaming.published(in: file) else { return file }
    var arrays = RenamedArrays(file)
    try arrays.move(backbone.design, from: other, to: backbone.naming)
    try arrays.move("\(other.classifier).weight", to: "\(backbone.naming.classifier).weight") { try $0.asMatrix() }
    try arrays.move("\(other.classifier).bias", to: "\(backbone.naming.classifier).bias")
    arrays.keepOthers()
    return arrays
  }
}

extension MobileNaming {
  /// Whether a file has the stem under these names.
  func names(_ file: any ArrayFile) -> Bool { file["\(stem.convolution).weight"] != nil }

  /// The published naming of a file.
  static func published(in file: any ArrayFile) -> MobileNaming? { published.first { $0.names(file) } }
}

extension RenamedArrays {
  /// Moves convolutions and norms from one naming to another.
  ///
  /// Where norms were folded into convolutions, each becomes one that only shifts: γ = √(1 + ε), β = the convolution's bias,
  /// mean 0, variance 1. It can be trained further.
  mutating func move(
    _ design: MobileDesign, from published: MobileNaming, to own: MobileNaming, under prefix: String = ""
  ) throws {
    for (from, to) in zip(design.units(published), design.units(own)) {
      try move("\(from.convolution).weight", to: "\(prefix)\(to.convolution).weight")
      guard let norm = to.norm.map({ prefix + $0 }) else { continue }
      if let published = from.norm {
        for part in ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"] {
          try move("\(published).\(part)", to: "\(norm).\(part)")
        }
      } else if let bias = source["\(from.convolution).bias"] {
        try move("\(from.convolution).bias", to: "\(norm).bias")
        func constant(_ value: Float) throws -> StoredArray {
          try StoredArray([Float](repeating: value, count: bias.count), shape: bias.shape)
        }
        add(try constant((1 + design.epsilon).squareRoot()), as: "\(norm).weight")
        add(try constant(0), as: "\(norm).running_mean")
        add(try constant(1), as: "\(norm).running_var")
      }
    }
  }
}

extension MobileDesign {
  /// The names of all convolutions and their norms, in their order.
  fileprivate func units(_ naming: MobileNaming) -> [MobileNaming.Unit] {
    let blocks = zip(positions, stages.joined()).flatMap { position, block in
      MobileNaming.Part.allCases.filter { $0 != .expansion || block.middle != nil }.map { part in
        let (prefix, unit) = (naming.block(position), naming.unit(part, block.middle != nil))
        return MobileNaming.Unit("\(prefix).\(unit.convolution)", unit.norm.map { "\(prefix).\($0)" })
      }
    }
    return [naming.stem] + blocks + (head == nil ? [] : [naming.head(positions.count)])
  }
}
