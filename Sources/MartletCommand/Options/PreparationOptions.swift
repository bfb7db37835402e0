import ArgumentParser
import Models

/// How pictures are prepared, where that is not as the model's configuration says.
struct PreparationOptions: ParsableArguments {
  @Option(
    help: .number(
      "The part of the resized picture's shorter side that the centre crop keeps; 1 keeps all. By default the model's own."
    ))
  var crop: Float?

  /// - Throws: ``CommandError`` for a crop that cannot be.
  func check() throws {
    if let crop, !(crop > 0 && crop <= 1) {
      throw CommandError("--crop is \(crop); expected a number above 0 and at most 1")
    }
  }
}
