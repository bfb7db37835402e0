/// Reads one pickle: a program for a machine with a stack and a memo, of which nothing but data comes out.
///
/// Classes and functions that the program names are looked up at a ``PickleHost``, which decides what they stand for. What the
/// program does to objects afterwards (`BUILD`) is left out: it sets attributes, and no attribute has a meaning here.
///
/// The number of instructions is bounded. Each takes a constant amount of memory beyond the bytes that it spells out, whatever it
/// nests or repeats.
struct PickleMachine<Host: PickleHost> {
  /// Enough for the weights and the optimiser of 100,000 tensors.
  static var maximumInstructionCount: Int { 1 << 22 }

  private(set) var host: Host
  private(set) var heap = PickleHeap<Host>()
  private var scanner: PickleScanner
  private var stack: [PickleValue] = []
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]

  /// A machine for the pickle that starts at a position.
  init(_ bytes: UnsafeRawBufferPointer, from position: Int = 0, file: String, host: Host) {
    self.host = host
    scanner = PickleScanner(bytes, from: position, file: file)
  }

  /// Where the pickle ended.
  var position: Int { scanner.position }

  /// Runs the program.
  /// - Throws: ``FormatError`` for a damaged program, and for names that the host does not offer.
  mutating func run() throws -> PickleValue {
    for _ in 0..<Self.maximumInstructionCount {
      let start = scanner
      let code = try scanner.number(UInt8.self)
      guard let opcode = PickleOpcode(rawValue: code) else {
        throw start.failure(
          "the instruction 0x\(String(code, radix: 16))", expected: "one that binary pickles of data have")
      }
      if opcode == .stop {
        guard stack.count == 1, marks.isEmpty else {
          throw start.failure("an end with \(stack.count) values", expected: "one value")
        }
        return stack[0]
      }
      try execute(opcode)
    }
    throw scanner.failure(
      "more than \(Self.maximumInstructionCount) instructions", expected: "at most that many")
  }

  private mutating func execute(_ opcode: PickleOpcode) throws {
    switch opcode {
    case .proto:
      let version = try scanner.number(UInt8.self)
      guard (2...5).contains(version) else {
        throw scanner.failure("pickle protocol \(version)", expected: "protocol 2 to 5")
      }
    case .frame: _ = try scanner.number(UInt64.self)
    case .stop: break
    case .none, .newTrue, .newFalse, .binInt, .binInt1, .binInt2, .long1, .long4, .binFloat, .binString,
      .shortBinString, .binUnicode, .shortBinUnicode, .binUnicode8, .binBytes, .shortBinBytes, .binBytes8, .byteArray8:
      stack.append(try literal(opcode))
    case .emptyTuple, .tuple1, .tuple2, .tuple3, .tuple, .emptyList, .append, .appends, .emptyDict, .setItem, .setItems,
      .emptySet, .addItems, .frozenSet:
      try buildContainer(opcode)
    case .mark, .pop, .popMark, .dup, .binGet, .longBinGet, .binPut, .longBinPut, .memoize:
      try moveValues(opcode)
    case .global, .stackGlobal, .reduce, .newObject, .newObjectWithKeywords, .build, .binPersID:
      try askHost(opcode)
    }
  }
}

// MARK: - Literals

extension PickleMachine {
  private mutating func literal(_ opcode: PickleOpcode) throws -> PickleValue {
    switch opcode {
    case .newTrue: .bool(true)
    case .newFalse: .bool(false)
    case .binInt: .integer(Int(try scanner.number(Int32.self)))
    case .binInt1: .integer(Int(try scanner.number(UInt8.self)))
    case .binInt2: .integer(Int(try scanner.number(UInt16.self)))
    case .long1: try integer(scanner.length(UInt8.self))
    case .long4: try integer(scanner.length(Int32.self))
    case .binFloat: .float(Double(bitPattern: UInt64(bigEndian: UInt64(littleEndian: try scanner.number(UInt64.self)))))
    case .binString: .text(try scanner.text(scanner.length(Int32.self)))
    case .shortBinString, .shortBinUnicode: .text(try scanner.text(scanner.length(UInt8.self)))
    case .binUnicode: .text(try scanner.text(scanner.length(UInt32.self)))
    case .binUnicode8: .text(try scanner.text(scanner.length(UInt64.self)))
    case .shortBinBytes: heap.add(.bytes([UInt8](try scanner.take(scanner.length(UInt8.self)))))
    case .binBytes: heap.add(.bytes([UInt8](try scanner.take(scanner.length(UInt32.self)))))
    case .binBytes8, .byteArray8: heap.add(.bytes([UInt8](try scanner.take(scanner.length(UInt64.self)))))
    default: .none
    }
  }

