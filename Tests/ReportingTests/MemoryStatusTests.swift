import Testing

@testable import Reporting

@Suite struct MemoryStatusTests {
  @Test func processHasMemory() throws {
    let status = try #require(memoryStatus())
    #expect(status.current > 1 << 20)
    #expect(status.peak >= status.current)
  }

  @Test func processStatusIsRead() {
    let text = "Name:\tswift\nVmPeak:\t  99 kB\nVmHWM:\t  2048 kB\nVmRSS:\t  1024 kB\nThreads:\t2\n"
    #expect(MemoryStatus(processStatus: text) == MemoryStatus(current: 1 << 20, peak: 2 << 20))
  }

  @Test(arguments: [
    "", "VmRSS: 5 kB\n", "VmRSS: x kB\nVmHWM: 7 kB", "VmRSS: 9223372036854775807 kB\nVmHWM: 1 kB",
  ])
  func strangeProcessStatusIsRefused(text: String) {
    #expect(MemoryStatus(processStatus: text) == nil)
  }
}
