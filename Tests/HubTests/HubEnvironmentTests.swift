import Testing

@testable import Hub

@Suite struct HubEnvironmentTests {
  @Test func theCacheIsThatOfTheHubsTools() throws {
    #expect(try HubEnvironment(["HOME": "/h"]).cache == "/h/.cache/huggingface/hub")
    #expect(try HubEnvironment(["HOME": "/h", "XDG_CACHE_HOME": "/x"]).cache == "/x/huggingface/hub")
    #expect(try HubEnvironment(["XDG_CACHE_HOME": "/x", "HF_HOME": "/f"]).cache == "/f/hub")
    #expect(try HubEnvironment(["HF_HOME": "/f", "HF_HUB_CACHE": "/c"]).cache == "/c")
    #expect(try HubEnvironment([:]).endpoint.absoluteString == "https://huggingface.co")
    #expect(try HubEnvironment(["HF_TOKEN": " \n"]).token == nil)
    #expect(try HubEnvironment(["HF_HUB_OFFLINE": "1"]).isOffline)
  }

  @Test(arguments: ["ftp://x", "huggingface.co", "file:///etc", "http://"])
  func endpointsThatAreNoAddressesAreRefused(_ address: String) {
    let error = #expect(throws: HubError.self) { _ = try HubEnvironment(["HF_ENDPOINT": address]) }
    #expect(error?.description.contains(address) == true)
  }

  @Test(arguments: [
    ("../x", "a", "main"), ("a/b/c", "a", "main"), ("a/..", "a", "main"), ("", "a", "main"), ("a/b?", "a", "main"),
    ("a/b", "../../etc/passwd", "main"), ("a/b", "/etc/passwd", "main"), ("a/b", "", "main"), ("a/b", "c\n", "main"),
    ("a/b", "c", "../../main"), ("a/b", "c", ""), ("a/b", "c//d", "main"),
  ])
  func namesThatLeaveTheCacheAreRefused(_ repository: String, _ path: String, _ revision: String) {
    #expect(throws: HubError.self) { _ = try HubFile(repository: repository, path: path, revision: revision) }
  }
}
