/// Pictures of a size that a network, as it was built, cannot run on.
public struct UnfitPictures: Error, CustomStringConvertible {
  /// What was found, what was expected, what to do.
  public let description: String
}

extension Model {
  /// Stops at pictures that are not of the size which tables of positions tie the network to, or so small that its last feature
  /// map would vanish.
  /// - Throws: ``UnfitPictures``; ``UnknownModel`` where the architecture is not a registered one.
  public func checkPictures(height: Int, width: Int) throws {
    let entry = try ModelRegistry.entry(named: configuration.name)
    let side = entry.hasPositions ? configuration.inputSize : entry.reduction
    if entry.hasPositions ? (height, width) == (side, side) : min(height, width) >= side { return }
    throw UnfitPictures(
      description: "pictures of \(height)×\(width) do not fit \(entry.name), which takes "
        + (entry.hasPositions ? "those of \(side)×\(side) alone" : "at least \(side)×\(side)") + "; resize them")
  }
}
