import ArgumentParser

/// The command line of Martlet.
public struct Martlet: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "martlet", abstract: "Learning on the edge: train, adapt and ship models on small machines.",
    version: "0.1.0",
    subcommands: [
      Quickstart.self, Train.self, Evaluate.self, Predict.self, Profile.self, Bench.self, Models.self, Data.self,
      Doctor.self,
    ])

  public init() {}
}
