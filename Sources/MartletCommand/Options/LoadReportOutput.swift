import NeuralNet
import Reporting

extension LoadReport {
  /// The names by what became of them.
  var json: JSONObject {
    func names(_ list: [String]) -> JSONValue { JSONValue(list) { .string($0) } }
    func shapes(_ list: [Misfit]) -> JSONValue {
      JSONValue(list) { ["name": .string($0.name), "file": .string($0.found), "model": .string($0.expected)] }
    }
    return [
      "matched": names(matched), "missing": names(missing), "unexpected": names(unexpected),
      "wrong_shape": shapes(misfits), "replaced": shapes(replaced),
    ]
  }

  /// What did not simply match.
  var table: TextTable {
    var table = TextTable(columns: [.init("tensor"), .init("what"), .init("in the file"), .init("in the model")])
    for name in missing { table.append([name, "missing"]) }
    for name in unexpected { table.append([name, "left out", "", "none"]) }
    for misfit in misfits { table.append([misfit.name, "wrong shape", misfit.found, misfit.expected]) }
    for misfit in replaced { table.append([misfit.name, "new values", misfit.found, misfit.expected]) }
    return table
  }
}
