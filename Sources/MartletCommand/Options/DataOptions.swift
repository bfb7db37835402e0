import ArgumentParser
import DataSets

/// Where pictures come from.
struct DataOptions: ParsableArguments {
  @Option(
    help: """
      A data set by name (see martlet data), or a folder with train/CLASS/*.jpg and val/CLASS/*.jpg, or for the classes of pixels \
      with train/images/NAME.jpg and train/labels/NAME.png, and likewise val.
      """)
  var data: String

  @Option(help: "Where named data sets are looked for; by default MARTLET_DATA.")
  var dataRoot: String?

  func open() throws -> DataSplits { try DataSource.open(data, root: dataRoot) }
}
