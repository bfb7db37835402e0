import ArgumentParser
import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The command line of Martlet.
public struct Martlet: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "martlet", abstract: "Learning on the edge: train, adapt and ship models on small machines.",
    version: "0.1.0",
    subcommands: [
      Quickstart.self, Train.self, Adapt.self, Evaluate.self, Predict.self, Convert.self, Export.self, Profile.self,
      Bench.self,
      Models.self, Weights.self, Data.self, Doctor.self,
    ])

  public init() {}

  /// Runs the command line of this process.
  public static func main() {
    signal(SIGXFSZ, SIG_IGN)  // a limit on the size of files is an error of the write, not the end of the process
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch  where isUnusableValue(error) {
      let line = message(for: error).split(whereSeparator: \.isNewline).joined(separator: " ")
      FileHandle.standardError.write(Foundation.Data("Error: \(line)\n".utf8))
      Foundation.exit(1)
    } catch {
      exit(withError: error)
    }
  }

  /// Whether an option has a value that it cannot take: a failure like a number out of range, not wrong usage.
  ///
  /// The parser has no other sign of it than the beginning of its message.
  private static func isUnusableValue(_ error: any Error) -> Bool {
    exitCode(for: error) == .validationFailure && message(for: error).hasPrefix("The value '")
  }
}
