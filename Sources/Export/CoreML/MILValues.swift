extension MILValueType {
  /// A tensor of fixed extents.
  static func tensor(_ type: MILDataType, _ extents: [Int]) -> MILValueType {
    .with {
      $0.tensorType.dataType = type
      $0.tensorType.rank = Int64(extents.count)
      $0.tensorType.dimensions = extents.map { extent in .with { $0.constant.size = UInt64(extent) } }
    }
  }

  /// A list of texts.
  static func texts(count: Int) -> MILValueType {
    .with {
      $0.listType.type = .tensor(.string, [])
      $0.listType.length.constant.size = UInt64(count)
    }
  }

  /// From texts to numbers.
  static let scores = MILValueType.with {
    $0.dictionaryType.keyType = .tensor(.string, [])
    $0.dictionaryType.valueType = .tensor(.float64, [])
  }
}

extension MILValue {
  static func text(_ text: String) -> MILValue {
    .with {
      $0.type = .tensor(.string, [])
      $0.immediateValue.tensor.strings.values = [text]
    }
  }

  static func integers(_ values: [Int], shape: [Int]) -> MILValue {
    .with {
      $0.type = .tensor(.int32, shape)
      $0.immediateValue.tensor.ints.values = values.map { Int32(clamping: $0) }
    }
  }

  static func flags(_ values: [Bool], shape: [Int]) -> MILValue {
    .with {
      $0.type = .tensor(.bool, shape)
      $0.immediateValue.tensor.bools.values = values
    }
  }

  static func texts(_ texts: [String]) -> MILValue {
    .with {
      $0.type = .texts(count: texts.count)
      $0.immediateValue.list.values = texts.map { .text($0) }
    }
  }
}
