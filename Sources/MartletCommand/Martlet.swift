import ArgumentParser
import Foundation
import Reporting
import Tensor

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
    MemoryExhaustion.handle { message in
      StandardErrorOutput().write("Error: \(message)\n")
      _exit(1)
    }
    signal(SIGXFSZ, SIG_IGN)  // a limit on the size of files is an error of the write, not the end of the process
    do {
      let words = NegativeNumbers.joined(to: Array(CommandLine.arguments.dropFirst()))
      do {
        var command = try parseAsRoot(words)
        try command.run()
      } catch {
        guard exitCode(for: error).isSuccess else { throw error }
        print(fullMessage(for: error))  // help and the version come as errors
      }
      try StandardOutput.finish()
    } catch {
      guard let description = UnusableValue.description(of: error) else { exit(withError: error) }
      StandardErrorOutput().write("Error: \(description)\n")
      Foundation.exit(1)
    }
  }
}
