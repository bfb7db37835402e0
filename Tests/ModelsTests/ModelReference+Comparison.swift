import Tensor
import Testing

/// The comparison of a run with the reference.
///
/// The tolerances are those of Tests/References/README.md, section 3: values of their own within ten times what PyTorch's
/// float32 differs by, digests of each tensor loosely, as a single rectifier that switches shows there, and the medians over all
/// tensors within five times.
extension ModelReference {
  func expectAgreement(_ run: ModelRun) {
    expect(run.evaluationLogits, evaluationLogits, "evaluation logits")
    expect(run.trainingLogits, trainingLogits, "training logits")
    expect(run.losses, losses)
    expect(run.gradients, gradients, "gradients")
    expect(run.statistics, statistics, "statistics")
    expect(run.parameterChanges, parameterChanges, "parameter changes")
    expect(run.finalStatistics, finalStatistics, "final statistics")
    #expect(run.batchesTracked == [Int64(losses.values.count)])
  }

  private func expect(_ logits: Tensor, _ reference: ModelReference.Logits, _ name: String) {
    let (values, classes) = (logits.floatArray(), logits.shape[1])
    let truth = reference.values.joined()
    let found = reference.values.enumerated().flatMap { row, expected in
      expected.indices.map { Double(values[row * classes + $0]) }
    }
    let difference = zip(found, truth).reduce(0) { max($0, ($1.0 - $1.1).magnitude) }
    let scale = truth.reduce(0) { max($0, $1.magnitude) }
    let tolerance = max(1e-5, 10 * reference.float32Difference)
    #expect(difference / scale <= tolerance, "\(name)")
  }

  private func expect(_ losses: [Double], _ reference: ModelReference.Losses) {
    #expect(losses.count == reference.values.count)
    for (step, loss) in losses.enumerated() {
      let (truth, recorded) = (reference.values[step], reference.float32Difference[step])
      #expect((loss - truth).magnitude / truth <= max(1e-5, 10 * recorded), "loss of step \(step)")
    }
  }

  private func expect(_ digests: [String: Digest], _ reference: ModelReference.Section, _ section: String) {
    #expect(Set(digests.keys) == Set(reference.tensors.keys), "names of \(section)")
    var found: [[Double]] = []
    for (name, entry) in reference.tensors {
      guard let digest = digests[name] else { continue }
      let differences = digest.differences(from: entry.digest, normFloor: reference.normFloor)
      found.append(differences)
      for (index, floor) in [1e-2, 1e-2, 5e-2].enumerated() {
        let tolerance = max(floor, 20 * entry.float32Difference[index])
        #expect(differences[index] <= tolerance, "\(Digest.kinds[index]) of \(section) of \(name)")
      }
    }
    for (index, kind) in Digest.kinds.enumerated() {
      let recorded = median(reference.tensors.values.map { $0.float32Difference[index] })
      let typical = median(found.map { $0[index] })
      #expect(typical <= 5 * recorded, "median of the differences of the \(kind) of \(section)")
    }
  }

  private func median(_ values: [Double]) -> Double {
    values.isEmpty ? .infinity : values.sorted()[values.count / 2]
  }
}
