import Foundation
import Tensor

/// The operations of a Core ML function while it is put together.
struct MILBuilder {
  /// An argument of an operation.
  enum Argument {
    /// A value that another operation made.
    case value(String)
    /// A list of such values.
    case values([String])
    case integers([Int])
    case integer(Int)
    case flags([Bool])
    case flag(Bool)
    case text(String)
    /// A number in the model's precision.
    case number(Float)
  }

  private(set) var operations: [MILOperation] = []
  private(set) var weights: CoreMLWeights
  /// Constants below this many elements stand in the program, others in the file of weights.
  private static let smallest = 10

  init(_ precision: CoreMLPrecision) { weights = CoreMLWeights(precision) }

  private var precision: CoreMLPrecision { weights.precision }

  /// Adds an operation with one result. Arguments that are no values become constants of their own, as Core ML wants
  /// it.
  mutating func add(
    _ type: String, _ arguments: KeyValuePairs<String, Argument>, result: String, _ resultType: MILValueType
  ) {
    var inputs: [String: MILArgument] = [:]
    for (key, argument) in arguments { inputs[key] = binding(argument, name: "\(result)_\(key)") }
    operations.append(
      .with {
        $0.type = type
        $0.inputs = inputs
        $0.outputs = [
          .with {
            $0.name = result
            $0.type = resultType
          }
        ]
        $0.attributes["name"] = .text(result)
      })
  }

  /// Adds an operation that is complete.
  mutating func add(_ operation: MILOperation) { operations.append(operation) }

  private mutating func binding(_ argument: Argument, name: String) -> MILArgument {
    let value: MILValue
    switch argument {
    case .value(let name): return .names([name])
    case .values(let names): return .names(names)
    case .integers(let list): value = .integers(list, shape: [list.count])
    case .integer(let number): value = .integers([number], shape: [])
    case .flags(let list): value = .flags(list, shape: [list.count])
    case .flag(let flag): value = .flags([flag], shape: [])
    case .text(let text): value = .text(text)
    case .number(let number): value = immediate(Tensor(number), precision)
    }
    addConstant(value, name: name)
    return .names([name])
  }

  /// Adds a constant: float32 in a precision, whole numbers as int32.
  mutating func addConstant(_ tensor: Tensor, name: String) {
    if tensor.dtype == .int64 {
      return addConstant(.integers(tensor.array(of: Int64.self).map(Int.init), shape: tensor.shape.array), name: name)
    }
    if tensor.count < MILBuilder.smallest { return addConstant(immediate(tensor, precision), name: name) }
    let place = weights.append(tensor)
    addConstant(
      .with {
        $0.type = .tensor(precision.type, tensor.shape.array)
        $0.blobFileValue = .with {
          $0.fileName = "@model_path/weights/weight.bin"
          $0.offset = UInt64(place)
        }
      }, name: name)
  }

  /// Adds a constant in single precision whatever the model's is.
  mutating func addSingleConstant(_ tensor: Tensor, name: String) {
    addConstant(immediate(tensor, .float32), name: name)
  }

  private mutating func addConstant(_ value: MILValue, name: String) {
    operations.append(
      .with {
        $0.type = "const"
        $0.outputs = [
          .with {
            $0.name = name
            $0.type = value.type
          }
        ]
        $0.attributes = ["name": .text(name), "val": value]
      })
  }

  private func immediate(_ tensor: Tensor, _ precision: CoreMLPrecision) -> MILValue {
    var value = MILValue()
    value.type = .tensor(precision.type, tensor.shape.array)
    switch precision {
    case .float32: value.immediateValue.tensor.floats.values = tensor.floatArray()
    case .float16: precision.withBytes(of: tensor) { value.immediateValue.tensor.bytes.values = Data($0) }
    }
    return value
  }
}

extension MILArgument {
  /// An argument made of other operations' results.
  static func names(_ names: [String]) -> MILArgument {
    .with { $0.arguments = names.map { name in .with { $0.name = name } } }
  }
}
