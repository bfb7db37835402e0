import ArgumentParser
import Formats
import Hub
import Reporting

/// `martlet weights fetch`.
struct WeightsFetch: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fetch", abstract: "Fetch published weights from the hub.",
    discussion: """
      Files go to the cache of the Hugging Face tools and are checked against the size and digest that the hub tells. A \
      download that was cut goes on where it stopped. HF_ENDPOINT names a mirror, HF_TOKEN opens closed repositories, \
      HF_HOME or HF_HUB_CACHE move the cache.
      """)

  @Argument(help: "A name of martlet weights, or a repository OWNER/NAME with --file.")
  var name: String

  @Option(help: "The file of a repository that is not in the list.")
  var file: String?

  @Option(help: "A branch, tag or commit.")
  var revision = "main"

  @Option(help: "Copy the file here as well.")
  var output: String?

  @Flag(help: "Ask for a newer version even if the file is here.")
  var update = false

  @OptionGroup var reporting: OutputOptions

  func run() throws {
    let known = file == nil ? try PublishedWeights.named(name) : nil
    let wanted =
      try known?.file(revision: revision) ?? HubFile(repository: name, path: file ?? "", revision: revision)
    let client = HubClient(try HubEnvironment())
    func mebibytes(_ bytes: Int) -> Int { (bytes + 1 << 20 - 1) >> 20 }
    var bar: ProgressBar?
    let fetched = try client.fetch(wanted, updates: update) { loaded, total in
      if bar == nil {
        bar = ProgressBar(
          name, total: mebibytes(total), unit: "MiB", mode: reporting.quiet ? .quiet : .automatic, showsMemory: false)
      }
      bar?.update(to: mebibytes(loaded))
    }
    bar?.finish()
    let content = try Bytes.map(fetched.path)
    if let output {
      try AtomicFile.write(to: output) { file in try content.withUnsafeBytes { try file.write($0) } }
    }
    Report.print(
      [
        "name": .string(name), "repository": .string(wanted.repository), "file": .string(wanted.path),
        "revision": .string(wanted.revision), "commit": .string(fetched.commit), "bytes": .integer(content.count),
        "cached": .bool(fetched.wasCached), "path": .string(output ?? fetched.path),
        "wrapper": JSONValue(known?.wrapper), "licence": JSONValue(known?.licence),
      ], reporting)
  }
}
