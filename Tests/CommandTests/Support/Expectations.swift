import Foundation
import Reporting
import Testing

/// Expects a run that succeeded.
func expectSuccess(
  _ outcome: MartletProcess.Outcome, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(outcome.status == 0, "\(outcome.errors.suffix(600))", sourceLocation: sourceLocation)
}

/// Expects a run that ended with exit code 1, one line on standard error that holds the texts, and no output.
func expectError(
  _ outcome: MartletProcess.Outcome, _ texts: String..., sourceLocation: SourceLocation = #_sourceLocation
) {
  let errors = outcome.errors
  #expect(outcome.status == 1, "\(errors.prefix(600))", sourceLocation: sourceLocation)
  #expect(outcome.output.isEmpty, "\(outcome.output.prefix(600))", sourceLocation: sourceLocation)
  #expect(outcome.errorLines.count == 1, "\(errors.prefix(600))", sourceLocation: sourceLocation)
  #expect(errors.hasPrefix("Error: "), "\(errors.prefix(600))", sourceLocation: sourceLocation)
  for text in texts {
    #expect(errors.contains(text), "\(text) is not in: \(errors.prefix(600))", sourceLocation: sourceLocation)
  }
}

/// Expects a command line that was refused with exit code 64, a first line that holds the texts, and the usage.
func expectUsageError(
  _ outcome: MartletProcess.Outcome, _ texts: String..., sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(outcome.status == 64, "\(outcome.errors.prefix(600))", sourceLocation: sourceLocation)
  #expect(outcome.output.isEmpty, "\(outcome.output.prefix(600))", sourceLocation: sourceLocation)
  #expect(outcome.errors.contains("--help"), "\(outcome.errors.prefix(600))", sourceLocation: sourceLocation)
  let line = outcome.errorLines.first ?? ""
  for text in texts {
    #expect(line.contains(text), "\(text) is not in: \(line)", sourceLocation: sourceLocation)
  }
}

/// The JSON document that is all of the standard output.
func document(
  _ outcome: MartletProcess.Outcome, sourceLocation: SourceLocation = #_sourceLocation
) throws -> JSONValue {
  expectSuccess(outcome, sourceLocation: sourceLocation)
  return try JSONValue(parsing: outcome.output, source: "standard output")
}
