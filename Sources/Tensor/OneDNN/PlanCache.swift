import Synchronization

/// Plans by their geometry, so that a steady training step compiles nothing. Bounded: when full it starts anew.
///
/// oneDNN divides the work among the threads that there are when a plan is made, so each number of threads has its own.
final class PlanCache<Key: Hashable & Sendable, Plan: Sendable>: Sendable {
  private struct Entry: Hashable {
    let key: Key
    let threads: Int
  }

  private let capacity = 2048
  private let plans = Mutex<[Entry: Plan]>([:])

  func plan(for key: Key, make: (Key) -> Plan) -> Plan {
    let entry = Entry(key: key, threads: Compute.threads)
    if let plan = plans.withLock({ $0[entry] }) { return plan }
    let plan = make(key)
    plans.withLock { plans in
      if plans.count >= capacity { plans.removeAll() }
      plans[entry] = plan
    }
    return plan
  }
}
