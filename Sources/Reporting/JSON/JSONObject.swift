/// A JSON object whose keys stay in the order in which they were set. Equality includes the order.
public struct JSONObject: Equatable, Sendable {
  /// The keys, in order.
  public private(set) var keys: [String] = []
  private var values: [String: JSONValue] = [:]

  /// Creates an empty object.
  public init() {}

  /// Creates an object from pairs; of equal keys the last value counts.
  public init(_ pairs: some Sequence<(String, JSONValue)>) {
    for (key, value) in pairs { self[key] = value }
  }

  /// The number of keys.
  public var count: Int { keys.count }

  /// The value of `key`. Setting a new key appends it, setting `nil` removes the key.
  ///
  /// To store a JSON null, set `JSONValue.null`.
  public subscript(key: String) -> JSONValue? {
    get { values[key] }
    set {
      let old = values[key]
      values[key] = newValue
      if old == nil, newValue != nil { keys.append(key) }
      if old != nil, newValue == nil { keys.removeAll { $0 == key } }
    }
  }

  /// The object with the pairs of another one behind its own; of equal keys the other's value counts.
  public func merging(_ other: JSONObject) -> JSONObject { JSONObject(map { ($0, $1) } + other.map { ($0, $1) }) }

  /// The keys whose values are not those of an earlier object, with both values, as sentences for an error.
  public func differences(from earlier: JSONObject) -> [String] {
    func text(_ object: JSONObject, _ key: String) -> String { object[key]?.serialized() ?? "unset" }
    return Set(keys + earlier.keys).sorted().filter { text(self, $0) != text(earlier, $0) }.map {
      "\($0) was \(text(earlier, $0)) and is \(text(self, $0))"
    }
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}

extension JSONObject: Sequence {
  /// The pairs, in order.
  public func makeIterator() -> some IteratorProtocol<(key: String, value: JSONValue)> {
    keys.lazy.map { (key: $0, value: values[$0] ?? .null) }.makeIterator()
  }
}
