import Formats
import Foundation
import Tensor
import Testing

/// Numbers of Tests/References/adaptation_neighbours.py.
struct NeighbourReferences {
  /// What was found on the way.
  struct Facts: Decodable {
    let convolutionRanks: [Int]
    let linearRanks: [Int]
    let sparseChannels: [Int]
    let sparseGroups: [Int]
  }

  let facts: Facts
  private let file: SafetensorsFile

  init() throws {
    let folder = try #require(Bundle.module.resourceURL).appending(path: "References")
    file = try SafetensorsFile(folder.appending(path: "neighbours.safetensors").path)
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    facts = try decoder.decode(Facts.self, from: Data(try #require(file.metadata["facts"]).utf8))
  }

  subscript(name: String) -> Tensor {
    get throws {
      let array = try file.array(named: name)
      return Tensor(array.floats(), shape: Shape(array.shape))
    }
  }
}
