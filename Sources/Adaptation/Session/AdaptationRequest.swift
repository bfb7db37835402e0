/// How it is decided what of a network trains.
public enum AdaptationRequest: Sendable {
  /// As the user says; a budget is checked.
  case scheme(Scheme, within: Budget)
  /// The planner decides among strategies.
  case plan(within: Budget, strategies: [any Strategy], norms: Scheme.Norms)
}
