/// A value of a pickle: a plain one, or the place of an object in a ``PickleHeap``.
///
/// Objects refer to each other by place, so values that share a part or hold themselves need no care, and neither depth nor
/// sharing costs memory beyond what the file spells out.
enum PickleValue {
  case none
  case bool(Bool)
  case integer(Int)
  case float(Double)
  case text(String)
  case object(Int)
}

/// The name of a class or function, as a pickle spells it.
struct PickleName: Hashable, CustomStringConvertible {
  let module: String
  let name: String
  var description: String { "\(module).\(name)" }
}

/// An object that a pickle builds.
enum PickleObject<Host: PickleHost> {
  case tuple([PickleValue])
  /// A list or a set.
  case list([PickleValue])
  /// The pairs in the order of the file; a key that comes twice is here twice.
  case dictionary([(key: PickleValue, value: PickleValue)])
  case bytes([UInt8])
  /// A whole number of more than 64 bits: its two's complement, lowest byte first.
  case largeInteger([UInt8])
  case global(Host.Global)
  /// An object of a class without meaning here; what is in it is not kept.
  case opaque
  /// An object that only the host knows.
  case native(Host.Native)
}

/// Gives meaning to what a pickle names. No code of a file runs: a file can only ask for what the host offers.
protocol PickleHost {
  /// What a global name can stand for.
  associatedtype Global
  /// Objects of the host's own.
  associatedtype Native

  /// What a name stands for.
  /// - Throws: ``FormatError`` with the name, where the host does not offer it.
  func global(named name: PickleName) throws -> Global

  /// What a call of a function or class stands for.
  mutating func call(
    _ global: Global, _ arguments: [PickleValue], _ heap: inout PickleHeap<Self>
  ) throws -> PickleValue

  /// The object that lies outside of the pickle under an identifier.
  mutating func persistentObject(_ identifier: PickleValue, _ heap: inout PickleHeap<Self>) throws -> PickleValue
}
