import Testing

/// The tests of the command line run one after the other: each program uses all threads.
@Suite(.serialized) enum CommandSuite {}
