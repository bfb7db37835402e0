import Foundation

// Built in one module with the sources of Formats, so that libFuzzer sees the branches of the readers.

/// The readers that can be fuzzed, by the names used on the command line.
private enum Reader: String {
  case safetensors, npy, npz, gzip, idx, cifar, torch, pictures

  /// Reads everything in the bytes. Limits are low so that a run tries many files.
  func read(_ bytes: Bytes) throws {
    let maximumBytes = 1 << 20
    switch self {
    case .safetensors:
      let file = try SafetensorsFile(bytes, name: "input")
      for name in file.names { _ = try file.array(named: name).floats() }
    case .npy:
      _ = try NpyFile.decode(bytes, name: "input").floats()
    case .npz:
      let file = try NpzFile(bytes, name: "input")
      for name in file.names { _ = try file.array(named: name, maximumBytes: maximumBytes).floats() }
    case .gzip:
      _ = try GzipFile.decode(bytes, name: "input", maximumBytes: maximumBytes)
    case .idx:
      _ = try IDXFile.decode(bytes, name: "input", maximumBytes: maximumBytes).floats()
    case .cifar:
      _ = try CIFARFile(bytes, layout: .cifar10, name: "input")
    case .torch:
      let file = try TorchFile(bytes, name: "input", maximumBytes: maximumBytes)
      for name in file.names { _ = file[name]?.floats() }
    case .pictures:
      do { _ = try IndexPicture.decode(bytes, name: "input", maximumPixels: 1 << 16) } catch is FormatError {}
      _ = try Picture.decode(bytes, name: "input", maximumPixels: 1 << 16)
    }
  }
}

private let reader: Reader = {
  let name = ProcessInfo.processInfo.environment["MARTLET_FUZZ_READER"] ?? ""
  guard let reader = Reader(rawValue: name) else { fatalError("unknown reader '\(name)'") }
  return reader
}()

/// What libFuzzer calls with each input: reading must succeed or throw ``FormatError``, nothing else.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Bytes([UInt8](UnsafeBufferPointer(start: start, count: count)))
  do {
    try reader.read(bytes)
  } catch {
    guard let error = error as? FormatError, !error.description.isEmpty else { fatalError("\(error)") }
  }
  return 0
}
