import Synchronization

/// Plans by their geometry, so that a steady training step compiles nothing. Bounded: when full it starts anew.
final class PlanCache<Key: Hashable & Sendable, Plan: Sendable>: Sendable {
  private let capacity = 2048
  private let plans = Mutex<[Key: Plan]>([:])

  func plan(for key: Key, make: (Key) -> Plan) -> Plan {
    if let plan = plans.withLock({ $0[key] }) { return plan }
    let plan = make(key)
    plans.withLock { plans in
      if plans.count >= capacity { plans.removeAll() }
      plans[key] = plan
    }
    return plan
  }
}
