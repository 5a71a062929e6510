#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Something to read: a file, or standard input.
public enum InputSource: Hashable, Sendable {
  /// A file.
  case file(PathName)
  /// Standard input.
  case standardInput
  /// An argument that leads nowhere; it becomes an error line in its place.
  case unreadable(PathName, code: String, message: String, hint: String)

  /// The name for results.
  public var display: String {
    switch self {
    case .file(let path), .unreadable(let path, _, _, _): path.display
    case .standardInput: "-"
    }
  }
}

/// Turns arguments into inputs: files as they are, folders with all that is in them, patterns with all that fits them.
///
/// The order is that of the arguments, and within a folder that of the names' bytes, so that every machine and run sees the
/// same. Hidden files and folders are read only when they are named. A folder that cannot be read takes its place as an error.
/// Links are followed, but a folder is never entered twice on one way down.
public enum InputDiscovery {
  /// The inputs behind some arguments; `-` is standard input.
  public static func sources(for arguments: [String]) -> [InputSource] {
    arguments.flatMap { argument -> [InputSource] in
      if argument == "-" { return [.standardInput] }
      let path = PathName(argument)
      if status(of: path) == nil, argument.utf8.contains(where: { "*?[".utf8.contains($0) }) {
        let found = GlobPattern(argument).matches()
        guard !found.isEmpty else {
          return [
            .unreadable(
              path, code: "not-found", message: "nothing matches the pattern",
              hint: "check the pattern; quote it for the shell")
          ]
        }
        // `**` fits a folder and what is in it, which the folder stands for already.
        var seen: Set<InputSource> = []
        return found.flatMap { expand($0, above: []) }.filter { seen.insert($0).inserted }
      }
      return expand(path, above: [])
    }
  }

  /// The inputs at a path: itself, or what is in the folder.
  static func sources(at path: PathName) -> [InputSource] { expand(path, above: []) }

  /// Identifies a file or folder through links.
  struct FolderIdentity: Hashable {
    var device: UInt64
    var inode: UInt64

    init(_ status: stat) { (device, inode) = (UInt64(status.st_dev), UInt64(status.st_ino)) }
  }

  static func status(of path: PathName) -> stat? {
    var information = stat()
    let result = path.withCString { stat($0, &information) }
    return result == 0 ? information : nil
  }

  private static func expand(_ path: PathName, above: Set<FolderIdentity>) -> [InputSource] {
    guard let information = status(of: path) else { return [unreadable(path, errno)] }
    guard information.st_mode & S_IFMT == S_IFDIR else { return [.file(path)] }
    let identity = FolderIdentity(information)
    // A link back to a folder that is being walked would never end.
    guard !above.contains(identity) else { return [] }
    guard let names = names(in: path) else { return [unreadable(path, errno)] }
    return names.filter { $0.first != UInt8(ascii: ".") }.flatMap {
      expand(path.appending($0), above: above.union([identity]))
    }
  }

  /// The entries of a folder in the order of their bytes, without `.` and `..`; nil where it cannot be read.
  static func names(in path: PathName) -> [[UInt8]]? {
    guard let folder = path.withCString({ opendir($0) }) ?? nil else { return nil }
    defer { closedir(folder) }
    var names: [[UInt8]] = []
    // The end and an error look the same but for the error number.
    errno = 0
    while let entry = readdir(folder) {
      // In place: an entry is only as long as its name, and a copy of its type would be read beyond its end.
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      if name != [0x2e], name != [0x2e, 0x2e] { names.append(name) }
      errno = 0
    }
    guard errno == 0 else { return nil }
    return names.sorted { $0.lexicographicallyPrecedes($1) }
  }

  private static func unreadable(_ path: PathName, _ number: Int32) -> InputSource {
    let (code, hint) = Self.reason(number)
    return .unreadable(path, code: code, message: String(cString: strerror(number)), hint: hint)
  }

  /// A stable code and advice for an error number of the system.
  static func reason(_ number: Int32) -> (code: String, hint: String) {
    switch number {
    case EACCES, EPERM: ("permission-denied", "give yourself the right to read it, or leave it out")
    case ENOENT, ENOTDIR: ("not-found", "check the path")
    case ELOOP: ("symlink-loop", "mend the link, or leave it out")
    case EISDIR: ("not-a-file", "name the files in it")
    default: ("unreadable", "check the disk and the path")
    }
  }
}

extension InputDiscovery {
  /// Whether a path is a folder itself, not a link to one.
  static func isFolder(_ path: PathName) -> Bool {
    var information = stat()
    return path.withCString { lstat($0, &information) } == 0 && information.st_mode & S_IFMT == S_IFDIR
  }
}
