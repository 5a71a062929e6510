import ArgumentParser
import FoundationEssentials
import Kernels

@main
struct Main {
  static func main() async {
    Terminal.ignoreBrokenPipe()
    WorkingMemory.keepFreed()
    do {
      if let problem = CPULevel.environmentError {
        throw CommandError(
          status: .usage, code: "invalid-config", message: problem,
          hint: "unset COUNTERMARK_CPU, or set it to a level of this CPU")
      }
      // An option of the tool itself would take the place of 'detect text --explain'.
      if CommandLine.arguments.dropFirst().first == "--explain" {
        try ExplainCommand.explain(CommandLine.arguments.dropFirst(2).first)
        exit(with: .done)
      }
      let defaults = ArgumentDefaults(environment: ProcessInfo.processInfo.environment)
      var command = try CountermarkTool.parseAsRoot(
        defaults.completed(Array(CommandLine.arguments.dropFirst())))
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      exit(with: .done)
    } catch let error as CommandError {
      Terminal.complain("countermark: \(error)")
      exit(with: error.status)
    } catch let status as ExitStatus {
      exit(with: status)
    } catch {
      finish(parserError: error)
    }
  }

  /// Help and versions end well; what the parser refuses is a usage error, whatever number the parser would choose.
  private static func finish(parserError error: any Error) -> Never {
    let text = CountermarkTool.fullMessage(for: error)
    if CountermarkTool.exitCode(for: error).isSuccess {
      Terminal.printOut(text + (text.isEmpty ? "" : "\n"))
      exit(with: .done)
    }
    Terminal.complain(text)
    // A word in the place of a command is told from any other stray word.
    if let word = CommandLine.arguments.dropFirst().first, !word.hasPrefix("-"),
      text.contains("nexpected argument"), text.contains("'\(word)'")
    {
      let commands = CountermarkTool.configuration.subcommands.map { $0._commandName }
      if let meant = Spelling.nearest(to: word, among: commands) {
        Terminal.complain("Did you mean '\(meant)'?")
      }
    }
    exit(with: .usage)
  }
}

struct CountermarkTool: AsyncParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "countermark",
    abstract: "Finds and writes watermarks in generated text and pictures, with error rates that hold.",
    discussion: """
      Examples:
        countermark scan outputs.jsonl --profile lefthash.json --keys ring.json
        countermark detect text essay.txt --profile lefthash.json --keys ring.json --explain
        countermark key new --id release-2026 --keys ring.json

      A verdict says whether a mark of a profile is there under a key. It never says who wrote a text, and
      "not-detected" is not "unmarked": another key, another scheme or a thinner mark would not be seen.
      """,
    version: version,
    subcommands: [
      ScanCommand.self, MergeCommand.self, ReportCommand.self, DetectCommand.self, MarkCommand.self,
      EvaluateCommand.self,
      AuditCommand.self,
      KeyCommand.self,
      ProfileCommand.self, ExplainCommand.self, DoctorCommand.self,
    ])

  // Taken out before the arguments are parsed, and stated here for the help.
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Take options that are not given from a JSON file; COUNTERMARK_… of the environment goes before it.",
      valueName: "file"))
  var config: String?

  mutating func run() async throws { throw CleanExit.helpRequest(self) }
}
