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

  /// The inputs without some files that the run itself writes, which may lie in a folder that it scans.
  public static func excluding(_ paths: [String], from sources: [InputSource]) -> [InputSource] {
    let own = Set(paths.compactMap { status(of: PathName($0)).map(FolderIdentity.init) })
    guard !own.isEmpty else { return sources }
    return sources.filter { source in
      guard case .file(let path) = source, let status = status(of: path) else { return true }
      return !own.contains(FolderIdentity(status))
    }
  }
}
