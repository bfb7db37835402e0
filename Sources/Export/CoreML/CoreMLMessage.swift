import Models

/// The message of a Core ML model: the program with its description.
struct CoreMLMessage {
  let translation: MILTranslation
  let configuration: ModelConfiguration
  /// The names of the classes; none if the model is no classifier with known names.
  let labels: [String]
  let metadata: ModelMetadata
  private static let operatorSet = "CoreML5"

  var model: CoreMLSpecModel {
    .with {
      $0.specificationVersion = 6
      $0.description_p = description
      $0.mlProgram.version = 1
      $0.mlProgram.functions["main"] = function
    }
  }

  private var imageExtents: [Int] { translation.extents(translation.program.input) }
  private var logitExtents: [Int] { translation.extents(translation.program.output) }

  private var function: MILFunction {
    .with {
      $0.opset = CoreMLMessage.operatorSet
      $0.inputs = [.with { ($0.name, $0.type) = ("image", .tensor(.float32, imageExtents)) }]
      $0.blockSpecializations[CoreMLMessage.operatorSet] = block
    }
  }

  /// The operations; those of a classifier end with probabilities and the likeliest class.
  private var block: MILBlock {
    var block = translation.block
    var outputs = ["logits"]
    if !labels.isEmpty {
      block.add(
        "softmax", ["x": .value("logits"), "axis": .integer(1)], result: "probabilities",
        .tensor(.float32, logitExtents))
      block.add(
        .with {
          $0.type = "classify"
          $0.inputs["probabilities"] = .names(["probabilities"])
          $0.inputs["classes"] = .with { $0.arguments = [.with { $0.value = .texts(labels) }] }
          $0.outputs = [
            .with { ($0.name, $0.type) = ("classLabel", .tensor(.string, [])) },
            .with { ($0.name, $0.type) = ("classLabel_probs", .scores) },
          ]
          $0.attributes["name"] = .text("classify")
        })
      outputs = ["classLabel", "classLabel_probs"] + outputs
    }
    return .with { ($0.operations, $0.outputs) = (block.operations, outputs) }
  }

  private var description: CoreMLSpecModelDescription {
    .with {
      $0.input = [feature("image", image)]
      $0.output = [feature("logits", array(logitExtents))]
      if !labels.isEmpty {
        $0.output =
          [
            feature("classLabel", .with { $0.stringType = .init() }),
            feature("classLabel_probs", .with { $0.dictionaryType.stringKeyType = .init() }),
          ] + $0.output
        $0.predictedFeatureName = "classLabel"
        $0.predictedProbabilitiesName = "classLabel_probs"
      }
      $0.metadata.shortDescription = configuration.name
      $0.metadata.author = "Martlet"
      for (key, value) in metadata.pairs { $0.metadata.userDefined[key] = value }
    }
  }

  private func feature(_ name: String, _ type: CoreMLSpecFeatureType) -> CoreMLSpecFeatureDescription {
    .with { ($0.name, $0.type) = (name, type) }
  }

  /// A picture where there are colours that Core ML knows, else an array of pixels in 0...255.
  private var image: CoreMLSpecFeatureType {
    let colors: CoreMLSpecImageFeatureType.ColorSpace
    switch imageExtents[1] {
    case 1: colors = .grayscale
    case 3: colors = .rgb
    default: return array(imageExtents)
    }
    return .with {
      $0.imageType.height = Int64(imageExtents[2])
      $0.imageType.width = Int64(imageExtents[3])
      $0.imageType.colorSpace = colors
    }
  }

  private func array(_ extents: [Int]) -> CoreMLSpecFeatureType {
    .with {
      $0.multiArrayType.shape = extents.map(Int64.init)
      $0.multiArrayType.dataType = .float32
    }
  }
}
