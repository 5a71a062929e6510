import ArgumentParser
import FoundationEssentials
import Tabular

/// Options that were not given take their values from the environment, and then from a configuration file.
///
/// `--alpha 1e-5` beats `COUNTERMARK_ALPHA=1e-5` beats `{"alpha": 1e-5}` in the file of `--config` or `COUNTERMARK_CONFIG`. A file has
/// options of all commands at its top and those of one command in an object of its name: `{"keys": "ring.json", "scan": {"jobs": 8}}`.
/// No file is read unasked: what decides a result must be visible where it is started.
struct ArgumentDefaults {
  /// The parts of the parser's description of itself that are needed.
  private struct Tool: Decodable {
    var command: Command
  }
  struct Command: Decodable {
    var commandName: String
    var subcommands: [Command]?
    var arguments: [Argument]?
  }
  struct Argument: Decodable {
    struct Name: Decodable {
      var kind: String
      var name: String
    }
    var kind: String
    var isRepeating: Bool
    var names: [Name]?
  }

  private let environment: [String: String]

  /// Variables that other parts read by themselves, or that could turn an audit into another without a trace.
  private static let passedBy: Set<String> = ["CONFIG", "KEYS", "MODEL", "CPU", "GOLDEN", "HELP", "VERSION"]

  init(environment: [String: String]) { self.environment = environment }

  /// Whether a variable of the environment may stand for an option.
  private var hasVariables: Bool {
    environment.contains { name, value in
      name.hasPrefix("COUNTERMARK_") && !value.isEmpty
        && !Self.passedBy.contains(String(name.dropFirst("COUNTERMARK_".count)))
    }
  }

  /// The arguments with what was left out put in before the first of them that is no command's name.
  func completed(_ arguments: [String]) throws -> [String] {
    var (rest, file) = try Self.takingConfiguration(arguments)
    if file == nil, let named = environment["COUNTERMARK_CONFIG"], !named.isEmpty { file = named }
    // The parser's description of itself takes some milliseconds: only who asks for it pays.
    guard file != nil || hasVariables else { return rest }
    let root = try JSONDecoder().decode(Tool.self, from: Data(CountermarkTool._dumpHelp().utf8)).command
    let (path, command) = Self.command(of: rest, in: root)
    guard !path.isEmpty, let options = command.arguments else { return rest }
    let given = Set(
      rest.prefix { $0 != "--" }.filter { $0.hasPrefix("-") }.map { String($0.prefix { $0 != "=" }) })
    var added: [String] = []
    let settings = try file.map { try Settings(file: $0, path: path, root: root) }
    for option in options where option.kind != "positional" {
      guard let name = option.names?.first(where: { $0.kind == "long" })?.name else { continue }
      let spellings = (option.names ?? []).map { ($0.kind == "long" ? "--" : "-") + $0.name }
      if spellings.contains(where: given.contains) { continue }
      let variable = name.uppercased().replacing("-", with: "_")
      if let value = environment["COUNTERMARK_" + variable], !value.isEmpty {
        if Self.passedBy.contains(variable) { continue }
        added += try Self.words(
          name, isFlag: option.kind == "flag", value: .string(value), place: "COUNTERMARK_" + variable)
      } else if let value = settings?.value(of: name) {
        added += try Self.words(
          name, isFlag: option.kind == "flag", value: value, isRepeating: option.isRepeating,
          place: "\(file ?? ""): '\(name)'")
      }
    }
    rest.insert(contentsOf: added, at: path.count)
    return rest
  }

  /// Takes `--config FILE` out.
  private static func takingConfiguration(_ arguments: [String]) throws -> ([String], String?) {
    var rest: [String] = []
    var file: String?
    var index = 0
    while index < arguments.count {
      let argument = arguments[index]
      if argument == "--" { break }
      if argument == "--config" {
        guard index + 1 < arguments.count else {
          throw CommandError(
            status: .usage, code: "no-config", message: "--config needs a file",
            hint: "write --config FILE.json")
        }
        file = arguments[index + 1]
        index += 2
      } else if argument.hasPrefix("--config=") {
        file = String(argument.dropFirst("--config=".count))
        index += 1
      } else {
        rest.append(argument)
        index += 1
      }
    }
    return (rest + arguments[index...], file)
  }

