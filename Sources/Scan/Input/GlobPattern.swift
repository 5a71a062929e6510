/// A pattern of file names: `*` and `?` within a name, `[a-z]` for one character, `**` for any number of folders.
///
/// For shells that do not expand patterns, and for patterns that are quoted so that they may be long. A leading dot must be
/// written out.
struct GlobPattern {
  private let parts: [[UInt8]]
  private let isAbsolute: Bool

  init(_ text: String) {
    isAbsolute = text.hasPrefix("/")
    parts = text.split(separator: "/").map { Array($0.utf8) }
  }

  /// The existing paths that fit, in the order of their bytes within each folder.
  func matches() -> [PathName] {
    var found: [PathName] = []
    walk(parts[...], under: isAbsolute ? PathName("/") : nil, into: &found)
    return found
  }

  private func walk(_ parts: ArraySlice<[UInt8]>, under folder: PathName?, into found: inout [PathName]) {
    guard let part = parts.first else {
      if let folder { found.append(folder) }
      return
    }
    let rest = parts.dropFirst()
    if part == Array("**".utf8) {
      walk(rest, under: folder, into: &found)
      for name in InputDiscovery.names(in: folder ?? PathName(".")) ?? []
      where name.first != UInt8(ascii: ".") {
        let path = folder?.appending(name) ?? PathName(bytes: name)
        // Only real folders: a link to one above would never end.
        if InputDiscovery.isFolder(path) { walk(parts, under: path, into: &found) }
      }
      return
    }
    guard part.contains(where: { "*?[".utf8.contains($0) }) else {
      let path = folder?.appending(part) ?? PathName(bytes: part)
      if InputDiscovery.status(of: path) != nil { walk(rest, under: path, into: &found) }
      return
    }
    for name in InputDiscovery.names(in: folder ?? PathName(".")) ?? [] {
      guard name.first != UInt8(ascii: ".") || part.first == UInt8(ascii: "."),
        Self.fits(name[...], part[...])
      else { continue }
      walk(rest, under: folder?.appending(name) ?? PathName(bytes: name), into: &found)
    }
  }

  /// Whether a name fits one part of a pattern.
  ///
  /// Linear but for the number of stars.
  static func fits(_ name: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
    var name = name
    var pattern = pattern
    var retry: (name: ArraySlice<UInt8>, pattern: ArraySlice<UInt8>)?
    while true {
      if let symbol = pattern.first, symbol == UInt8(ascii: "*") {
        pattern = pattern.dropFirst()
        retry = (name, pattern)
        continue
      }
      if let byte = name.first, let length = symbolLength(pattern, fitting: byte) {
        name = name.dropFirst()
        pattern = pattern.dropFirst(length)
        continue
      }
      if name.isEmpty, pattern.isEmpty { return true }
      // The last star takes one byte more, and the rest is tried again.
      guard let last = retry, !last.name.isEmpty else { return false }
      retry = (last.name.dropFirst(), last.pattern)
      name = last.name.dropFirst()
      pattern = last.pattern
    }
  }

  /// The length of the pattern's first symbol if it fits `byte`.
  private static func symbolLength(_ pattern: ArraySlice<UInt8>, fitting byte: UInt8) -> Int? {
    guard let symbol = pattern.first else { return nil }
    if symbol == UInt8(ascii: "?") { return 1 }
    guard symbol == UInt8(ascii: "["), let close = pattern.dropFirst(2).firstIndex(of: UInt8(ascii: "]"))
    else {
      return symbol == byte ? 1 : nil
    }
    var set = pattern[(pattern.startIndex + 1)..<close]
    let isNegated = set.first == UInt8(ascii: "!") || set.first == UInt8(ascii: "^")
    if isNegated { set = set.dropFirst() }
    var isIn = false
    while let low = set.first {
      if set.count >= 3, set[set.startIndex + 1] == UInt8(ascii: "-") {
        if low <= byte, byte <= set[set.startIndex + 2] { isIn = true }
        set = set.dropFirst(3)
      } else {
        if low == byte { isIn = true }
        set = set.dropFirst()
      }
    }
    return isIn != isNegated ? close - pattern.startIndex + 1 : nil
  }
}
