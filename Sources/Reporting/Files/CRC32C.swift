/// The CRC-32C checksum (Castagnoli), reflected polynomial `0x82F63B78`.
public enum CRC32C {
  private static let table: [UInt32] = reflectedCRCTable(polynomial: 0x82F6_3B78)

  /// The checksum of `bytes`.
  public static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    reflectedCRC(bytes, table: table)
  }

  /// The checksum as TensorFlow records store it: rotated right by 15 bits, plus `0xA282EAD8`.
  public static func maskedChecksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    let crc = checksum(bytes)
    return (crc >> 15 | crc << 17) &+ 0xA282_EAD8
  }
}

func reflectedCRCTable(polynomial: UInt32) -> [UInt32] {
  (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ polynomial : crc >> 1 }
  }
}

func reflectedCRC(_ bytes: some Sequence<UInt8>, table: [UInt32]) -> UInt32 {
  ~bytes.reduce(~0) { crc, byte in crc >> 8 ^ table[Int((crc ^ UInt32(byte)) & 0xFF)] }
}
