/// The bits of the nearest number of half precision; what is too large becomes the largest one, 65504.
///
/// Written out because not every platform of Swift has `Float16`.
func halfBits(_ value: Float) -> UInt16 {
  let sign = UInt16(truncatingIfNeeded: value.bitPattern >> 16) & 0x8000
  let magnitude = value.magnitude
  if magnitude.isNaN { return sign | 0x7E00 }
  if magnitude < 0x1p-14 { return sign | UInt16((magnitude * 0x1p24).rounded(.toNearestOrEven)) }
  let (largest, bits) = (UInt16(0x7BFF), magnitude.bitPattern)
  if magnitude >= 65504 { return sign | largest }
  // The exponent is moved to its new bias; the 13 bits that fall away round to nearest, ties to even.
  let rounded = bits &- 0x3800_0000 &+ 0xFFF &+ (bits >> 13 & 1)
  return sign | min(UInt16(rounded >> 13), largest)
}
