import Models
import Reporting
import Training

extension EvaluationResult {
  /// What a verb prints of an evaluation.
  func document(_ task: ModelEntry.Task, classNames: [String]) -> JSONObject {
    switch task {
    case .classification:
      return [
        "correct": .integer(correct), "total": .integer(total), "top1": .number(accuracy), "loss": .number(loss),
      ]
    case .segmentation:
      var classes: JSONObject = [:]
      for (name, value) in zip(classNames, perClassIoU) { classes[name] = value.map(JSONValue.number) ?? .null }
      return [
        "miou": .number(meanIoU), "pixel_accuracy": .number(accuracy), "per_class_iou": .object(classes),
        "pictures": .integer(pictures), "pixels": .integer(total), "loss": .number(loss),
      ]
    }
  }
}
