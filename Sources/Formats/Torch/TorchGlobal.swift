/// What the global names stand for that a PyTorch file may use; every other name is refused.
enum TorchGlobal {
  /// Dictionaries, whatever order or default they have.
  case dictionary
  /// Lists, tuples and sets.
  case sequence
  /// The type of a storage; nil for one that counts bytes.
  case storage(ScalarType?)
  /// The type of numbers.
  case scalarType(ScalarType)
  /// A tensor from a typed storage, offset, sizes and strides.
  case tensor
  /// A tensor from a storage of bytes, offset, sizes, strides, and its type.
  case untypedTensor
  /// A parameter from a tensor.
  case parameter
  /// A tensor with attributes, from the function and the arguments that make the tensor.
  case attributedTensor
  /// Plain data without a meaning for weights: options, devices, numbers of NumPy's.
  case opaque

  /// Nil for names that are not known to be harmless.
  init?(_ name: PickleName) {
    switch (name.module, name.name) {
    case ("torch", let word) where word.hasSuffix("Storage"):
      guard let type = Self.legacyTypes[String(word.dropLast("Storage".count))] else { return nil }
      self = .storage(type)
    case ("torch.storage", "UntypedStorage"): self = .storage(nil)
    case ("torch", let word):
      if let type = Self.types[word] {
        self = .scalarType(type)
      } else if word == "Size" {
        self = .sequence
      } else if word == "device" || word == "Tensor" {
        self = .opaque
      } else {
        return nil
      }
    case ("torch._utils", "_rebuild_tensor"), ("torch._utils", "_rebuild_tensor_v2"): self = .tensor
    case ("torch._utils", "_rebuild_tensor_v3"): self = .untypedTensor
    case ("torch._utils", "_rebuild_parameter"), ("torch._utils", "_rebuild_parameter_with_state"): self = .parameter
    case ("torch._tensor", "_rebuild_from_type_v2"): self = .attributedTensor
    case let (module, word):
      if Self.dictionaries.contains("\(module).\(word)") {
        self = .dictionary
      } else if Self.sequences.contains("\(module).\(word)") {
        self = .sequence
      } else if Self.harmless.contains("\(module).\(word)") {
        self = .opaque
      } else {
        return nil
      }
    }
  }

  private static let types: [String: ScalarType] = [
    "float16": .float16, "half": .float16, "bfloat16": .bfloat16, "float32": .float32, "float": .float32,
    "float64": .float64, "double": .float64, "int8": .int8, "int16": .int16, "short": .int16, "int32": .int32,
    "int": .int32, "int64": .int64, "long": .int64, "uint8": .uint8, "uint16": .uint16, "uint32": .uint32,
    "uint64": .uint64, "bool": .bool,
  ]

  /// The names before `Storage`.
  private static let legacyTypes: [String: ScalarType] = [
    "Half": .float16, "BFloat16": .bfloat16, "Float": .float32, "Double": .float64, "Char": .int8, "Short": .int16,
    "Int": .int32, "Long": .int64, "Byte": .uint8, "Bool": .bool,
  ]

  private static let dictionaries: Set = [
    "collections.OrderedDict", "collections.defaultdict", "collections.Counter", "builtins.dict", "__builtin__.dict",
  ]

  private static let sequences: Set = [
    "builtins.list", "builtins.tuple", "builtins.set", "builtins.frozenset", "__builtin__.list", "__builtin__.tuple",
    "__builtin__.set", "__builtin__.frozenset",
  ]

  private static let harmless: Set = [
    "argparse.Namespace", "torch.nn.parameter.Parameter", "torch.nn.parameter.Buffer", "numpy.dtype",
    "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar", "_codecs.encode", "pathlib.PosixPath",
  ]
}
