import Testing

/// The tests of the module Training run one after the other: they train with all threads.
@Suite(.serialized) enum TrainingSuite {}
