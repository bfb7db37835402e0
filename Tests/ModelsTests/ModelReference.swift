import Foundation

/// What PyTorch computed in float64 for one model: Tests/References/README.md, section 3.
struct ModelReference: Decodable {
  struct Optimizer: Decodable {
    let lr: Double
    let momentum: Double
    let weightDecay: Double
  }

  struct Logits: Decodable {
    let values: [[Double]]
    let float32Difference: Double
  }

  struct Losses: Decodable {
    let values: [Double]
    let float32Difference: [Double]
  }

  struct Section: Decodable {
    struct Entry: Decodable {
      let digest: [Double]
      let float32Difference: [Double]
    }

    let normFloor: Double
    let tensors: [String: Entry]
  }

  let model: String
  let classes: Int
  let input: [Int]
  let optimizer: Optimizer
  let checkValues: [Double]
  let parameterCount: Int
  let evaluationLogits: Logits
  let trainingLogits: Logits
  let losses: Losses
  let gradients: Section
  let statistics: Section
  let parameterChanges: Section
  let finalStatistics: Section

  /// The models that have a file.
  static let names =
    precisionNames + [
      "resnet50", "tf_mobilenetv2_035", "efficientnet_lite0", "mcunet_5fps", "proxyless_w03", "fcn_r18", "pspnet_r18",
      "deeplabv3_r18", "upernet_r18",
    ]

  /// Those whose bfloat16 form is tested, too.
  static let precisionNames = ["cifar_resnet20", "cifar_resnet56", "resnet18", "resnet34", "mobilenetv2_100"]

  static func read(_ name: String) throws -> ModelReference {
    let url = Bundle.module.bundleURL.appending(path: "References/\(name).json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .custom { keys in
      let key = keys[keys.count - 1]
      return key.stringValue.contains(".") ? key : CamelCase(key.stringValue)
    }
    return try decoder.decode(ModelReference.self, from: Data(contentsOf: url))
  }
}

/// `norm_floor` → `normFloor`.
private struct CamelCase: CodingKey {
  let stringValue: String
  let intValue: Int? = nil

  init(_ name: String) {
    let words = name.split(separator: "_")
    stringValue = words.dropFirst().reduce(words.first.map(String.init) ?? "") { $0 + $1.capitalized }
  }

  init?(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}
