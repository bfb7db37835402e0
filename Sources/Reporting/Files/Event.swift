/// One event of a TensorBoard event file.
struct Event {
  enum Content {
    case fileVersion(String)
    case scalars([(tag: String, value: Float)])
    /// The run starts again here: readers forget what they have seen from this step on.
    case restart
  }

  var wallTime: Double
  var step = 0
  var content: Content

  /// The `tensorflow.Event` message.
  var message: [UInt8] {
    var event = ProtobufEncoder()
    event.double(wallTime, field: 1)
    if step != 0 { event.int64(Int64(step), field: 2) }
    switch content {
    case .fileVersion(let version):
      event.string(version, field: 3)
    case .scalars(let scalars):
      event.message(field: 5) { summary in
        for scalar in scalars {
          summary.message(field: 1) { value in
            value.string(scalar.tag, field: 1)
            value.float(scalar.value, field: 2)
          }
        }
      }
    case .restart:
      event.message(field: 7) { sessionLog in sessionLog.int64(1, field: 1) }
    }
    return event.bytes
  }

  /// The message in its frame: `length (u64) | masked CRC of length | message | masked CRC of message`.
  var record: [UInt8] {
    let message = message
    var record: [UInt8] = []
    record.appendLittleEndian(UInt64(message.count))
    record.appendLittleEndian(CRC32C.maskedChecksum(record))
    record += message
    record.appendLittleEndian(CRC32C.maskedChecksum(message))
    return record
  }
}
