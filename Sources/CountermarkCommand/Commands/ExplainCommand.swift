import ArgumentParser

/// `countermark explain`: what a code means.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Says what a code of an error or a verdict means, and what to do.",
    discussion: """
      Examples:
        countermark explain insufficient
        countermark --explain line-too-long
        countermark explain            # all codes

      Codes stand in results and error lines as "code" and "verdict", and do not change between versions.
      """)

  @Argument(help: "The code; all of them without it.") var code: String?

  func run() throws { try Self.explain(code) }

  static func explain(_ code: String?) throws {
    guard let code else {
      for group in Explanation.groups {
        Terminal.printOut("\(group.title): " + group.entries.map(\.code).joined(separator: ", ") + "\n")
      }
      return
    }
    guard let found = Explanation.of(code) else {
      let codes = Explanation.groups.flatMap { $0.entries.map(\.code) }
      throw CommandError(
        status: .usage, code: "no-such-code", message: "there is no code '\(printable(code))'",
        hint: Spelling.nearest(to: code, among: codes).map { "did you mean '\($0)'?" }
          ?? "'countermark explain' lists all codes")
    }
    Terminal.printOut("\(found.code): \(found.meaning)\n\(found.advice)\n")
  }
}