  /// A whole number of `byteCount` bytes in two's complement.
  private mutating func integer(_ byteCount: Int) throws -> PickleValue {
    let bytes = try scanner.take(byteCount)
    guard byteCount <= MemoryLayout<Int>.size else { return heap.add(.largeInteger([UInt8](bytes))) }
    let isNegative = bytes.last.map { $0 >= 0x80 } ?? false
    return .integer(bytes.reversed().reduce(isNegative ? -1 : 0) { $0 << 8 | Int($1) })
  }
}

// MARK: - Stack and memo

extension PickleMachine {
  private func damaged(_ found: String) -> FormatError { scanner.failure(found, expected: "a sound pickle") }

  /// Takes the top value; what lies below the last mark is out of reach.
  private mutating func pop() throws -> PickleValue {
    guard stack.count > marks.last ?? 0, let value = stack.popLast() else { throw damaged("an empty stack") }
    return value
  }

  private func top() throws -> PickleValue {
    guard stack.count > marks.last ?? 0, let value = stack.last else { throw damaged("an empty stack") }
    return value
  }

  /// Takes everything above the last mark, and the mark.
  private mutating func popToMark() throws -> [PickleValue] {
    guard let mark = marks.popLast() else { throw damaged("no mark") }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  /// Takes the top values, the lowest first.
  private mutating func pop(_ count: Int) throws -> [PickleValue] {
    guard stack.count - count >= marks.last ?? 0 else { throw damaged("an empty stack") }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func moveValues(_ opcode: PickleOpcode) throws {
    switch opcode {
    case .mark: marks.append(stack.count)
    case .pop: _ = try pop()
    case .popMark: _ = try popToMark()
    case .dup: stack.append(try top())
    case .binGet: try recall(scanner.length(UInt8.self))
    case .longBinGet: try recall(scanner.length(UInt32.self))
    case .binPut: memo[try scanner.length(UInt8.self)] = try top()
    case .longBinPut: memo[try scanner.length(UInt32.self)] = try top()
    default: memo[memo.count] = try top()
    }
  }

  private mutating func recall(_ index: Int) throws {
    guard let value = memo[index] else { throw damaged("the memo's entry \(index), which nothing filled,") }
    stack.append(value)
  }
}

// MARK: - Containers and objects

extension PickleMachine {
  private mutating func buildContainer(_ opcode: PickleOpcode) throws {
    switch opcode {
    case .emptyTuple: stack.append(heap.add(.tuple([])))
    case .tuple1: stack.append(heap.add(.tuple(try pop(1))))
    case .tuple2: stack.append(heap.add(.tuple(try pop(2))))
    case .tuple3: stack.append(heap.add(.tuple(try pop(3))))
    case .tuple: stack.append(heap.add(.tuple(try popToMark())))
    case .emptyList, .emptySet: stack.append(heap.add(.list([])))
    case .frozenSet: stack.append(heap.add(.list(try popToMark())))
    case .emptyDict: stack.append(heap.add(.dictionary([])))
    case .append: try extend(by: pop(1))
    case .appends, .addItems: try extend(by: popToMark())
    case .setItem: try insert(pop(2))
    default: try insert(popToMark())
    }
  }

  private mutating func extend(by items: [PickleValue]) throws {
    guard heap.append(items, to: try top()) else { throw damaged("items for something that is not a list") }
  }

  private mutating func insert(_ keysAndValues: [PickleValue]) throws {
    guard heap.insert(keysAndValues, into: try top()) else {
      throw damaged("keys and values for something that is not a dictionary")
    }
  }

  private mutating func askHost(_ opcode: PickleOpcode) throws {
    switch opcode {
    case .global: try lookUp(PickleName(module: scanner.line(), name: scanner.line()))
    case .stackGlobal:
      let names = try pop(2)
      guard case .text(let module) = names[0], case .text(let name) = names[1] else {
        throw damaged("a global without a name")
      }
      try lookUp(PickleName(module: module, name: name))
    case .reduce, .newObject: try call(pop(2))
    case .newObjectWithKeywords: try call(pop(3))
    case .build:
      _ = try pop()
      _ = try top()
    default: stack.append(try host.persistentObject(pop(), &heap))
    }
  }

  private mutating func lookUp(_ name: PickleName) throws {
    stack.append(heap.add(.global(try host.global(named: name))))
  }

  /// Calls the first value with the items of the second.
  private mutating func call(_ values: [PickleValue]) throws {
    guard case .global(let global) = heap.object(values[0]), case .tuple(let arguments) = heap.object(values[1]) else {
      throw damaged("a call of something that is not a function")
    }
    stack.append(try host.call(global, arguments, &heap))
  }
}
