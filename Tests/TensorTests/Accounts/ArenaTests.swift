import TestSupport
import Testing

@testable import Tensor

extension TensorSuite {
  @Suite struct ArenaTests {
    private let account = MemoryAccount()
    private let arena: Arena

    init() { arena = Arena(capacity: 1 << 20, account: account) }

    private func isAligned(_ pointer: UnsafeMutableRawPointer) -> Bool { UInt(bitPattern: pointer) % 64 == 0 }

    @Test func blocksAreAligned() {
      for count in [0, 1, 63, 64, 65, 1000] { #expect(isAligned(arena.allocate(count))) }
    }

    @Test func sizesAreRoundedUp() {
      #expect(Arena.rounded(0) == 64)
      #expect(Arena.rounded(64) == 64)
      #expect(Arena.rounded(65) == 128)
    }

    @Test func blocksDoNotOverlap() {
      let blocks = (1...50).map { (start: arena.allocate($0 * 10), count: $0 * 10) }
      for (index, block) in blocks.enumerated() {
        block.start.initializeMemory(as: UInt8.self, repeating: UInt8(index), count: block.count)
      }
      for (index, block) in blocks.enumerated() {
        let bytes = UnsafeRawBufferPointer(start: block.start, count: block.count)
        #expect(bytes.allSatisfy { $0 == UInt8(index) })
      }
    }

    /// No process has so many addresses.
    @Test func moreThanThereIsIsHalved() {
      let arena = Arena(capacity: 1 << 60, account: account)
      let block = arena.allocate(4096)
      block.storeBytes(of: 7, as: UInt8.self)
      #expect(block.load(as: UInt8.self) == 7)
    }

    @Test func aFreedBlockIsTakenAgain() {
      let first = arena.allocate(1000)
      _ = arena.allocate(1000)
      arena.deallocate(first, byteCount: 1000)
      #expect(arena.allocate(1000) == first)
    }

    @Test(arguments: [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]])
    func freedNeighboursJoin(_ order: [Int]) {
      let blocks = (0..<3).map { _ in arena.allocate(1024) }
      let end = arena.allocate(1024)
      for index in order { arena.deallocate(blocks[index], byteCount: 1024) }
      #expect(arena.allocate(3 * 1024) == blocks[0])
      arena.deallocate(end, byteCount: 1024)
      #expect(arena.allocate((1 << 20) - 3 * 1024) == end)
    }

    @Test func usageIsCounted() {
      let blocks = (arena.allocate(100), arena.allocate(64))
      #expect(account.liveBytes == 192)
      arena.deallocate(blocks.0, byteCount: 100)
      #expect(account.liveBytes == 64)
      #expect(account.peakBytes == 192)
      account.resetPeak()
      #expect(account.peakBytes == 64)
    }

    @Test func mixedRoundsDoNotGrow() {
      func round() -> UnsafeMutableRawPointer {
        var generator = Generator(seed: 6)
        var highest = arena.allocate(64)
        var blocks = [(highest, 64)]
        for _ in 0..<40 {
          let count = Int.random(in: 1...4000, using: &generator)
          let block = arena.allocate(count)
          highest = max(highest, block)
          blocks.append((block, count))
          if Bool.random(using: &generator) {
            let (block, count) = blocks.remove(at: Int.random(in: 0..<blocks.count, using: &generator))
            arena.deallocate(block, byteCount: count)
          }
        }
        return blocks.shuffled(using: &generator).reduce(highest) { highest, block in
          arena.deallocate(block.0, byteCount: block.1)
          return highest
        }
      }
      let reach = round()
      for _ in 0..<1000 { #expect(round() == reach) }
      #expect(account.liveBytes == 0)
      let whole = arena.allocate(1 << 20)
      arena.deallocate(whole, byteCount: 1 << 20)
    }

    @Test func aFullArenaSaysWhatToDo() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = Arena(capacity: 1 << 16, account: MemoryAccount()).allocate(1 << 17)
      }
      expectMessage(result, "out of memory", "131072 bytes", "smaller batch")
    }
  }
}
