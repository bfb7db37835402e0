/// A published data set that has a name of its own.
struct KnownSet: Sendable {
  let name: String
  let summary: String
  /// Names of the folder under a data root: by this name, and as publishers and other tools call it.
  let folders: [String]
  let classNames: [String]?
  let normalization: Normalization
  let flips: Bool
  /// How to get it.
  let advice: String

  static let all = [fashionMNIST, mnist, cifar10, cifar100]

  static let fashionMNIST = KnownSet(
    name: "fashion-mnist", summary: "clothes, 10 classes, 60,000 + 10,000 gray pictures of 28×28",
    folders: ["fashion-mnist", "fashion_mnist", "FashionMNIST", "FashionMNIST/raw"],
    classNames: [
      "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag",
      "Ankle boot",
    ],
    normalization: .fashionMNIST, flips: true,
    advice: "apt-get install dataset-fashion-mnist (Debian, Ubuntu), or put the four IDX files of "
      + "https://github.com/zalandoresearch/fashion-mnist in a folder of this name")

  static let mnist = KnownSet(
    name: "mnist", summary: "handwritten digits, 10 classes, 60,000 + 10,000 gray pictures of 28×28",
    folders: ["mnist", "MNIST", "MNIST/raw"], classNames: (0..<10).map(String.init), normalization: .mnist,
    flips: false,
    advice: "put train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz and "
      + "t10k-labels-idx1-ubyte.gz in a folder of this name")

  static let cifar10 = KnownSet(
    name: "cifar10", summary: "objects, 10 classes, 50,000 + 10,000 colour pictures of 32×32",
    folders: ["cifar10", "cifar-10", "cifar-10-batches-bin"], classNames: nil, normalization: .cifar10,
    flips: true,
    advice: "unpack cifar-10-binary.tar.gz of https://www.cs.toronto.edu/~kriz/cifar.html there")

  static let cifar100 = KnownSet(
    name: "cifar100", summary: "objects, 100 classes, 50,000 + 10,000 colour pictures of 32×32",
    folders: ["cifar100", "cifar-100", "cifar-100-binary"], classNames: nil, normalization: .cifar100,
    flips: true,
    advice: "unpack cifar-100-binary.tar.gz of https://www.cs.toronto.edu/~kriz/cifar.html there")
}
