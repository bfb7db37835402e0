/// The objects of a pickle, side by side in one array.
struct PickleHeap<Host: PickleHost> {
  private var objects: [PickleObject<Host>] = []

  /// Keeps an object and returns the value that stands for it.
  mutating func add(_ object: PickleObject<Host>) -> PickleValue {
    objects.append(object)
    return .object(objects.count - 1)
  }

  /// The object that a value stands for; nil for plain values.
  func object(_ value: PickleValue) -> PickleObject<Host>? {
    guard case .object(let place) = value else { return nil }
    return objects[place]
  }

  /// The items of a tuple or list.
  func items(_ value: PickleValue) -> [PickleValue]? {
    switch object(value) {
    case .tuple(let items), .list(let items): items
    default: nil
    }
  }

  /// The pairs of a dictionary.
  func pairs(_ value: PickleValue) -> [(key: PickleValue, value: PickleValue)]? {
    guard case .dictionary(let pairs) = object(value) else { return nil }
    return pairs
  }

  /// Appends to a list; opaque objects swallow the items. False for everything else.
  mutating func append(_ items: some Sequence<PickleValue>, to value: PickleValue) -> Bool {
    guard case .object(let place) = value else { return false }
    switch objects[place] {
    case .opaque: return true
    case .list(var list):
      objects[place] = .opaque  // the only reference to the storage is `list` now, so it grows in place
      list.append(contentsOf: items)
      objects[place] = .list(list)
      return true
    default: return false
    }
  }

  /// Puts keys and values, which alternate, into a dictionary; opaque objects swallow them. False for everything else.
  mutating func insert(_ keysAndValues: some RandomAccessCollection<PickleValue>, into value: PickleValue) -> Bool {
    guard case .object(let place) = value, keysAndValues.count.isMultiple(of: 2) else { return false }
    switch objects[place] {
    case .opaque: return true
    case .dictionary(var pairs):
      objects[place] = .opaque
      var iterator = keysAndValues.makeIterator()
      while let key = iterator.next(), let value = iterator.next() { pairs.append((key, value)) }
      objects[place] = .dictionary(pairs)
      return true
    default: return false
    }
  }
}