  /// The names of the command and its subcommand at the front.
  private static func command(of arguments: [String], in root: Command) -> (path: [String], command: Command)
  {
    var (path, command): ([String], Command) = ([], root)
    for argument in arguments {
      guard let next = command.subcommands?.first(where: { $0.commandName == argument }) else { break }
      path.append(argument)
      command = next
    }
    return (path, command)
  }

  /// An option as arguments.
  private static func words(
    _ name: String, isFlag: Bool, value: JSONValue, isRepeating: Bool = false, place: String
  ) throws -> [String] {
    func refuse(_ wanted: String) -> CommandError {
      CommandError(
        status: .usage, code: "invalid-config", message: "\(place) is \(value.kind)",
        hint: "it takes \(wanted)")
    }
    if isFlag {
      switch value {
      case .bool(true), .string("1"), .string("true"): return ["--" + name]
      case .bool(false), .string("0"), .string("false"): return []
      default: throw refuse("true or false")
      }
    }
    switch value {
    case .string(let text): return ["--\(name)=\(text)"]
    case .integer(let number): return ["--\(name)=\(number)"]
    case .number(let number): return ["--\(name)=\(number)"]
    case .array(let list) where isRepeating:
      return try list.flatMap { try words(name, isFlag: false, value: $0, place: place) }
    default: throw refuse(isRepeating ? "a text, a number or a list of them" : "a text or a number")
    }
  }
}

/// A configuration file, as far as it speaks of one command.
private struct Settings {
  private var values: [String: JSONValue] = [:]

  init(file: String, path: [String], root: ArgumentDefaults.Command) throws {
    let top: JSONValue
    do {
      top = try JSONValue(parsing: try FileBytes.read(file, limit: 1 << 20))
    } catch {
      throw CommandError(
        status: .usage, code: error.code.rawValue, message: "\(file): \(error.message)", hint: error.hint)
    }
    guard case .object(let members) = top else {
      throw CommandError(
        status: .usage, code: "invalid-config", message: "\(file) is \(top.kind)", hint: "it takes an object")
    }
    try take(members, file: file, command: root, path: path[...])
  }

  private mutating func take(
    _ members: [JSONValue.Member], file: String, command: ArgumentDefaults.Command, path: ArraySlice<String>
  ) throws {
    let known = Self.options(of: command)
    let isCommand = { (member: JSONValue.Member) in
      command.subcommands?.contains { $0.commandName == member.name } ?? false
    }
    // What is further in is taken later and wins.
    for member in members.filter({ !isCommand($0) }) + members.filter(isCommand) {
      if let inner = command.subcommands?.first(where: { $0.commandName == member.name }) {
        guard case .object(let within) = member.value else {
          throw CommandError(
            status: .usage, code: "invalid-config",
            message: "\(file): '\(member.name)' is \(member.value.kind)",
            hint: "it takes an object of the options of '\(member.name)'")
        }
        if inner.commandName == path.first {
          try take(within, file: file, command: inner, path: path.dropFirst())
        } else {
          var unused = Settings()
          try unused.take(within, file: file, command: inner, path: [])
        }
      } else if known.contains(member.name) {
        values[member.name] = member.value
      } else {
        let names = Array(known) + (command.subcommands ?? []).map(\.commandName)
        throw CommandError(
          status: .usage, code: "unknown-field",
          message: "\(file): no option is called '\(printable(member.name))'",
          hint: Spelling.nearest(to: member.name, among: names.sorted()).map { "did you mean '\($0)'?" }
            ?? "options are written as their flags without dashes")
      }
    }
  }

  private init() {}

  func value(of name: String) -> JSONValue? { values[name] }

  /// The long names of a command's options and of those below it.
  private static func options(of command: ArgumentDefaults.Command) -> Set<String> {
    var names = Set(
      (command.arguments ?? []).filter { $0.kind != "positional" }
        .flatMap { ($0.names ?? []).filter { $0.kind == "long" }.map(\.name) })
    for inner in command.subcommands ?? [] { names.formUnion(options(of: inner)) }
    return names.subtracting(["help", "version", "config"])
  }
}
