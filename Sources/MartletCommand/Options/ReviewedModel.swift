import ArgumentParser
import Export
import Foundation
import Models
import Reporting
import Tensor
import Training

extension ExportTarget: ExpressibleByArgument {}

/// What the doctor says of a model that is to be exported.
enum ReviewedModel {
  /// Looks at a model that is named by a registered name or by the path of a checkpoint.
  /// - Parameters:
  ///   - base: the weights that a checkpoint with differences was trained from.
  ///   - wrapper: the key under which they lie in their file.
  static func report(
    _ name: String, base: String?, wrapper: String?, target: ExportTarget, _ output: OutputOptions
  ) throws {
    let isFile = name.hasSuffix(".safetensors") || FileManager.default.fileExists(atPath: name)
    guard isFile || base == nil else {
      throw CommandError(
        "--base belongs to a checkpoint, and \(name) is no file; name the checkpoint or leave out --base")
    }
    let model =
      isFile ? try Model.saved(name, base: base, wrapper: wrapper).model : try .registered(name, weights: nil)
    let review = ExportReview(model, target: target)
    if output.json {
      print(JSONValue.object(document(model, review, target)).serialized(pretty: true))
      return
    }
    print("\(model.configuration.name) for \(target.rawValue): \(review.operationCount) operations")
    if review.findings.isEmpty { print("Nothing stands in the way.") }
    for (finding, scopes) in grouped(review.findings) {
      print(
        """

        \(finding.isBlocking ? "cannot be exported" : "slow"): \(finding.operation) \(finding.shape), \(scopes.count)×
          \(finding.reason)
          advice: \(finding.advice)
          in \(scopes.joined(separator: ", "))
        """)
    }
  }

  /// Findings that differ in the module alone, with the modules.
  private static func grouped(
    _ findings: [ExportReview.Finding]
  ) -> [(ExportReview.Finding, scopes: [String])] {
    var groups: [(ExportReview.Finding, scopes: [String])] = []
    for finding in findings {
      let scope = finding.scope.isEmpty ? "the network" : finding.scope
      if let place = groups.firstIndex(where: { $0.0.isAlike(finding) }) {
        groups[place].scopes.append(scope)
      } else {
        groups.append((finding, [scope]))
      }
    }
    return groups
  }

  private static func document(_ model: Model, _ review: ExportReview, _ target: ExportTarget) -> JSONObject {
    [
      "model": .string(model.configuration.name), "target": .string(target.rawValue),
      "operations": .integer(review.operationCount),
      "exportable": .bool(!review.findings.contains(where: \.isBlocking)),
      "findings": JSONValue(review.findings) { finding in
        [
          "module": .string(finding.scope), "operator": .string(finding.operation),
          "shape": JSONValue(finding.shape) { .integer($0) }, "blocking": .bool(finding.isBlocking),
          "reason": .string(finding.reason), "advice": .string(finding.advice),
        ]
      },
    ]
  }
}

extension ExportReview.Finding {
  fileprivate func isAlike(_ other: ExportReview.Finding) -> Bool {
    (operation, shape, reason) == (other.operation, other.shape, other.reason)
  }
}
