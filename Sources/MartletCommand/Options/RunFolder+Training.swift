import Training

extension RunFolder {
  /// Stops where the folder holds a training that is not to go on.
  /// - Parameter output: the folder as the user named it.
  /// - Throws: ``CommandError``.
  func requireNoTraining(unlessResumed resumes: Bool, output: String) throws {
    guard resumes || !hasState else {
      throw CommandError("\(output) holds a training already; go on with --resume or choose another --output")
    }
  }
}
