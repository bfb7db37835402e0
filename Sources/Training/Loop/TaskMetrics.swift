import Models

extension ModelEntry.Task {
  /// What the share of right answers is called in logs.
  var accuracyKey: String { self == .segmentation ? "pixel_accuracy" : "accuracy" }
}

extension EvaluationResult {
  /// What the logs keep of an evaluation.
  func metrics(for task: ModelEntry.Task) -> KeyValuePairs<String, Double> {
    switch task {
    case .classification: ["loss": loss, task.accuracyKey: accuracy]
    case .segmentation: ["loss": loss, task.accuracyKey: accuracy, "miou": meanIoU]
    }
  }
}
