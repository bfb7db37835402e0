/// Where in the model and in the pass the program is: names errors, ledger rows and the source of a NaN.
public enum Scope {
  /// The path of the module that runs now, such as "layer1.0.conv2"; empty outside of modules.
  @TaskLocal public static var path = ""

  /// Stops the program with a message that names the operation and the module.
  package static func fail(_ operation: String, _ message: String, file: StaticString = #file, line: UInt = #line)
    -> Never
  {
    fatalError("\(operation)\(path.isEmpty ? "" : " in \(path)"): \(message)", file: file, line: line)
  }

  /// Stops the program unless a condition on an operation's operands holds.
  static func require(
    _ condition: Bool, _ operation: String, _ message: @autoclosure () -> String, file: StaticString = #file,
    line: UInt = #line
  ) {
    if !condition { fail(operation, message(), file: file, line: line) }
  }
}
