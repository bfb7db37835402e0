/// What a reference case computes, as `Tests/References/README.md` describes it.
public struct ReferenceCase: Sendable, Decodable {
  /// "operation/variant", the prefix of the names of the case's tensors.
  public let name: String
  /// The operation by PyTorch's name.
  public let operation: String
  /// The options of the operation.
  public let attributes: [String: AttributeValue]
  /// The roles of the inputs, in order.
  public let inputs: [String]
  /// The positions of the inputs whose gradients are in the file.
  public let gradients: [Int]
  /// The number of outputs with a cotangent.
  public let outputs: Int
  /// Further results, without cotangents.
  public let extra: [String]
  /// How far PyTorch itself is from the truth in the narrow type, relative to the largest element, by result.
  public let rounding: [String: Double]

  /// The value of an attribute, nil if there is none.
  public subscript(attribute: String) -> AttributeValue? { attributes[attribute] }
}

/// A value of JSON, as far as attributes need it.
public enum AttributeValue: Sendable, Decodable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case list([AttributeValue])

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else {
      self = .list(try container.decode([AttributeValue].self))
    }
  }

  /// The truth value, nil if it is something else.
  public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
  /// The number, nil if it is something else.
  public var float: Float? { if case .number(let value) = self { Float(value) } else { nil } }
  /// The whole number, nil if it is something else.
  public var int: Int? { if case .number(let value) = self { Int(exactly: value) } else { nil } }
  /// The text, nil if it is something else.
  public var string: String? { if case .string(let value) = self { value } else { nil } }
  /// The elements, nil if it is something else.
  public var list: [AttributeValue]? { if case .list(let values) = self { values } else { nil } }
  /// The whole numbers of a list, nil if it is something else.
  public var ints: [Int]? {
    guard let values = list?.map(\.int), values.allSatisfy({ $0 != nil }) else { return nil }
    return values.compactMap(\.self)
  }
}
