import Tabular

/// A prompt as its file has it: a text, or a conversation.
public struct TextPrompt: Hashable, Sendable {
  /// One turn of a conversation.
  public struct Turn: Hashable, Sendable {
    /// Who speaks: system, user or assistant.
    public var role: String
    /// What is said.
    public var content: String
    /// Makes a turn.
    public init(role: String, content: String) { (self.role, self.content) = (role, content) }
  }

  /// Its name.
  public var id: String
  /// The turns; one of a user where the file has a text.
  public var turns: [Turn]

  /// Makes a prompt.
  public init(id: String, turns: [Turn]) { (self.id, self.turns) = (id, turns) }

  /// The last turn's words, for showing.
  public var words: String { turns.last?.content ?? "" }
}

/// Reads JSON lines of prompts: `{"prompt": "…"}` or `{"messages": [{"role": "user", "content": "…"}]}`, each with an `id` or without.
public enum PromptFile {
  /// The largest file that is read, in bytes.
  public static let largestFile = 256 << 20

  /// A line that holds no prompt.
  public struct Problem: Hashable, Sendable {
    /// The line, from 1.
    public var line: Int
    /// A stable name.
    public var code: String
    /// What is the matter.
    public var message: String
    /// What to do.
    public var hint: String
  }

  /// The prompts of a file and the lines that are none; other fields of a line are passed by.
  public static func read(
    _ path: String
  ) throws(TabularError) -> (prompts: [TextPrompt], problems: [Problem]) {
    read(try FileBytes.read(path, limit: largestFile))
  }

  /// The prompts in the bytes of a file.
  public static func read(_ bytes: [UInt8]) -> (prompts: [TextPrompt], problems: [Problem]) {
    var (prompts, problems): ([TextPrompt], [Problem]) = ([], [])
    for (index, line) in bytes.split(separator: 0x0a, omittingEmptySubsequences: false).enumerated() {
      // White space alone is no line; a byte order mark is no part of the first one.
      let bare = index == 0 && line.starts(with: [0xef, 0xbb, 0xbf]) ? line.dropFirst(3) : line
      if bare.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }) { continue }
      do throws(TabularError) {
        prompts.append(try prompt(Array(bare), line: index + 1))
      } catch {
        problems.append(
          Problem(line: index + 1, code: error.code.rawValue, message: error.message, hint: error.hint))
      }
    }
    return (prompts, problems)
  }

  private static func prompt(_ line: [UInt8], line number: Int) throws(TabularError) -> TextPrompt {
    let place = "line \(number)"
    var reader = try ObjectReader(parsing: line, place: place)
    let id: String
    switch reader.value("id") {
    case nil: id = String(number)
    case .string(let text)?: id = text
    case .integer(let number)?: id = String(number)
    case let other?: throw reader.invalid("id", "is \(other.kind)", hint: "it takes a text or a whole number")
    }
    if let list = try reader.array("messages") {
      var turns: [TextPrompt.Turn] = []
      for (place, value) in list.enumerated() {
        var turn = try ObjectReader(value, place: "line \(number), message \(place)")
        turns.append(
          .init(role: try turn.requiredString("role"), content: try turn.requiredString("content")))
      }
      guard !turns.isEmpty else {
        throw reader.invalid("messages", "is empty", hint: "write at least one turn")
      }
      return TextPrompt(id: id, turns: turns)
    }
    guard let text = try reader.string("prompt") else {
      throw reader.invalid("prompt", "is missing", hint: "write {\"prompt\": \"…\"} or {\"messages\": […]}")
    }
    return TextPrompt(id: id, turns: [.init(role: "user", content: text)])
  }
}
