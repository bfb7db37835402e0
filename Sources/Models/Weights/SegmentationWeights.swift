import Formats
import NeuralNet

extension SegmentationNetwork: RenamingLayer {
  private static let head = "decode_head."

  /// Where a file holds a classifier of the backbone's kind, its convolutional part under this network's names.
  ///
  /// The classifier's own head is left out. Other names stay, so that they are reported.
  func renaming(_ file: any ArrayFile) throws -> any ArrayFile {
    if SegmentationNetwork.hasHead(file) { return file }
    var arrays = RenamedArrays(file)
    guard try backbone.moveClassifier(&arrays, under: "backbone.") else { return file }
    arrays.keepOthers()
    return arrays
  }

  fileprivate static func hasHead(_ file: any ArrayFile) -> Bool { file.names.contains { $0.hasPrefix(head) } }

  fileprivate var headTensors: [String] {
    namedTensors().map(\.name).filter { $0.hasPrefix(SegmentationNetwork.head) }
  }
}

extension Model {
  /// The tensors of the head of a segmentation network where a file has none of them, as the files of classifiers; empty for
  /// other networks and files.
  public func headTensors(absentFrom file: some ArrayFile) -> Set<String> {
    guard let network = network as? SegmentationNetwork, !SegmentationNetwork.hasHead(file) else { return [] }
    return Set(network.headTensors)
  }
}
