extension Duration {
  /// The duration as a number of milliseconds.
  public var milliseconds: Double { Double(components.seconds) * 1e3 + Double(components.attoseconds) / 1e15 }
}
