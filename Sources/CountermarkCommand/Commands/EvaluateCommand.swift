import ArgumentParser
import Evaluation
import FoundationEssentials
import LanguageModel
import Reports
import Scan
import Tabular
import TextMarking
import TextWatermark

/// `countermark evaluate`: what a mark costs, and where it is found.
struct EvaluateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Measures what a mark costs and where it is found.",
    discussion: """
      Example:
        countermark evaluate text --model model.gguf --prompts prompts.jsonl --profile lefthash.json --keys ring.json
      """,
    subcommands: [Text.self])

  struct Text: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "text",
      abstract:
        "Writes marked texts and their unmarked twins; shows power by length, price in quality, and edits.",
      discussion: """
        Examples:
          countermark evaluate text --model Models/SmolLM2-135M-Instruct.Q4_1.gguf --prompts prompts.jsonl \\
            --profile lefthash.json --keys ring.json --bias 1,2,4 --length 25,50,100,200 --figure power.svg
          countermark evaluate text --model model.gguf --prompts prompts.jsonl --profile lefthash.json --keys ring.json \\
            --attack usual --human essays.jsonl --json evaluation.json --attack-figure edits.svg

        For each prompt, seed and strength a marked text is written, and one unmarked twin from the same seed. Shown are:
          the price: perplexity under the same unmarked model beside the twins', with an interval; repetition; distinct n-grams
          the power: texts in which the mark is found, by length, at each rate of false positives, with exact intervals; counted
            plainly, and weighted by the entropy of each step as SWEET and EWD do, with exact tails
          the theory: from what Kirchenbauer's theorem promises for the measured entropy to what no test can exceed on average
          the null: whether p-values of the twins are uniform
          with --attack, the power after edits, in all of the text and in its best window, disguises with and without repair

        A text counts at a length when it is that long; texts that end by themselves are shorter. --full-length lets them go on.
        Edits are \(TextAttack.Kind.allCases.map(\.rawValue).joined(separator: ", ")); those with a strength take it behind a
        colon, as in delete:0.3. Insertions, substitutions and copy-paste take their words from --human.

        Exit status: 0 done, 2 usage, 3 some texts could not be written, 4 keys, 130 interrupted (nothing is written then).
        """)

    @OptionGroup var writer: WriterOptions
    @Option(name: .long, help: ArgumentHelp("JSON lines of prompts.", valueName: "file")) var prompts: String
    @Option(
      name: .long, help: ArgumentHelp("Values of δ, as in 1,2,4. Default: the profile's.", valueName: "list"))
    var bias: NumberList?
    @Option(name: .long, help: ArgumentHelp("Values of γ. Default: the profile's.", valueName: "list"))
    var ratio: NumberList?
    @Option(name: .long, help: ArgumentHelp("Texts are cut to so many tokens.", valueName: "list"))
    var length: NumberList = NumberList(values: [25, 50, 100, 200])
    @Option(name: .long, help: ArgumentHelp("Seeds: a text for each.", valueName: "list"))
    var seed: NumberList = NumberList(values: [0])
    @Option(name: .long, help: ArgumentHelp("Rates of false positives.", valueName: "list"))
    var rate: NumberList = NumberList(values: EvaluationPlan.usualRates)
    @Option(
      name: .long,
      help: ArgumentHelp(
        "An edit, as in delete:0.3, or 'usual' for the usual set; may be repeated.", valueName: "edit"))
    var attack: [String] = []
    @Option(
      name: .long,
      help: ArgumentHelp(
        "Text by humans (plain, or JSON lines with a text field); may be repeated.", valueName: "file"))
    var human: [String] = []
    @Flag(name: .long, help: "Texts do not end before the greatest length.") var fullLength = false
    @Option(
      name: .long, help: ArgumentHelp("Write the table as JSON; - is standard output.", valueName: "file"))
    var json: String?
    @Option(name: .long, help: ArgumentHelp("Write the table as CSV.", valueName: "file")) var csv: String?
    @Option(name: .long, help: ArgumentHelp("Write power by length as an SVG figure.", valueName: "file"))
    var figure: String?
    @Option(name: .long, help: ArgumentHelp("Write power after edits as an SVG figure.", valueName: "file"))
    var attackFigure: String?
    @Option(name: [.short, .long], help: ArgumentHelp("Batches written side by side.", valueName: "n"))
    var jobs: Int?

    func validate() throws {
      guard jobs.map({ (1...64).contains($0) }) ?? true else { throw ValidationError("-j takes 1 to 64.") }
      guard length.whole(atLeast: 1, atMost: 1_000_000) != nil else {
        throw ValidationError("--length takes whole numbers above 0.")
      }
      guard seed.whole(atLeast: 0, atMost: 1 << 53) != nil else {
        throw ValidationError("--seed takes whole numbers from 0.")
      }
      guard attackFigure == nil || !attack.isEmpty else {
        throw ValidationError("--attack-figure needs --attack.")
      }
    }

    func run() async throws {
      let (list, problems) = try PromptOption.read(prompts)
      for problem in problems {
        Terminal.complain("countermark: \(problem.message)\n  hint: \(problem.hint)")
      }
      let writer = try writer.open()
      let (plan, evaluation) = try ModelErrors.told { try prepare(writer, list) }
      Interruption.install()
      let total = evaluation.textCount
      let showsProgress = Terminal.errorIsTerminal
      let result = try await evaluation.run(
        workers: jobs ?? max(1, ProcessInfo.processInfo.activeProcessorCount),
        progress: { done in
          if showsProgress { Terminal.write("\r\u{1b}[K\(done) of \(total) texts written", to: 2) }
        }, isCancelled: { Interruption.isRequested })
      if showsProgress { Terminal.write("\r\u{1b}[K", to: 2) }
      guard let result else { throw ExitStatus.interrupted }
      try write(
        EvaluationReport(settings: settings(writer, plan), version: CountermarkTool.version, result: result))
      throw problems.isEmpty && result.failures.isEmpty ? ExitStatus.done : .incomplete
    }

    private func prepare(
      _ writer: WriterOptions.Writer, _ list: [TextPrompt]
    ) throws -> (EvaluationPlan, TextEvaluation<LlamaModel>) {
      let parameters = writer.profile.parameters
      do {
        let strengths = (ratio?.values ?? [parameters.ratio]).flatMap { ratio in
          (bias?.values ?? [parameters.bias]).map { EvaluationPlan.Strength(ratio: ratio, bias: $0) }
        }
        var attacks: [TextAttack] = []
        for name in attack { attacks += name == "usual" ? TextAttack.usual : [try TextAttack(named: name)] }
        var plan = try EvaluationPlan(
          prompts: try list.map { .init(id: $0.id, ids: try writer.ids(of: $0)) },
          seeds: (seed.whole(atLeast: 0, atMost: 1 << 53) ?? []).map { UInt64($0) }, strengths: strengths,
          lengths: length.whole(atLeast: 1, atMost: 1_000_000) ?? [], falsePositiveRates: rate.values,
          attacks: attacks, sampling: writer.options, donor: try HumanText.read(human))
        plan.isFullLength = fullLength
        let evaluation = try TextEvaluation(
          plan, model: writer.model, tokenizer: writer.model.tokenizer, profile: writer.profile,
          keys: writer.keys,
          keyID: self.writer.keyID)
        return (plan, evaluation)
      } catch let error as EvaluationError {
        throw CommandError(
          status: .usage, code: error.code.rawValue, message: error.message, hint: error.hint)
      }
    }

    private func settings(_ writer: WriterOptions.Writer, _ plan: EvaluationPlan) -> [(String, String)] {
      [
        ("model", writer.name), ("model digest", writer.digest), ("profile", writer.profile.name),
        ("profile digest", writer.profile.digest), ("scheme", writer.profile.scheme.rawValue),
        ("key", self.writer.keyID ?? writer.profile.keyID), ("sampling", self.writer.sampling.description),
        ("seeds", plan.seeds.map { String($0) }.joined(separator: ", ")),
        ("ends", fullLength ? "not before the greatest length" : "where the model ends"),
      ]
    }

    private func write(_ report: EvaluationReport) throws {
      if let json {
        if json == "-" {
          Terminal.printOut(String(decoding: report.json(), as: UTF8.self))
        } else {
          try AuditOutputOptions.save(report.json(), json)
        }
      }
      if let csv { try AuditOutputOptions.save(Array(report.csv().utf8), csv) }
      if let figure, let drawing = report.powerFigure() {
        try AuditOutputOptions.save(Array(drawing.utf8), figure)
      }
      if let attackFigure, let drawing = report.attackFigure() {
        try AuditOutputOptions.save(Array(drawing.utf8), attackFigure)
      }
      if json != "-" { Terminal.printOut(report.text()) }
    }
  }
}

