/// The extents of a tensor, outermost axis first; at most six axes, kept inline so that shapes cost no allocation.
public struct Shape: Sendable, Hashable, ExpressibleByArrayLiteral, CustomStringConvertible {
  /// The largest number of axes.
  public static let maximumRank = 6

  private var extents: SIMD8<Int> = .zero
  /// The number of axes; 0 for a scalar.
  public private(set) var rank: Int

  /// A shape with the given extents.
  public init(_ extents: some Collection<Int>) {
    precondition(
      extents.count <= Shape.maximumRank, "a shape has at most \(Shape.maximumRank) axes, not \(extents.count)")
    rank = extents.count
    for (axis, extent) in extents.enumerated() {
      precondition(extent >= 0, "axis \(axis) of a shape cannot have the extent \(extent)")
      self.extents[axis] = extent
    }
  }

  public init(arrayLiteral elements: Int...) { self.init(elements) }

  /// The extent of an axis; a negative axis counts from the end.
  public subscript(axis: Int) -> Int {
    get { extents[resolve(axis)] }
    set { extents[resolve(axis)] = newValue }
  }

  /// The number of elements: the product of the extents.
  public var count: Int {
    var product = 1
    for axis in 0..<rank { product *= extents[axis] }
    return product
  }

  /// The extents as an array.
  public var array: [Int] { (0..<rank).map { extents[$0] } }

  /// The product of the extents in a range of axes.
  public func count(_ axes: Range<Int>) -> Int { axes.reduce(1) { $0 * extents[$1] } }

  /// The axis counted from the front, from one that may be counted from the end.
  public func resolve(_ axis: Int) -> Int {
    let resolved = axis < 0 ? axis + rank : axis
    precondition(resolved >= 0 && resolved < rank, "axis \(axis) is outside of shape \(self)")
    return resolved
  }

  /// The shape without one axis.
  public func removing(axis: Int) -> Shape {
    var extents = array
    extents.remove(at: resolve(axis))
    return Shape(extents)
  }

  public var description: String { "[" + array.map(String.init).joined(separator: ", ") + "]" }
}
