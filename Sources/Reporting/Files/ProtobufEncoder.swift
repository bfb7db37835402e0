/// The few protobuf wire types that event files need.
struct ProtobufEncoder {
  private(set) var bytes: [UInt8] = []

  mutating func double(_ value: Double, field: Int) {
    key(field: field, wireType: 1)
    bytes.appendLittleEndian(value.bitPattern)
  }

  mutating func float(_ value: Float, field: Int) {
    key(field: field, wireType: 5)
    bytes.appendLittleEndian(value.bitPattern)
  }

  mutating func int64(_ value: Int64, field: Int) {
    key(field: field, wireType: 0)
    varint(UInt64(bitPattern: value))
  }

  mutating func string(_ value: String, field: Int) {
    lengthDelimited(Array(value.utf8), field: field)
  }

  mutating func message(field: Int, _ encode: (inout ProtobufEncoder) -> Void) {
    var inner = ProtobufEncoder()
    encode(&inner)
    lengthDelimited(inner.bytes, field: field)
  }

  private mutating func lengthDelimited(_ payload: [UInt8], field: Int) {
    key(field: field, wireType: 2)
    varint(UInt64(payload.count))
    bytes += payload
  }

  private mutating func key(field: Int, wireType: Int) {
    varint(UInt64(field << 3 | wireType))
  }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}

extension [UInt8] {
  mutating func appendLittleEndian(_ value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }

  mutating func appendBigEndian(_ value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
  }
}
