#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The files that a command reads and writes: none that it writes may be another of them, under whatever name.
public struct FileClaims {
  private enum Identity: Hashable {
    case file(InputDiscovery.FolderIdentity)
    /// A name that may not be there yet, in a folder that is.
    case entry(InputDiscovery.FolderIdentity, String)
  }

  private struct Claim {
    var role: String
    var isWritten: Bool
    var number: Int
  }

  private var claims: [Identity: Claim] = [:]
  private var count = 0
  private var clash: (path: String, roles: [String])?

  /// Nothing is read or written.
  public init() {}

  /// Notes a file that is read; `role` says what it is, such as "an input".
  public mutating func read(_ path: String, as role: String) { add([path], role, isWritten: false) }

  /// Notes a file that is written, all its names while that lasts.
  public mutating func write(_ paths: [String], as role: String) { add(paths, role, isWritten: true) }

  /// Throws where a file would be written that is another one of those noted.
  public func check() throws(ScanError) {
    guard let clash else { return }
    throw ScanError(
      code: .sameFile,
      message: "\(PathName(clash.path).display) is both \(clash.roles[0]) and \(clash.roles[1])",
      hint: "give each a name of its own; NAME.partial belongs to an output as well")
  }

  private mutating func add(_ paths: [String], _ role: String, isWritten: Bool) {
    count += 1
    for path in paths {
      for identity in Self.identities(path) {
        guard let other = claims[identity], other.number != count else {
          claims[identity] = Claim(role: role, isWritten: isWritten, number: count)
          continue
        }
        if clash == nil, isWritten || other.isWritten { clash = (path, [other.role, role]) }
      }
    }
  }

  /// What a path leads to now, and the name that would be given to what is written there.
  ///
  /// Devices and pipes take what comes and keep nothing, so that they cannot clash.
  private static func identities(_ path: String) -> [Identity] {
    var identities: [Identity] = []
    if let status = InputDiscovery.status(of: PathName(path)) {
      guard [S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT) else { return [] }
      identities.append(.file(.init(status)))
    }
    let (folder, name) = OutputName.split(OutputName.behindLinks(path))
    if let status = InputDiscovery.status(of: PathName(folder)) {
      identities.append(.entry(.init(status), name))
    }
    return identities
  }
}

/// Names of files that are written.
enum OutputName {
  /// The path that a file gets under a name that may be a link: renaming must not put a file in the link's place.
  static func behindLinks(_ path: String) -> String {
    var path = path
    // As many as the system follows.
    for _ in 0..<40 {
      guard let target = target(path) else { return path }
      path = target.hasPrefix("/") ? target : split(path).folder + "/" + target
    }
    return path
  }

  /// Where a link leads, as it says; nil where the path is no link.
  private static func target(_ path: String) -> String? {
    let bytes = PathName(path).withCString { name -> [UInt8]? in
      var buffer = [CChar](repeating: 0, count: 4096)
      let count = readlink(name, &buffer, buffer.count)
      return count > 0 ? buffer[..<count].map { UInt8(bitPattern: $0) } : nil
    }
    guard let bytes = bytes ?? nil else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The folder of a path, and the name in it.
  static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    return (
      slash == path.startIndex ? "/" : String(path[..<slash]), String(path[path.index(after: slash)...])
    )
  }

  /// The descriptor that a path is another name of: `/dev/stdout`, `/dev/fd/1` and links to them.
  static func descriptor(_ path: String) -> Int32? {
    var path = path
    for _ in 0..<40 {
      if path == "/dev/stdout" { return 1 }
      if path == "/dev/stderr" { return 2 }
      for folder in ["/dev/fd/", "/proc/self/fd/"] where path.hasPrefix(folder) {
        if let number = Int32(path.dropFirst(folder.count)), number >= 0 { return number }
      }
      guard let target = target(path) else { return nil }
      path = target.hasPrefix("/") ? target : split(path).folder + "/" + target
    }
    return nil
  }

  /// All names of an output while it is written.
  static func all(_ path: String) -> [String] { [path, behindLinks(path) + ".partial"] }
}

extension OutputSink {
  /// All names of a file while it is written: its own, and that of what is not complete.
  public static func names(of path: String) -> [String] { OutputName.all(path) }

  /// Whether what is written to a path stays there as a file, and does not go to a device or a pipe.
  public static func keeps(_ path: String) -> Bool {
    guard OutputName.descriptor(path) == nil else { return false }
    guard let status = InputDiscovery.status(of: PathName(path)) else { return true }
    return [S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT)
  }
}

extension CheckpointFile {
  /// All names of the checkpoint's files.
  public var names: [String] { OutputName.all(path) + OutputName.all(path + ".inputs") }
}