/// Numbers between commas.
struct NumberList: ExpressibleByArgument {
  var values: [Double]

  init(values: [Double]) { self.values = values }

  init?(argument: String) {
    values = []
    for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
      guard let value = Double(part), value.isFinite else { return nil }
      values.append(value)
    }
  }

  var defaultValueDescription: String {
    values.map { $0 == $0.rounded() ? "\(Int($0))" : "\($0)" }.joined(separator: ",")
  }

  /// The values as whole numbers; nil where one is none, or out of range.
  func whole(atLeast least: Int, atMost greatest: Int) -> [Int]? {
    var whole: [Int] = []
    for value in values {
      guard let number = Int(exactly: value), number >= least, number <= greatest else { return nil }
      whole.append(number)
    }
    return whole
  }
}

/// Texts by humans for edits that take words from one.
enum HumanText {
  static func read(_ paths: [String]) throws -> String {
    do {
      return try paths.map(text).joined(separator: "\n\n")
    } catch let error as TabularError {
      throw CommandError(status: .usage, code: error.code.rawValue, message: error.message, hint: error.hint)
    }
  }

  private static func text(_ path: String) throws -> String {
    guard path.hasSuffix(".jsonl") || path.hasSuffix(".csv") else {
      return String(decoding: try FileBytes.read(path, limit: 256 << 20), as: UTF8.self)
    }
    let columns = ["text", "output", "completion"]
    var texts: [String] = []
    var reader = TableRecordReader(columns: columns, optional: Set(columns))
    try reader.forEach(in: [path]) { record in
      if let text = record.values.compactMap({ $0 }).first { texts.append(text) }
    }
    return texts.joined(separator: "\n\n")
  }
}
