import Foundation

enum NpzSamples {
  /// `numpy.savez_compressed(x=numpy.arange(300, dtype='<i2').reshape(3, 100) // 50)`.
  static let compressed = [UInt8](
    Data(
      base64Encoded: """
        UEsDBC0AAAAIAAAAIQBdp7sp//////////8FABQAeC5ucHkBABAA2AIAAAAAAABaAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6l
        oG6TaaSuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GsY6CoYGBpo6CrUKZAIuBjoARjpAJjpAZjpAFjpAVjpAAFBLAQIt
        Ay0AAAAIAAAAIQBdp7spWgAAANgCAAAFAAAAAAAAAAAAAACAAQAAAAB4Lm5weVBLBQYAAAAAAQABADMAAACRAAAAAAA=
        """, options: .ignoreUnknownCharacters) ?? Data())
}

enum GzipSamples {
  /// `gzip.compress` of an IDX file of 20 × 10 bytes.
  static let digits = [UInt8](
    Data(
      base64Encoded: """
        H4sIAAAAAAACA2Ng4GBiYGAQAWIuBkYWJiYWxiFPAQBYtnUx1AAAAA==
        """, options: .ignoreUnknownCharacters) ?? Data())
}
