import ArgumentParser

/// Bytes as an option writes them, such as 64MB; a megabyte has 2²⁰ bytes.
struct ByteCount: ExpressibleByArgument {
  let bytes: Int

  init?(argument: String) {
    guard
      let value = Quantity.parse(
        argument,
        units: ["": 1, "B": 1, "KB": 0x1p10, "MB": 0x1p20, "GB": 0x1p30, "KiB": 0x1p10, "MiB": 0x1p20, "GiB": 0x1p30])
    else { return nil }
    bytes = Int(value)
  }
}

/// A time as an option writes it, such as 200ms or 1.5s; milliseconds without a unit.
struct StepTime: ExpressibleByArgument {
  let milliseconds: Double

  init?(argument: String) {
    guard let value = Quantity.parse(argument, units: ["": 1, "ms": 1, "s": 1000]) else { return nil }
    milliseconds = value
  }
}

/// A number of operations as an option writes it, such as 2e9, 500M or 2G.
struct OperationCount: ExpressibleByArgument {
  let operations: Double

  init?(argument: String) {
    guard let value = Quantity.parse(argument, units: ["": 1, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12]) else {
      return nil
    }
    operations = value
  }
}

/// Numbers with units.
private enum Quantity {
  /// The number in the smallest unit; nil for text that is none, or that is not above 0 and below 2⁵³.
  static func parse(_ text: String, units: [String: Double]) -> Double? {
    let digits = text.prefix { $0.isNumber || ".+-eE".contains($0) }
    guard let number = Double(digits), let unit = units[String(text.dropFirst(digits.count))] else { return nil }
    let value = number * unit
    return value > 0 && value < 0x1p53 ? value : nil
  }
}
