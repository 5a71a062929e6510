import ArgumentParser
import FoundationEssentials
import TextWatermark

/// `countermark key`: rings of keys, which never show their values.
struct KeyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "key", abstract: "Makes and checks key rings; never prints a key.",
    discussion: """
      Examples:
        countermark key new --id release-2026 --keys ring.json
        countermark key list --keys ring.json
        countermark key check --keys ring.json

      A ring is a JSON file of mode 0600. A key that an engine already uses is added by hand as
      {"id": "hf-default", "integer": "15485863"}.
      """,
    subcommands: [New.self, List.self, Check.self])

  struct RingOption: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("The key ring. Also COUNTERMARK_KEYS.", valueName: "file"))
    var keys: String?

    func path(status: ExitStatus = .usage) throws -> String {
      guard let path = keys ?? ProcessInfo.processInfo.environment["COUNTERMARK_KEYS"], !path.isEmpty else {
        throw CommandError(
          status: status, code: "no-keys", message: "no key ring was named",
          hint: "add --keys FILE or set COUNTERMARK_KEYS")
      }
      return path
    }
  }

  struct New: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Adds a fresh 256-bit secret to a ring, making the ring if there is none.",
      discussion: "Example:\n  countermark key new --id release-2026 --keys ring.json")
    @OptionGroup var ring: RingOption
    @Option(name: .long, help: "The new key's id, as profiles will name it.") var id: String

    func run() throws {
      let path = try ring.path()
      try Configuration.read { () throws(TextWatermarkError) in try KeyRing.addSecret(id: id, toFile: path) }
      Terminal.printOut("added \(id) to \(path) (mode 0600); back it up: a lost key finds nothing\n")
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists the ids and forms of a ring's keys.",
      discussion: "Example:\n  countermark key list --keys ring.json")
    @OptionGroup var ring: RingOption

    func run() throws {
      let path = try ring.path()
      let keys = try Configuration.read { () throws(TextWatermarkError) in try KeyRing(contentsOfFile: path) }
        .keys
      var table = TextTable(columns: [.init("KEY"), .init("FORM")])
      for key in keys { table.add([key.id, key.form]) }
      Terminal.printOut(table.text(style: Style(isOn: false)))
    }
  }

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Checks a ring's mode and contents.",
      discussion: "Example:\n  countermark key check --keys ring.json")
    @OptionGroup var ring: RingOption

    func run() throws {
      let path = try ring.path()
      let keys = try Configuration.read { () throws(TextWatermarkError) in try KeyRing(contentsOfFile: path) }
        .keys
      Terminal.printOut("\(path): \(keys.count) keys, mode 0600, all well-formed\n")
    }
  }
}
