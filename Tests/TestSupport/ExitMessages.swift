import Testing

/// Expects the texts in what a process that stopped wrote to its standard error.
public func expectMessage(
  _ result: ExitTest.Result?, _ texts: String..., sourceLocation: SourceLocation = #_sourceLocation
) {
  guard let result else { return }
  let message = String(decoding: result.standardErrorContent, as: UTF8.self)
  for text in texts {
    #expect(message.contains(text), "\(message.prefix(600))", sourceLocation: sourceLocation)
  }
}
