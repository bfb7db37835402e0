extension TrainingCheckpoint {
  /// What a training learns from, as far as one that goes on can tell that it is the same.
  struct Pictures: Codable, Equatable {
    var classNames: [String]
    /// How many there are to learn from.
    var count: Int

    /// Stops where a training began with other pictures.
    /// - Throws: ``TrainingError`` that says what differs.
    func check(saved: Pictures, in path: String) throws {
      if self == saved { return }
      var differences: [String] = []
      let classes = 0..<max(classNames.count, saved.classNames.count)
      if let index = classes.first(where: { name($0) != saved.name($0) }) {
        differences.append("class \(index) was \(saved.name(index)) and is \(name(index))")
      }
      if count != saved.count { differences.append("there were \(saved.count) training pictures and are \(count)") }
      throw TrainingError(
        "\(path) belongs to a training on other data: \(differences.joined(separator: ", ")); use the data that it began "
          + "with, or start again in another --output")
    }

    private func name(_ index: Int) -> String {
      classNames.indices.contains(index) ? "\"\(classNames[index])\"" : "missing"
    }
  }
}

extension TrainingCheckpoint.Position {
  /// Stops at a position that no training with these options has.
  /// - Parameter batches: how many an epoch has.
  /// - Throws: ``TrainingError``.
  func check(_ configuration: TrainingConfiguration, batches: Int, in path: String) throws {
    let epochs = 0...configuration.epochs
    func steps(_ batches: Int) -> Int { configuration.stepCount(ofBatches: batches) }
    guard epochs.contains(epoch), (0...batches).contains(step), totalSteps == epoch * steps(batches) + steps(step),
      correct >= 0, correct <= seen, seen <= Int.max / 2, best.map({ epochs.contains($0.epoch) }) ?? true
    else {
      throw TrainingError(
        "\(path) is damaged: it stands at batch \(step) of epoch \(epoch), after \(totalSteps) steps with \(correct) of "
          + "\(seen) right, in a training of \(configuration.epochs) epochs of \(batches) batches; start again in another "
          + "--output")
    }
  }
}
