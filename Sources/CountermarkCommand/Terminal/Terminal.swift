#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What the terminal can do, and plain writing to it.
enum Terminal {
  /// Whether results go to a person.
  static let outputIsTerminal = isatty(STDOUT_FILENO) == 1
  /// Whether messages go to a person.
  static let errorIsTerminal = isatty(STDERR_FILENO) == 1

  /// When colours are used.
  enum Color: String, CaseIterable {
    case auto, always, never

    /// Whether to colour what goes to a descriptor: an explicit wish, else NO_COLOR, CLICOLOR_FORCE and TERM decide.
    func isOn(terminal: Bool) -> Bool {
      switch self {
      case .always: true
      case .never: false
      case .auto:
        if let value = getenv("NO_COLOR"), value.pointee != 0 {
          false
        } else if let value = getenv("CLICOLOR_FORCE"), value.pointee != 0, value.pointee != 0x30 {
          true
        } else {
          terminal && getenv("TERM").map { String(cString: $0) } != "dumb"
        }
      }
    }
  }

  /// Writes to a closed pipe, or beyond the size that files may have, shall fail as an error, not kill the process.
  static func ignoreBrokenPipe() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
  }

  /// Writes a message for the user to standard error.
  static func complain(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

  /// Writes to standard output; a closed pipe is no error here.
  static func printOut(_ text: String) { write(text, to: STDOUT_FILENO) }

  static func write(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      #if canImport(Glibc)
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      #elseif canImport(Musl)
      let count = bytes.withUnsafeBytes { Musl.write(descriptor, $0.baseAddress, $0.count) }
      #else
      let count = bytes.withUnsafeBytes { Darwin.write(descriptor, $0.baseAddress, $0.count) }
      #endif
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      bytes = bytes.dropFirst(count)
    }
  }

  /// The width of the terminal, or 100 columns.
  static var width: Int { width(of: STDOUT_FILENO) }
  /// The width of the terminal that messages go to.
  static var errorWidth: Int { width(of: STDERR_FILENO) }

  private static func width(of descriptor: Int32) -> Int {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col >= 40 else { return 100 }
    return Int(size.ws_col)
  }

  /// Whether a build server runs the command: a log has no use for lines that are written over again, terminal or not.
  static var isBuildServer: Bool {
    guard let value = environment("CI") else { return false }
    return !["", "0", "false"].contains(value)
  }
}

/// Ends the process with a status of the contract.
func exit(with status: ExitStatus) -> Never { exit(status.rawValue) }

/// Colours and weights as ANSI sequences; empty where colour is off.
struct Style {
  var isOn: Bool

  func callAsFunction(_ code: String, _ text: String) -> String {
    isOn ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
  }
}

extension Terminal {
  /// A variable of the environment.
  static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
