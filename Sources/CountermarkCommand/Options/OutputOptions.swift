import ArgumentParser
import Scan

/// Where results go, and in which form.
struct OutputOptions: ParsableArguments {
  @Flag(name: .long, help: "JSON lines even on a terminal. They are the default when output is piped.")
  var json = false

  @Flag(name: .long, help: "A table even when output is piped.")
  var table = false

  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "Write JSON lines to this file; FILE.partial until the run is complete. A device or a pipe is written to as it is.",
      valueName: "file"))
  var output: String?

  @Option(name: .long, help: "Colours: auto, always or never. NO_COLOR is respected.")
  var color: Terminal.Color = .auto

  @Flag(
    name: .long,
    help: "In the table, show detected records, errors and skips only. JSON always has every record.")
  var onlyFlagged = false

  @Flag(name: .long, help: "End with 0 even when something was flagged.")
  var exitZero = false

  @Flag(name: .long, help: "No progress on standard error.")
  var noProgress = false

  @Flag(name: .shortAndLong, help: "Nothing but results and errors: no progress.")
  var quiet = false

  /// Whether progress is wanted.
  var showsProgress: Bool { !noProgress && !quiet }

  func validate() throws {
    if json, table { throw ValidationError("--json and --table exclude each other.") }
    if output != nil, table { throw ValidationError("-o writes JSON lines; --table is for the terminal.") }
  }

  /// Throws where the output is a file that the command reads, or another that it writes.
  func checkFiles(
    inputs: [String], others: [(path: String, role: String)],
    _ written: [(paths: [String], role: String)] = []
  ) throws {
    var claims = FileClaims()
    for path in inputs where path != "-" { claims.read(path, as: "an input") }
    for file in others { claims.read(file.path, as: file.role) }
    if let output { claims.write(OutputSink.names(of: output), as: "the output") }
    for file in written { claims.write(file.paths, as: file.role) }
    do {
      try claims.check()
    } catch {
      throw ScanRunner.commandError(error)
    }
  }

  /// Whether a person reads standard output.
  var showsTable: Bool { table || (!json && output == nil && Terminal.outputIsTerminal) }
}

extension Terminal.Color: ExpressibleByArgument {}
