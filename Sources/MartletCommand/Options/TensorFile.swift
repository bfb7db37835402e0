import ArgumentParser
import Formats
import Tensor
import Training

/// The order of the axes of an image batch in a file.
enum ImageLayout: String, CaseIterable, ExpressibleByArgument {
  case nchw, nhwc
}

/// Tensors in `.npy` and `.safetensors` files.
enum TensorFile {
  /// Reads an image batch as float32 [N, H, W, C].
  /// - Throws: `FormatError`, or ``CommandError`` where the file does not hold one image batch with these channels.
  static func read(_ path: String, layout: ImageLayout, channels: Int) throws -> Tensor {
    let array = try array(in: path)
    guard array.shape.count == 4, array.shape.allSatisfy({ $0 > 0 }) else {
      throw CommandError(
        "\(path) holds an array of shape \(array.shape); expected four axes, --layout \(layout.rawValue)")
    }
    let axis = layout == .nchw ? 1 : 3
    guard array.shape[axis] == channels else {
      throw CommandError(
        "\(path) has \(array.shape[axis]) channels in layout \(layout.rawValue) of shape \(array.shape); the model expects "
          + "\(channels). Is --layout right?")
    }
    let tensor = Tensor(array.floats(), shape: Shape(array.shape))
    return layout == .nhwc ? tensor : tensor.transposed([0, 2, 3, 1])
  }

  private static func array(in path: String) throws -> StoredArray {
    if path.hasSuffix(".npy") { return try NpyFile.read(path) }
    guard path.hasSuffix(".safetensors") else {
      throw CommandError("\(path): a file that ends in .npy or .safetensors is expected")
    }
    let file = try SafetensorsFile(path)
    guard file.names.count == 1 else {
      throw CommandError("\(path) holds \(file.names.count) tensors; expected one")
    }
    return try file.array(named: file.names[0])
  }

  /// Writes a float32 tensor.
  /// - Throws: `FormatError`, or ``CommandError`` for other endings.
  static func write(_ tensor: Tensor, name: String, to path: String) throws {
    let array = try StoredArray(tensor.floatArray(), shape: tensor.shape.array)
    if path.hasSuffix(".npy") {
      try NpyFile.write(array, to: path)
    } else if path.hasSuffix(".safetensors") {
      try SafetensorsWriter.write([.init(name: name, array)], to: path)
    } else {
      throw CommandError("\(path): a file that ends in .npy or .safetensors is expected")
    }
  }
}
