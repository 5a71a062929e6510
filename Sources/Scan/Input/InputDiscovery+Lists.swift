import Tabular

extension InputDiscovery {
  /// The inputs that a list names, each as it stands: no patterns, since names from `find` may hold any character.
  ///
  /// - Parameters:
  ///   - path: the list's file; `-` is standard input.
  ///   - separator: the byte that ends a name, a line feed or zero.
  public static func sources(listedIn path: String, separator: UInt8) throws(TabularError) -> [InputSource] {
    let bytes = try FileBytes.read(path == "-" ? "/dev/stdin" : path, limit: 1 << 30)
    return bytes.split(separator: separator).flatMap { name -> [InputSource] in
      var name = name
      if separator == UInt8(ascii: "\n"), name.last == 0x0d { name = name.dropLast() }
      return name.isEmpty ? [] : sources(at: PathName(bytes: Array(name)))
    }
  }

  /// Inputs in the order of the bytes of their names, each once; standard input comes first.
  public static func sorted(_ sources: [InputSource]) -> [InputSource] {
    func bytes(_ source: InputSource) -> [UInt8] {
      switch source {
      case .file(let path), .unreadable(let path, _, _, _): path.bytes
      case .standardInput: []
      }
    }
    var sorted = sources.sorted { bytes($0).lexicographicallyPrecedes(bytes($1)) }
    var last: InputSource?
    sorted.removeAll { source in
      defer { last = source }
      return source == last
    }
    return sorted
  }
}
