import Randomness

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension ReportManifest {
  /// Digests files, and keeps of a command's arguments those that decide its result.
  ///
  /// Where results are written, by how many workers, and the exit status do not change them, so that a page is the same for all of
  /// these. Cost: one more read of each file.
  ///
  /// - Parameters:
  ///   - paths: the inputs as they were given; `-` is standard input.
  ///   - arguments: all arguments but the program's own name.
  public init(digesting paths: [String], arguments: [String]) {
    self.init(inputs: paths.map(Self.input), arguments: Self.deciding(arguments))
  }

  private static func input(_ path: String) -> Input {
    let unknown = Input(path: path, bytes: nil, sha256: nil)
    guard path != "-" else { return unknown }
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { return unknown }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return unknown }
    var digest = ContentDigest()
    var total = 0
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = buffer.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return unknown }
      if count == 0 { break }
      total += count
      digest.update(count == buffer.count ? buffer : Array(buffer[..<count]))
    }
    let text = digest.text()
    return Input(path: path, bytes: total, sha256: String(text.dropFirst("sha256:".count)))
  }

  private static func deciding(_ arguments: [String]) -> [String] {
    let withValue: Set = [
      "--html", "--json", "--csv", "--output", "-o", "--jobs", "-j", "--save-cube", "--suppress-below",
      "--sample-hits",
    ]
    let alone: Set = ["--exit-zero"]
    var kept: [String] = []
    var skipsNext = false
    for argument in arguments {
      if skipsNext {
        skipsNext = false
      } else if withValue.contains(argument) {
        skipsNext = true
      } else if !alone.contains(argument),
        !withValue.contains(where: { argument.hasPrefix($0 + "=") })
      {
        kept.append(argument)
      }
    }
    return kept
  }
}
