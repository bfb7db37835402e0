import DataSets
import Formats
import Foundation
import Models
import NeuralNet
import Reporting
import Tensor
import Training

/// A picture whose pixels a model told apart, and the label map that was written of it.
struct LabelledPicture {
  private let path: String
  private let map: String
  /// The classes that occur, with their shares of the pixels, the largest first.
  private let shares: [(name: String, index: Int, share: Double)]

  /// Writes a label map of each picture, in its own size, as `folder/NAME.png`.
  /// - Throws: ``CommandError`` where two maps would have one name or a map would replace a picture, and what reading and
  ///   writing pictures throws.
  static func write(
    _ pictures: [String], to folder: String, model: Model, classNames: [String], precision: Precision, batchSize: Int
  ) throws -> [LabelledPicture] {
    let maps = pictures.map { "\(folder)/\(URL(filePath: $0).deletingPathExtension().lastPathComponent).png" }
    guard Set(maps).count == maps.count else {
      throw CommandError(
        "two pictures have the same name, and so would their label maps; run martlet once for each folder")
    }
    let inputs = Set(pictures.compactMap(resolved))
    if let map = maps.first(where: { resolved($0).map(inputs.contains) ?? false }) {
      throw CommandError("the label map \(map) would replace a picture; name another folder with --output")
    }
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw CommandError("the folder \(folder) cannot be made: \(error.localizedDescription)")
    }
    let side = model.configuration.inputSize
    let fit = try FitSquare(side)
    let batches = try PicturePreparation(fitting: model.configuration)
      .loader(of: PictureFiles(pictures), batchSize: batchSize).batches(epoch: 0)
    var results: [LabelledPicture] = []
    while let batch = try batches.next() {
      let logits = model.network.evaluated(on: batch.images, in: precision)
      let classes = logits.maximum(axis: -1).indices.array(of: Int64.self).map { UInt8(clamping: $0) }
      for row in 0..<batch.count {
        let (path, target) = (pictures[results.count], maps[results.count])
        let square = try LabelMap(
          height: side, width: side, classes: Array(classes[row * side * side..<(row + 1) * side * side]))
        let size = try Picture.size(of: path)
        let map = fit.unfitted(square, toHeight: size.height, width: size.width)
        try IndexPicture(width: map.width, height: map.height, indices: map.classes).writePNG(to: target)
        results.append(LabelledPicture(path: path, map: target, shares: shares(map, classNames)))
      }
    }
    return results
  }

  /// The path of a file without symbolic links; nil where there is no file.
  private static func resolved(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  private static func shares(_ map: LabelMap, _ classNames: [String]) -> [(name: String, index: Int, share: Double)] {
    var counts = [Int](repeating: 0, count: 256)
    for label in map.classes { counts[Int(label)] += 1 }
    return counts.indices.filter { counts[$0] > 0 }.sorted { (counts[$0], $1) > (counts[$1], $0) }.map { label in
      let name = classNames.indices.contains(label) ? classNames[label] : "class \(label)"
      return (name, label, Double(counts[label]) / Double(map.classes.count))
    }
  }

  /// Prints where the maps are and which classes take most of them.
  static func print(_ pictures: [LabelledPicture], top: Int, _ output: OutputOptions) {
    if output.json {
      let list = JSONValue(pictures) { picture in
        [
          "picture": .string(picture.path), "map": .string(picture.map),
          "classes": JSONValue(picture.shares.prefix(top)) {
            ["name": .string($0.name), "index": .integer($0.index), "share": .number($0.share)]
          },
        ]
      }
      Swift.print(list.serialized(pretty: true))
      return
    }
    for picture in pictures {
      Swift.print("\(picture.path): \(picture.map)")
      for entry in picture.shares.prefix(top) { Swift.print("  \(HumanUnits.percent(entry.share))  \(entry.name)") }
    }
  }
}
