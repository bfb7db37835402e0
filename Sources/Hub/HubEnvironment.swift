import Foundation

/// Where the hub is and where its files are kept, as the environment variables of the Hugging Face tools say.
public struct HubEnvironment: Sendable {
  /// The address of the hub: `HF_ENDPOINT`.
  public var endpoint: URL
  /// What identifies the user to the hub, and to nobody else: `HF_TOKEN`.
  public var token: String?
  /// The folder of downloaded files, which is shared with the Hugging Face tools.
  public var cache: String
  /// Whether the network must not be used: `HF_HUB_OFFLINE`.
  public var isOffline: Bool

  /// Reads the variables.
  ///
  /// The cache is `HF_HUB_CACHE`, or `hub` in `HF_HOME`, or `huggingface/hub` in `XDG_CACHE_HOME`, or in `~/.cache`.
  /// - Throws: ``HubError`` for an endpoint that is no address.
  public init(_ variables: [String: String] = ProcessInfo.processInfo.environment) throws {
    func value(_ name: String) -> String? {
      let text = variables[name]?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
      return text.isEmpty ? nil : text
    }
    func folder(_ name: String) -> String? {
      value(name).map { ($0 as NSString).expandingTildeInPath }
    }
    let address = value("HF_ENDPOINT") ?? "https://huggingface.co"
    guard let endpoint = URL(string: address), let scheme = endpoint.scheme?.lowercased(),
      ["http", "https"].contains(scheme), endpoint.host?.isEmpty == false
    else { throw HubError("HF_ENDPOINT is \"\(address)\"; expected an address such as https://huggingface.co") }
    self.endpoint = endpoint
    token = value("HF_TOKEN")
    let home = value("HOME") ?? NSHomeDirectory()
    cache =
      folder("HF_HUB_CACHE") ?? folder("HF_HOME").map { $0 + "/hub" }
      ?? folder("XDG_CACHE_HOME").map { $0 + "/huggingface/hub" } ?? "\(home)/.cache/huggingface/hub"
    isOffline = ["1", "on", "yes", "true"].contains(value("HF_HUB_OFFLINE")?.lowercased() ?? "")
  }
}
