import ArgumentParser
import Scan
import Tabular
import TextMarking
import TextWatermark

extension MarkCommand {
  /// `countermark mark text`: a model writes, the mark goes in, and the detector has the last word.
  struct Text: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "text",
      abstract: "Writes text with a model and a mark in it, and says where the mark would not be found.",
      discussion: """
        Examples:
          countermark mark text --model Models/SmolLM2-135M-Instruct.Q4_1.gguf --prompt "Explain tides." \\
            --profile lefthash.json --keys ring.json
          countermark mark text --model model.gguf --prompts prompts.jsonl --profile lefthash.json --keys ring.json \\
            -n 400 --compare -o marked.jsonl

        Prompts are JSON lines: {"prompt": "…"} or {"messages": [{"role": "user", "content": "…"}]}, with an "id" or
        without. On a terminal a single text is shown while it is written; else each text is a JSON line with its tokens, its
        text, profile and key id, and what the detector of this profile finds in the tokens and in the text, which it gets
        without the prompt, as anyone would who found it. The lines can be given to 'countermark scan'.

        "marked" is true only where both readings find the mark; else "reason" says what is the matter: too short, too little
        choice, or a text that is tokenised otherwise. --compare also writes each text without the mark, from the same seed.
        The same seed and options write the same bytes for any -j.

        Exit status: 0 all texts are marked, 2 usage, 3 some are not or could not be written, 4 keys, 130 interrupted.
        """)

    @OptionGroup var writer: WriterOptions
    @Option(name: .long, help: ArgumentHelp("What to write about.", valueName: "text")) var prompt: String?
    @Option(name: .long, help: ArgumentHelp("JSON lines of prompts.", valueName: "file")) var prompts: String?
    @Option(
      name: [.customShort("n"), .long], help: ArgumentHelp("Tokens of a text at most.", valueName: "count"))
    var tokens = 300
    @Option(name: .long, help: ArgumentHelp("The seed of all draws.", valueName: "number")) var seed: UInt64 =
      0
    @Option(name: .long, help: ArgumentHelp("The level at which a text counts as marked.", valueName: "p"))
    var alpha = 1e-6
    @Flag(name: .long, help: "Write the unmarked twin of each text, too.") var compare = false
    @Flag(name: .long, help: "JSON lines even for a single text on a terminal.") var json = false
    @Option(
      name: [.short, .long],
      help: ArgumentHelp("Write to this file; FILE.partial until all is written.", valueName: "file"))
    var output: String?
    @Option(name: [.short, .long], help: ArgumentHelp("Batches written side by side.", valueName: "n"))
    var jobs = 1

    func validate() throws {
      guard (prompt == nil) != (prompts == nil) else { throw ValidationError("Give --prompt or --prompts.") }
      guard tokens >= 1 else { throw ValidationError("-n takes 1 token or more.") }
      guard alpha > 0, alpha < 1 else { throw ValidationError("--alpha lies between 0 and 1.") }
      guard (1...64).contains(jobs) else { throw ValidationError("-j takes 1 to 64.") }
    }

    func run() async throws {
      let (list, problems) = try readPrompts()
      let writer = try writer.open()
      let marker = try ModelErrors.told {
        var marker = try TextMarker(
          model: writer.model, tokenizer: writer.model.tokenizer, profile: writer.profile, keys: writer.keys,
          keyID: self.writer.keyID, rule: try DecisionRule(alpha: alpha))
        marker.sampling = writer.options
        return marker
      }
      Interruption.install()
      let runner = TextWriter(
        writer: writer, marker: marker, tokens: tokens, seed: seed, writesTwins: compare,
        sampling: self.writer.sampling.description)
      let status: ExitStatus
      do {
        if prompt != nil, !json, output == nil, Terminal.outputIsTerminal {
          status = try runner.show(list[0])
        } else {
          status = try await runner.write(list, problems: problems, to: output, jobs: jobs)
        }
      } catch let error as ScanError {
        if error.code == .brokenPipe { throw ExitStatus.done }
        throw CommandError(
          status: .internalError, code: error.code.rawValue, message: error.message, hint: error.hint)
      }
      throw status
    }

    private func readPrompts() throws -> ([TextPrompt], [PromptFile.Problem]) {
      if let prompt { return ([TextPrompt(id: "1", turns: [.init(role: "user", content: prompt)])], []) }
      return try PromptOption.read(prompts ?? "")
    }
  }
}

/// Files of prompts.
enum PromptOption {
  static func read(_ path: String) throws -> ([TextPrompt], [PromptFile.Problem]) {
    do {
      let (prompts, problems) = try PromptFile.read(path)
      guard !prompts.isEmpty || !problems.isEmpty else {
        throw CommandError(
          status: .usage, code: "no-prompts", message: "\(path) has no prompts",
          hint: "write a line {\"prompt\": \"…\"} for each")
      }
      return (prompts, problems)
    } catch let error as TabularError {
      throw CommandError(status: .usage, code: error.code.rawValue, message: error.message, hint: error.hint)
    }
  }
}
