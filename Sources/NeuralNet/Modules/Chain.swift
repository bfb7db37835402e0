import Tensor

/// A layer that runs its links one after the other, each on the one tensor that the link before it made.
///
/// Override `links`; links that are no parts of the chain run under its own name. A chain can be cut: see ``boundaries``.
open class Chain: Layer {
  /// The links in their order.
  open var links: [Layer] { fatalError("\(type(of: self)) does not override links") }

  public final override func forward(_ x: Tensor) -> Tensor { links.reduce(x) { $1($0) } }

  /// The links, with those of chains among them in the place of these.
  private var innermostLinks: [Layer] { links.flatMap { ($0 as? Chain)?.innermostLinks ?? [$0] } }

  /// The places where the chain can be cut in two, from the first to the last.
  ///
  /// They are between two links, but for those in front of a batch norm, which is computed together with what is before it.
  public var boundaries: [Boundary] {
    let links = innermostLinks
    return links.indices.dropFirst().compactMap { index in
      links[index] is BatchNorm ? nil : Boundary(links, at: index)
    }
  }
}

/// A place where a chain can be cut in two: one tensor passes there, and nothing else.
public struct Boundary {
  /// The path of the last named layer in front.
  public let name: String
  /// What runs before: from the input of the chain to the tensor that passes.
  public let front: Chain
  /// What runs behind: from the tensor that passes to the result of the chain.
  public let tail: Chain

  fileprivate init(_ links: [Layer], at index: Int) {
    name = links[..<index].last { !$0.path.isEmpty }?.path ?? ""
    (front, tail) = (ChainPart(links[..<index]), ChainPart(links[index...]))
  }
}

/// Some links of a chain, which keep the paths that they have there.
private final class ChainPart: Chain {
  private let members: [Layer]

  init(_ links: ArraySlice<Layer>) { members = Array(links) }

  override var links: [Layer] { members }

  override var parts: [(name: String, part: Any)] {
    var seen: Set<String> = []
    return members.flatMap { link in link.path.isEmpty ? link.parts : [(link.path, link)] }
      .filter { seen.insert($0.name).inserted }
  }
}
