import Foundation
import Testing

@testable import Formats

@Suite struct AtomicFileTests {
  @Test func replacesContentAndKeepsPermissions() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/file"
      try AtomicFile.write(Array("old".utf8), to: path)
      #expect(chmod(path, 0o640) == 0)
      try AtomicFile.write(Array("new".utf8), to: path)
      #expect(try Bytes.read(path).array() == Array("new".utf8))
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber
      #expect(mode?.intValue == 0o640)
      #expect(try names(in: folder) == ["file"])
    }
  }

  @Test func failureInTheMiddleLeavesTheOldFile() throws {
    struct Interruption: Error {}
    try withTemporaryFolder { folder in
      let path = "\(folder)/file"
      try AtomicFile.write(Array("old".utf8), to: path)
      #expect(throws: Interruption.self) {
        try AtomicFile.write(to: path) { file in
          try file.write([1, 2, 3])
          throw Interruption()
        }
      }
      #expect(try Bytes.read(path).array() == Array("old".utf8))
      #expect(try names(in: folder) == ["file"])
    }
  }

  @Test func leftoversOfDeadProcessesAreRemoved() throws {
    try withTemporaryFolder { folder in
      let leftovers = [".file.999999999-1-0.tmp", ".file.\(getpid())-1-0.tmp", ".other.tmp", "file"]
      for name in leftovers { try AtomicFile.write([1], to: "\(folder)/\(name)") }
      let package = "\(folder)/.package.999999999-1-0.tmp"
      try FileManager.default.createDirectory(atPath: package, withIntermediateDirectories: false)
      try AtomicFile.write([1], to: "\(package)/inside")
      AtomicFile.removeLeftovers(beside: "\(folder)/new")
      #expect(Set(try names(in: folder)) == Set(leftovers.dropFirst()))
    }
  }

  @Test func leftoversBesideTheTargetOfALinkAreRemoved() throws {
    try withTemporaryFolder { folder in
      try FileManager.default.createDirectory(atPath: "\(folder)/inner", withIntermediateDirectories: false)
      for name in ["target", ".target.999999999-1-0.tmp"] { try AtomicFile.write([1], to: "\(folder)/inner/\(name)") }
      #expect(symlink("inner/target", "\(folder)/link") == 0)
      AtomicFile.removeLeftovers(beside: "\(folder)/link")
      #expect(try names(in: "\(folder)/inner") == ["target"])
    }
  }

  @Test func namesOfTemporaryFilesAreKnown() throws {
    let name = AtomicFile.temporaryName(for: "a.b")
    #expect(name.wholeMatch(of: /\.a\.b\.([0-9]+)-[0-9]+-0\.tmp/)?.1 == "\(getpid())")
  }

  @Test func followsSymbolicLinks() throws {
    try withTemporaryFolder { folder in
      try AtomicFile.write([1], to: "\(folder)/target")
      #expect(symlink("target", "\(folder)/link") == 0)
      try AtomicFile.write([2], to: "\(folder)/link")
      #expect(try Bytes.read("\(folder)/target").array() == [2])
      #expect(symlink("not-there-yet", "\(folder)/dangling") == 0)
      try AtomicFile.write([3], to: "\(folder)/dangling")
      #expect(try Bytes.read("\(folder)/not-there-yet").array() == [3])
    }
  }

  @Test func impossiblePathsAreNamed() throws {
    try withTemporaryFolder { folder in
      expectFailure("a folder", file: folder) { try AtomicFile.write([1], to: folder) }
      expectFailure("No such file", file: folder) { try AtomicFile.write([1], to: "\(folder)/absent/file") }
      expectFailure("without a file name", file: folder) {
        try AtomicFile.write([1], to: "\(folder)/absent/")
      }
      expectFailure("device", file: "/dev/null") { try AtomicFile.write([1], to: "/dev/null") }
      #expect(symlink("loop", "\(folder)/loop") == 0)
      expectFailure("levels of symbolic links", file: folder) {
        try AtomicFile.write([1], to: "\(folder)/loop")
      }
    }
  }

  @Test func longNamesWork() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/\(String(repeating: "n", count: 250))"
      try AtomicFile.write([1], to: path)
      #expect(try Bytes.read(path).count == 1)
    }
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func fullDiskIsReported() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/file"
      try AtomicFile.write(Array("old".utf8), to: path)
      expectFailure("No space left on device; free some space", file: path) {
        try AtomicFile.write(to: path, openTemporary: { _, _ in open("/dev/full", O_WRONLY) }) { file in
          try file.write([UInt8](repeating: 1, count: 100_000))
        }
      }
      #expect(try Bytes.read(path).array() == Array("old".utf8))
    }
  }

  #if os(Linux) || os(macOS)
    /// Every writer, in a process whose files may not grow beyond 64 KiB.
    @Test func writersSurviveAFullDisk() async {
      await #expect(processExitsWith: .success) {
        signal(SIGXFSZ, SIG_IGN)
        var limit = rlimit(rlim_cur: 65536, rlim_max: 65536)
        #if os(Linux)
          #expect(setrlimit(__rlimit_resource_t(1), &limit) == 0)
        #else
          #expect(setrlimit(RLIMIT_FSIZE, &limit) == 0)
        #endif
        let array = try StoredArray([UInt8](repeating: 3, count: 200_000))
        var generator = SplitMix64(state: 1)
        let noise = (0..<3 * 200 * 200).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let picture = try Picture(width: 200, height: 200, pixels: noise)
        try withTemporaryFolder { folder in
          let path = "\(folder)/file"
          try AtomicFile.write(Array("old".utf8), to: path)
          let writers: [() throws -> Void] = [
            { try SafetensorsWriter.write([.init(name: "x", array)], to: path) },
            { try NpyFile.write(array, to: path) },
            { try NpzFile.write([("x", array)], to: path) },
            { try picture.writePNG(to: path) },
          ]
          for write in writers {
            let error = #expect(throws: FormatError.self) { try write() }
            try #require(error?.description.contains("File too large; free some space") == true)
            try #require(try Bytes.read(path).array() == Array("old".utf8))
            try #require(try names(in: folder) == ["file"])
          }
        }
      }
    }

    @Test func unreadableFilesAreReported() async {
      await #expect(processExitsWith: .success) {
        try withTemporaryFolder { folder in
          try AtomicFile.write([1], to: "\(folder)/file")
          try #require(chmod("\(folder)/file", 0) == 0)
          // The super-user may read everything, so become somebody else.
          if geteuid() == 0 { try #require(seteuid(65534) == 0) }
          defer { _ = seteuid(getuid()) }
          let error = #expect(throws: FormatError.self) { try SafetensorsFile("\(folder)/file") }
          try #require(error?.description.contains("Permission denied") == true)
          let refused = #expect(throws: FormatError.self) { try AtomicFile.write([1], to: "/absent") }
          try #require(refused != nil)
        }
      }
    }
  #endif
}
