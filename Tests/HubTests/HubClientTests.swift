import Formats
import Foundation
import Testing

@testable import Hub

/// Downloads from a hub on this machine.
@Suite(.serialized) struct HubClientTests {
  private func names(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  private func expectFailure(
    _ text: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
  ) {
    let error = #expect(throws: HubError.self, sourceLocation: sourceLocation) { try body() }
    #expect(error?.description.contains(text) == true, "\(error?.description ?? "")", sourceLocation: sourceLocation)
  }

  @Test func aFileIsFetchedIntoTheSharedLayout() throws {
    let fixture = try HubFixture()
    var last = (0, 0)
    let fetched = try fixture.client().fetch(fixture.file()) { last = ($0, $1) }
    #expect(!fetched.wasCached)
    #expect(fetched.commit == HubFixture.commit)
    #expect(last == (HubFixture.content.count, HubFixture.content.count))
    let snapshot = "\(fixture.folder)/models--someone--model.tag/snapshots/\(HubFixture.commit)/model.safetensors"
    #expect(fetched.path == snapshot)
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: snapshot) == "../../blobs/\(HubFixture.digest)")
    #expect(try Bytes.read(snapshot).array() == HubFixture.content)
    #expect(names(in: fixture.blobs) == [HubFixture.digest])
    let reference = try Bytes.read("\(fixture.folder)/models--someone--model.tag/refs/main").array()
    #expect(String(decoding: reference, as: UTF8.self) == HubFixture.commit)
  }

  @Test func deepFilesAndOtherRevisionsHaveTheirPlaces() throws {
    let fixture = try HubFixture()
    let fetched = try fixture.client().fetch(fixture.file("folder/deep.bin", revision: "refs/pr/1"))
    #expect(fetched.path.hasSuffix("/snapshots/\(HubFixture.commit)/folder/deep.bin"))
    #expect(try Bytes.read(fetched.path).array() == HubFixture.content)
    #expect(names(in: "\(fixture.folder)/models--someone--model.tag/refs/refs/pr") == ["1"])
    let pinned = try fixture.client().fetch(fixture.file("folder/deep.bin", revision: HubFixture.commit))
    #expect(pinned.wasCached)
  }

  @Test func theTokenGoesToTheHubOnly() throws {
    let fixture = try HubFixture()
    _ = try fixture.client(token: HubFixture.token).fetch(fixture.file())
    #expect(fixture.hub.requests.allSatisfy { $0.headers["authorization"] == "Bearer \(HubFixture.token)" })
    #expect(fixture.hub.requests.map(\.method) == ["HEAD", "GET"])
    #expect(fixture.files.requests.map(\.method) == ["GET"])
    #expect(fixture.files.requests.allSatisfy { $0.headers["authorization"] == nil })
  }

  @Test func aFileThatIsHereNeedsNoNetwork() throws {
    let fixture = try HubFixture()
    let first = try fixture.client().fetch(fixture.file())
    let count = fixture.hub.requests.count
    let second = try fixture.client().fetch(fixture.file())
    #expect(second.wasCached)
    #expect(second.path == first.path)
    #expect(fixture.hub.requests.count == count)
    let updated = try fixture.client().fetch(fixture.file(), updates: true)
    #expect(updated.wasCached)
    #expect(fixture.hub.requests.count == count + 1)
    #expect(fixture.files.requests.count == 1)
  }

  @Test func aBrokenConnectionIsTakenUpAgain() throws {
    let fixture = try HubFixture([.cut(after: 100_000), .status(503), .cut(after: 50_000)])
    let fetched = try fixture.client().fetch(fixture.file())
    #expect(try Bytes.read(fetched.path).array() == HubFixture.content)
    let ranges = fixture.files.requests.map { $0.headers["range"] }
    #expect(ranges == [nil, "bytes=100000-299999", "bytes=100000-299999", "bytes=150000-299999"])
  }

  /// What has come and was not written yet lies in memory: a part at most.
  @Test func largeFilesComeInParts() throws {
    let fixture = try HubFixture([.cut(after: 70_000)])
    let fetched = try fixture.client(partBytes: 120_000).fetch(fixture.file())
    #expect(try Bytes.read(fetched.path).array() == HubFixture.content)
    let ranges = fixture.files.requests.map { $0.headers["range"] }
    #expect(ranges == ["bytes=0-119999", "bytes=70000-189999", "bytes=190000-299999"])
  }

  @Test func whatAKilledProcessLeftIsUsed() throws {
    let fixture = try HubFixture()
    try FileManager.default.createDirectory(atPath: fixture.blobs, withIntermediateDirectories: true)
    let partial = "\(fixture.blobs)/\(HubFixture.digest).incomplete"
    try AtomicFile.write(Array(HubFixture.content.prefix(123_456)), to: partial)
    let fetched = try fixture.client().fetch(fixture.file())
    #expect(try Bytes.read(fetched.path).array() == HubFixture.content)
    #expect(fixture.files.requests.map { $0.headers["range"] } == ["bytes=123456-299999"])
    #expect(names(in: fixture.blobs) == [HubFixture.digest])
  }

  @Test func aServerThatCannotGoOnSendsAllAgain() throws {
    let fixture = try HubFixture([.cut(after: 10), .wholeFile])
    let fetched = try fixture.client().fetch(fixture.file())
    #expect(try Bytes.read(fetched.path).array() == HubFixture.content)
  }

  @Test func theWrongContentIsThrownAway() throws {
    let fixture = try HubFixture([.otherContent])
    expectFailure("digest") { _ = try fixture.client().fetch(fixture.file()) }
    #expect(names(in: fixture.blobs).isEmpty)
    #expect(try fixture.client().cached(fixture.file()) == nil)
    #expect(try Bytes.read(fixture.client().fetch(fixture.file()).path).array() == HubFixture.content)
  }

  @Test func aConnectionThatNeverHoldsEndsWithWhatIsThereKept() throws {
    let fixture = try HubFixture(Array(repeating: .cut(after: 0), count: 10))
    expectFailure("kept") { _ = try fixture.client().fetch(fixture.file()) }
    #expect(names(in: fixture.blobs) == ["\(HubFixture.digest).incomplete"])
  }

  /// Bytes that were there before are no progress.
  @Test func aServerThatSendsTheSameAgainIsGivenUp() throws {
    let fixture = try HubFixture(Array(repeating: .sameAgain, count: 20))
    expectFailure("kept") { _ = try fixture.client().fetch(fixture.file()) }
    #expect(fixture.files.requests.count < 20)
  }

  @Test func smallFilesAreCheckedToo() throws {
    let fixture = try HubFixture()
    for name in ["config.json", "moved.json"] {
      let fetched = try fixture.client().fetch(fixture.file(name))
      #expect(try Bytes.read(fetched.path).array() == HubFixture.smallContent)
    }
    #expect(names(in: fixture.blobs) == [HubFixture.smallDigest])
  }

  @Test func refusalsAreExplained() throws {
    let fixture = try HubFixture()
    expectFailure("no file missing.bin") { _ = try fixture.client().fetch(fixture.file("missing.bin")) }
    expectFailure("no revision v9") { _ = try fixture.client().fetch(fixture.file(revision: "v9")) }
    let closed = try HubFile(repository: "someone/closed", path: "a")
    expectFailure("set HF_TOKEN") { _ = try fixture.client().fetch(closed) }
    expectFailure("does not exist") { _ = try fixture.client(token: HubFixture.token).fetch(closed) }
    #expect(names(in: fixture.blobs).isEmpty)
  }

  @Test func withoutNetworkTheReasonIsTold() throws {
    let fixture = try HubFixture()
    var environment = try fixture.environment()
    environment.isOffline = true
    expectFailure("HF_HUB_OFFLINE") { _ = try HubClient(environment).fetch(fixture.file()) }
    environment.isOffline = false
    environment.endpoint = try #require(URL(string: "http://127.0.0.1:1"))
    expectFailure("check the network") { _ = try HubClient(environment).fetch(fixture.file()) }
  }

  @Test func twoDownloadsDoNotMix() throws {
    let fixture = try HubFixture()
    try FileManager.default.createDirectory(atPath: fixture.blobs, withIntermediateDirectories: true)
    let other = try PartialFile("\(fixture.blobs)/\(HubFixture.digest).incomplete")
    expectFailure("another process") { _ = try fixture.client().fetch(fixture.file()) }
    _ = other
  }
}
