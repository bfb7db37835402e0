import CZlib

/// The containers of compressed data that zlib reads, by its `windowBits`.
enum CompressedFormat: Int32 {
  case raw = -15
  case gzip = 31
}

/// Decompresses one stream.
///
/// - Parameters:
///   - input: bytes that begin with the stream and may go on after it.
///   - maximumBytes: the most bytes to produce.
///   - isPrefix: whether the stream is left there, where it goes on.
///   - output: where the bytes are appended.
/// - Returns: how many bytes of the input the stream took.
/// - Throws: ``FormatError`` if the stream is damaged, cut short, or too large when decompressed.
func inflate(
  _ input: UnsafeRawBufferPointer, _ format: CompressedFormat, maximumBytes: Int, isPrefix: Bool = false, name: String,
  into output: inout [UInt8]
) throws -> Int {
  // zlib remembers the address of the stream, so it must not move.
  let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  stream.initialize(to: z_stream())
  defer { stream.deallocate() }
  let status = inflateInit2_(stream, format.rawValue, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
  guard status == Z_OK else { throw FormatError(file: name, found: "no memory to decompress it") }
  defer { inflateEnd(stream) }

  let base = output.count
  var consumed = 0
  var chunkByteCount = 1 << 16
  while true {
    // One byte more than allowed is asked for, to tell an exact fit from too much.
    let left = max(maximumBytes, 0) - (output.count - base)
    let room = left < chunkByteCount ? left + 1 : chunkByteCount
    let piece = UnsafeRawBufferPointer(rebasing: input[consumed...].prefix(1 << 30))
    let (result, taken, produced) = step(stream, piece, room: room, &output)
    consumed += taken
    if produced > left && isPrefix {
      output.removeLast(produced - left)
      return consumed
    }
    guard produced <= left else {
      throw FormatError(
        file: name, found: "more than \(maximumBytes) bytes when decompressed",
        expected: "at most that many",
        advice: "it may be a decompression bomb; raise the limit if you trust it")
    }
    if result == Z_STREAM_END { return consumed }
    guard result == Z_OK || result == Z_BUF_ERROR else {
      let reason = stream.pointee.msg.map { String(cString: $0) } ?? "zlib error \(result)"
      throw FormatError(
        file: name, found: "damaged compressed data (\(reason))", expected: "a deflate stream",
        advice: "fetch the file again")
    }
    guard taken > 0 || produced > 0 else {
      throw FormatError(
        file: name, found: "the end of the file inside of compressed data", expected: "a complete stream",
        advice: "fetch the file again")
    }
    chunkByteCount = min(chunkByteCount * 2, 1 << 24)
  }
}

/// Calls zlib once with `room` bytes of space, and appends what it produced.
private func step(
  _ stream: UnsafeMutablePointer<z_stream>, _ input: UnsafeRawBufferPointer, room: Int,
  _ output: inout [UInt8]
) -> (result: CInt, taken: Int, produced: Int) {
  let start = output.count
  output += [UInt8](repeating: 0, count: room)
  let result = output.withUnsafeMutableBufferPointer { output -> CInt in
    let inputStart = input.bindMemory(to: UInt8.self).baseAddress
    stream.pointee.next_in = UnsafeMutablePointer(mutating: inputStart)
    stream.pointee.avail_in = UInt32(input.count)
    stream.pointee.next_out = UnsafeMutableBufferPointer(rebasing: output[start...]).baseAddress
    stream.pointee.avail_out = UInt32(room)
    return CZlib.inflate(stream, Z_NO_FLUSH)
  }
  let produced = room - Int(stream.pointee.avail_out)
  output.removeLast(room - produced)
  return (result, input.count - Int(stream.pointee.avail_in), produced)
}
