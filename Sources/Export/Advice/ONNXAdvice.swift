import Tensor

/// What makes an operation slow in run times for ONNX files, or keeps it off their mobile accelerators.
enum ONNXAdvice {
  static func problem(_ node: Program.Node, in program: Program) -> ExportProblem? {
    let rank = (node.inputs + [node.output]).map { program[$0].dimensions.count }.max() ?? 0
    if rank > 4 {
      return ExportProblem(
        reason: "it has \(rank) axes; accelerators of phones take four",
        advice: "join axes, or cut windows by slices instead of a reshape to more axes")
    }
    switch node.primitive {
    case .activation(.gelu):
      return ExportProblem(
        reason: "operator set 17 has no GELU; it is written as five nodes, which only some run times compute as one",
        advice: "run it with ONNX Runtime, or train with ReLU")
    case .instanceNorm:
      return ExportProblem(
        reason: "operator set 17 has no group norm; it is written as an instance norm between reshapes",
        advice: "use a batch norm, which is folded")
    case .transpose:
      return ExportProblem(
        reason: "a transposition copies memory", advice: "keep channels in front between convolutions and attention")
    case .gather:
      return ExportProblem(
        reason: "few accelerators gather", advice: "use slices or a table that is a constant")
    case .broadcast:
      return ExportProblem(
        reason: "its extents are computed when the graph runs, which accelerators leave to the CPU",
        advice: "fix the batch size in the run time, or pool instead of using a class token")
    case .function(.reciprocalSquareRoot), .binary(.power):
      return ExportProblem(
        reason: "mobile accelerators lack it", advice: "use a norm that is folded, or keep it out of the inner blocks")
    default: return nil
    }
  }
}
