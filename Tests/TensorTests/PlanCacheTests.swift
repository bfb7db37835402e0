import Synchronization
import Testing

@testable import Tensor

extension TensorSuite {
  @Suite struct PlanCacheTests {
    @Test func plansAreMadeOnce() {
      let cache = PlanCache<Int, String>()
      let made = Atomic(0)
      func make(_ key: Int) -> String {
        made.add(1, ordering: .relaxed)
        return "plan \(key)"
      }
      for key in [1, 2, 1, 2] { #expect(cache.plan(for: key, make: make) == "plan \(key)") }
      #expect(made.load(ordering: .relaxed) == 2)
    }

    /// oneDNN cuts the work of a primitive by the threads there are when it is made.
    @Test func everyNumberOfThreadsHasItsPlans() {
      let (cache, before) = (PlanCache<Int, Int>(), Compute.threads)
      defer { Compute.configure(threads: before) }
      for threads in [1, 2, 1] {
        Compute.configure(threads: threads)
        #expect(cache.plan(for: 0, make: { _ in Compute.threads }) == threads)
      }
    }

    @Test func aFullCacheStartsAnew() {
      let cache = PlanCache<Int, Int>()
      for key in 0..<5000 { #expect(cache.plan(for: key, make: { $0 }) == key) }
    }
  }
}
