import Formats
import NeuralNet

extension MobileNetwork: RenamingLayer {
  /// Recognises the naming by the name of the stem and gives every array this network's name.
  ///
  /// Names that belong to no part stay, so that they are reported. Where norms were folded into convolutions, each becomes one
  /// that only shifts: γ = √(1 + ε), β = the convolution's bias, mean 0, variance 1. It can be trained further.
  func renaming(_ file: any ArrayFile) throws -> any ArrayFile {
    let isOwn = file["\(backbone.naming.stem.convolution).weight"] != nil
    guard !isOwn,
      let other = MobileNaming.published.first(where: { file["\($0.stem.convolution).weight"] != nil })
    else { return file }
    var result = RenamedArrays()
    var taken: Set<String> = []
    func move(_ name: String, to own: String, _ change: (StoredArray) throws -> StoredArray = { $0 }) throws {
      guard let array = file[name] else { return }
      taken.insert(name)
      result[own] = try change(array)
    }
    for (from, to) in zip(backbone.design.units(other), backbone.design.units(backbone.naming)) {
      try move("\(from.convolution).weight", to: "\(to.convolution).weight")
      guard let norm = to.norm else { continue }
      if let published = from.norm {
        for part in ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"] {
          try move("\(published).\(part)", to: "\(norm).\(part)")
        }
      } else if let bias = file["\(from.convolution).bias"] {
        try move("\(from.convolution).bias", to: "\(norm).bias")
        func constant(_ value: Float) throws -> StoredArray {
          try StoredArray([Float](repeating: value, count: bias.count), shape: bias.shape)
        }
        result["\(norm).weight"] = try constant((1 + backbone.design.epsilon).squareRoot())
        result["\(norm).running_mean"] = try constant(0)
        result["\(norm).running_var"] = try constant(1)
      }
    }
    try move("\(other.classifier).weight", to: "\(backbone.naming.classifier).weight") { try $0.asMatrix() }
    try move("\(other.classifier).bias", to: "\(backbone.naming.classifier).bias")
    for name in file.names where !taken.contains(name) { result[name] = file[name] }
    return result
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
