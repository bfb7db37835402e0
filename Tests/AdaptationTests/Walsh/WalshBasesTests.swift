import Tensor
import TestSupport
import Testing

@testable import Adaptation

extension AdaptationSuite {
  /// The functions and their selections.
  @Suite struct WalshBasesTests {
    /// The values of the function (0, sequency) along a row of a block.
    private func walsh(_ sequency: Int, edge: Int) -> [Float] {
      let blocks = WalshBlocks(grid: Pair(edge, edge), edge: edge, sequencies: [Pair(0, sequency)])
      let image = Tensor.ones([1, 1, 1]).walshReconstructed(from: blocks, shape: [1, edge, edge, 1])
      return Array(image.floatArray().prefix(edge))
    }

    @Test(arguments: [4, 8, 16])
    func functionsAreOrderedBySignChanges(edge: Int) {
      let rows = (0..<edge).map { walsh($0, edge: edge) }
      for (index, row) in rows.enumerated() {
        #expect(row.allSatisfy { $0.magnitude == 1 } && row[0] == 1)
        #expect(zip(row, row.dropFirst()).count { $0 != $1 } == index)
        for (column, value) in row.enumerated() { #expect(value == rows[column][index], "the matrix is symmetric") }
      }
    }

    /// Σ x B_b over the blocks of one example without padding, term by term.
    private func directSums(_ x: [Float], width: Int, _ blocks: WalshBlocks) -> [Float] {
      let edge = blocks.edge
      let rows = (0..<edge).map { walsh($0, edge: edge) }
      return (0..<blocks.blockCount).flatMap { block in
        blocks.sequencies.map { pair in
          var sum = 0.0
          for y in 0..<edge {
            for z in 0..<edge {
              let (row, column) = (
                block / blocks.blocks.width * edge + y, block % blocks.blocks.width * edge + z
              )
              sum += Double(x[row * width + column] * rows[pair.height][y] * rows[pair.width][z])
            }
          }
          return Float(sum)
        }
      }
    }

    @Test(arguments: [4, 8, 16], [1, 2, 3, 5, 9])
    func butterfliesEqualDirectSums(edge: Int, order: Int) throws {
      let bases = try WalshBases.l1(min(order, 2 * edge - 1), edge: edge)
      let blocks = WalshBlocks(grid: Pair(2 * edge, edge), edge: edge, sequencies: bases.sequencies)
      let x = Samples.normal([1, 2 * edge, edge, 1], seed: 7)
      let expected = directSums(x.floatArray(), width: edge, blocks)
      expectClose(x.walshProjected(on: blocks, border: .zeros).floatArray(), expected, rtol: 1e-6)
    }

    @Test func counts() throws {
      #expect(try (1...8).map { try WalshBases.l1($0).count } == [1, 3, 6, 10, 15, 21, 28, 36])
      #expect(try (9...15).map { try WalshBases.l1($0).count } == [43, 49, 54, 58, 61, 63, 64])
      #expect(try (1...8).map { try WalshBases.lInfinity($0).count } == [1, 4, 9, 16, 25, 36, 49, 64])
      #expect(try WalshBases.l1(2).sequencies == [Pair(0, 0), Pair(0, 1), Pair(1, 0)])
    }

    @Test(arguments: ["l1-4", "linf-2", "l1-3/4", "linf-16/16", "list-00-10-75", "list-0f/16"])
    func textualForm(text: String) throws {
      #expect(try WalshBases(parsing: text).description == text)
    }

    @Test(arguments: [
      ("", "\"\" names no Walsh functions; expected l1-K, linf-K or list-IJ-IJ…"), ("l1", "names no Walsh functions"),
      ("l1-", "names no Walsh functions"), ("l1-x", "names no Walsh functions"), ("l1-4-4", "names no Walsh functions"),
      ("l1-4/", "names no Walsh functions"), ("l1-0", "order of Walsh functions is 0; expected 1 to 15"),
      ("l1-99999999999999999999", "names no Walsh functions"), ("l1-16", "is 16; expected 1 to 15"),
      ("linf-9", "is 9; expected 1 to 8"), ("l1--4", "names no Walsh functions"),
      ("l1-2/5", "blocks of edge 5 are not there; expected an edge of 4, 8 or 16"),
      ("l1-2/4611686018427387904", "expected an edge of 4, 8 or 16"),
      ("list-08", "(0, 8) is not one of a block of edge 8"),
      ("list-00-00", "names one of them twice"), ("list-0", "names no Walsh functions"),
      ("list", "names no Walsh functions"),
    ])
    func refusesOtherTexts(text: String, message: String) {
      let error = #expect(throws: StrategyError.self) { try WalshBases(parsing: text) }
      #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }

    @Test func findsGrids() throws {
      #expect(try TokenGrid(of: [2, 14, 7, 5]).size == Pair(14, 7))
      for (tokens, side, extra) in [(49, 7, 0), (196, 14, 0), (197, 14, 1), (198, 14, 2), (1, 1, 0)] {
        let grid = try TokenGrid(of: [2, tokens, 5])
        #expect(grid.size == Pair(side, side) && grid.extraTokens == extra)
      }
      #expect(try TokenGrid(tokens: 50, extraTokens: 1).size == 7)
    }

    @Test func refusesOtherGrids() {
      func message(_ body: () throws -> TokenGrid) -> String {
        #expect(throws: StrategyError.self, performing: body)?.description ?? ""
      }
      #expect(
        message { try TokenGrid(of: [2, 199, 5]) }
          == "199 tokens are no square grid (the largest square is 14 × 14); expected a square, behind at most 2 extra tokens"
      )
      #expect(message { try TokenGrid(of: [2, 5]) }.contains("[2, 5] has no grid of tokens"))
      #expect(message { try TokenGrid(of: [2, 0, 5]) }.contains("has no grid"))
      #expect(message { try TokenGrid(tokens: 49, extraTokens: 1) }.contains("49 tokens, 1 of them extra,"))
      #expect(message { try TokenGrid(tokens: 1, extraTokens: 3) }.contains("no square grid"))
    }
  }
}
