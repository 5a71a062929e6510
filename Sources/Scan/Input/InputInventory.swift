import Randomness

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The inputs of a run as they were found before it: names, sizes, times of change.
public struct InputInventory: Sendable {
  /// One input.
  public struct Entry: Hashable, Sendable {
    /// The name, as results have it.
    public var name: String
    /// The size in bytes; nil where it is no regular file.
    public var size: Int?
    /// When it was changed, in nanoseconds.
    public var modified: Int?
  }

  private let sources: [InputSource]
  /// SHA-256 of all names and sizes in their order.
  public let digest: String
  /// Whether each can be read again: all are regular files, or cannot be read at all.
  public let isRepeatable: Bool

  /// Looks at the inputs.
  public init(_ sources: [InputSource]) {
    self.sources = sources
    var digest = ContentDigest()
    var isRepeatable = true
    var text: [UInt8] = []
    for source in sources {
      let entry = Self.entry(source)
      if entry.size == nil {
        if case .unreadable = source {} else { isRepeatable = false }
      }
      text += entry.name.utf8
      text += "\t\(entry.size ?? -1)\n".utf8
      if text.count > 1 << 16 {
        digest.update(text)
        text.removeAll(keepingCapacity: true)
      }
    }
    digest.update(text)
    self.digest = digest.text()
    self.isRepeatable = isRepeatable
  }

  /// The number of inputs.
  public var count: Int { sources.count }

  /// An input as it is now.
  public func entry(at index: Int) -> Entry { Self.entry(sources[index]) }

  static func entry(_ source: InputSource) -> Entry {
    guard case .file(let path) = source, let status = InputDiscovery.status(of: path) else {
      return Entry(name: source.display, size: nil, modified: nil)
    }
    let identity = FileIdentity(status)
    return Entry(
      name: source.display, size: identity.isRegular ? identity.size : nil,
      modified: identity.isRegular ? identity.modified : nil)
  }

  /// One line a file: size, time of change, name.
  public func lines(_ body: ([UInt8]) throws(ScanError) -> Void) throws(ScanError) {
    for source in sources {
      let entry = Self.entry(source)
      try body(Array("\(entry.size ?? -1)\t\(entry.modified ?? -1)\t\(entry.name)\n".utf8))
    }
  }

  /// What differs from lines that ``lines(_:)`` made; nil where nothing does.
  public func difference(from old: [UInt8]) -> String? {
    var place = 0
    for (index, line) in old.split(separator: UInt8(ascii: "\n")).enumerated() {
      let fields = line.split(separator: UInt8(ascii: "\t"), maxSplits: 2)
      guard fields.count == 3 else { return "the list of inputs is damaged in line \(index + 1)" }
      let name = String(decoding: fields[2], as: UTF8.self)
      guard index < count else { return "\(name) is no longer among the inputs" }
      let now = entry(at: index)
      guard now.name == name else { return "\(name) was input \(index + 1); now it is \(now.name)" }
      let (size, modified) = (
        Int(String(decoding: fields[0], as: UTF8.self)) ?? -1,
        Int(String(decoding: fields[1], as: UTF8.self)) ?? -1
      )
      guard size == now.size ?? -1 else { return "\(name) had \(size) bytes and has \(now.size ?? -1)" }
      guard modified == now.modified ?? -1 else { return "\(name) was changed since" }
      place = index + 1
    }
    return place < count ? "\(entry(at: place).name) is a new input" : nil
  }
}
