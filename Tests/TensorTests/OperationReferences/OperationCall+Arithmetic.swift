import TestSupport

@testable import Tensor

extension OperationCall {
  func arithmetic() throws -> [Tensor]? {
    switch reference.operation {
    case "add": [x + inputs[1]]
    case "sub": [x - inputs[1]]
    case "mul": [x * inputs[1]]
    case "div": [x / inputs[1]]
    case "maximum": [x.maximum(inputs[1])]
    case "minimum": [x.minimum(inputs[1])]
    case "pow": [x.power(inputs[1])]
    case "pow_scalar": [x.power(Tensor(try float("exponent")))]
    case "exp": [x.exp()]
    case "log": [x.log()]
    case "sqrt": [x.squareRoot()]
    case "rsqrt": [x.reciprocalSquareRoot()]
    case "abs": [x.absolute()]
    case "square": [x.squared()]
    case "clamp": [x.clamped(try bound("min", -.infinity), try bound("max", .infinity))]
    default: nil
    }
  }

  private func bound(_ attribute: String, _ absent: Float) throws -> Float {
    if case .null? = reference[attribute] { absent } else { try float(attribute) }
  }

  func reduction() throws -> [Tensor]? {
    switch reference.operation {
    case "sum": [x.sum(axes: try ints("dim"), keepsAxes: try bool("keepdim"))]
    case "mean": [x.mean(axes: try ints("dim"), keepsAxes: try bool("keepdim"))]
    case "var":
      [x.variance(axes: try ints("dim"), keepsAxes: try bool("keepdim"), correction: try int("correction"))]
    case "max": [try oneAxisAfterAnother { $0.maximum(axis: $1, keepsAxis: $2).values }]
    case "min": [try oneAxisAfterAnother { $0.minimum(axis: $1, keepsAxis: $2).values }]
    default: nil
    }
  }

  /// The largest of the largest: this module's extrema take one axis at a time.
  private func oneAxisAfterAnother(_ function: (Tensor, Int, Bool) -> Tensor) throws -> Tensor {
    let keepsAxis = try bool("keepdim")
    return try ints("dim").sorted(by: >).reduce(x) { function($0, $1, keepsAxis) }
  }

  func movement() throws -> [Tensor]? {
    switch reference.operation {
    case "concat": return [Tensor.concatenated(inputs, axis: try int("dim"))]
    case "split": return x.split(axis: try int("dim"), extents: try ints("sizes"))
    case "slice": return [try slice()]
    case "roll":
      return [zip(try ints("dims"), try ints("shifts")).reduce(x) { $0.rolled(axis: $1.0, by: $1.1) }]
    case "permute": return [x.transposed(try ints("dims"))]
    case "pad":
      let amounts = try value("pad") { $0.list }.map { amount in
        guard let pair = amount.ints, pair.count == 2 else {
          throw Failure(description: "pad of \(reference.name) is not a list of pairs")
        }
        return (before: pair[0], after: pair[1])
      }
      return [x.padded(amounts, with: try float("value"))]
    default: return nil
    }
  }

  /// A slice with a step is a choice of rows after the axis was brought to the front.
  private func slice() throws -> Tensor {
    let (axis, start, end, step) = (try int("dim"), try int("start"), try int("end"), try int("step"))
    if step == 1 { return x.sliced(axis: axis, start..<end) }
    var order = Array(0..<x.shape.rank)
    order.swapAt(0, axis)
    let rows = Tensor(stride(from: start, to: end, by: step).map(Int64.init))
    return x.transposed(order).gathered(rows: rows).transposed(order)
  }

  func indexing() throws -> [Tensor]? {
    switch reference.operation {
    case "index_select": [x.gathered(rows: inputs[1])]
    case "embedding": [inputs[1].gathered(rows: x)]
    case "index_add": [x + Tensor.scatterAdded(inputs[2], rows: inputs[1], count: x.shape[0])]
    default: nil
    }
  }
}
