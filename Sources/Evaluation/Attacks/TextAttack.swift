/// An edit that a text may have gone through since it was marked, with its strength.
///
/// Written `name` or `name:strength`, as in `delete:0.2`. Strengths are shares of words or characters, but for copy-paste, where it is
/// the share of the marked words in the result, and truncation, where it is the share that is kept. Seeded: the same text, strength and
/// seed give the same result.
///
/// Sources: the edits are those of Kirchenbauer et al., "On the Reliability of Watermarks for Large Language Models", ICLR 2024, and of
/// Piet et al., "Mark My Words", 2023, without those that need a second model (paraphrase, translation).
public struct TextAttack: Hashable, Sendable, CustomStringConvertible {
  /// What is done.
  public enum Kind: String, CaseIterable, Hashable, Sendable {
    /// Nothing: the text as it was written, but tokenised anew.
    case none
    /// Words of another text are put between the words.
    case insert
    /// Words are left out.
    case delete
    /// Words are replaced by words of another text.
    case substitute
    /// Neighbouring words change places.
    case swap
    /// The text stands inside a text by a human.
    case copyPaste = "copy-paste"
    /// Only the beginning is left.
    case truncate
    /// Capital letters become small ones.
    case lowercase
    /// Punctuation is taken out.
    case stripPunctuation = "strip-punctuation"
    /// Marks of Markdown are taken out: headings, emphasis, lists, code, links.
    case stripMarkdown = "strip-markdown"
    /// Spaces become others that look alike.
    case spaces
    /// Characters without width are put between letters.
    case invisible
    /// Letters become look-alikes of other scripts.
    case homoglyphs
  }

  /// What is done.
  public let kind: Kind
  /// How much of it, 0 to 1; 1 for edits that have no strength.
  public let strength: Double

  /// Makes an edit; throws on a strength that the kind does not take.
  public init(_ kind: Kind, strength: Double? = nil) throws(EvaluationError) {
    self.kind = kind
    guard kind.hasStrength else {
      guard strength == nil else {
        throw EvaluationError(
          code: .invalidAttack, message: "the edit '\(kind.rawValue)' has no strength",
          hint: "write its name alone")
      }
      self.strength = 1
      return
    }
    guard let strength, strength > 0, strength <= 1, kind != .copyPaste || strength < 1 else {
      throw EvaluationError(
        code: .invalidAttack, message: "the edit '\(kind.rawValue)' needs a strength above 0 and up to 1",
        hint: "write it behind a colon, as in \(kind.rawValue):0.2")
    }
    self.strength = strength
  }

  /// Reads `name` or `name:strength`.
  public init(named text: String) throws(EvaluationError) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let kind = Kind(rawValue: String(parts[0])) else {
      throw EvaluationError(
        code: .invalidAttack, message: "there is no edit '\(parts[0])'",
        hint: "there are " + Kind.allCases.map(\.rawValue).joined(separator: ", "))
    }
    guard parts.count == 2 else {
      try self.init(kind)
      return
    }
    guard let strength = Double(parts[1]) else {
      throw EvaluationError(
        code: .invalidAttack, message: "the strength '\(parts[1])' of '\(kind.rawValue)' is no number",
        hint: "write a share, as in \(kind.rawValue):0.2")
    }
    try self.init(kind, strength: strength)
  }

  /// `name` or `name:strength`, which reads back to the same edit.
  public var description: String { kind.hasStrength ? "\(kind.rawValue):\(strength)" : kind.rawValue }

  /// The usual set: each edit at the strengths that papers show.
  public static let usual: [TextAttack] = {
    let names =
      ["none", "lowercase", "strip-punctuation", "strip-markdown"]
      + ["insert", "delete", "substitute", "swap"].flatMap { kind in
        ["0.1", "0.3", "0.5"].map { "\(kind):\($0)" }
      }
      + ["0.1", "0.25", "0.5", "0.75", "0.9"].map { "copy-paste:\($0)" }
      + ["0.25", "0.5"].map { "truncate:\($0)" }
      + ["spaces", "invisible", "homoglyphs"].flatMap { kind in ["0.05", "0.2"].map { "\(kind):\($0)" } }
    return names.compactMap { try? TextAttack(named: $0) }
  }()
}

extension TextAttack.Kind {
  /// Whether the edit has a strength.
  public var hasStrength: Bool {
    switch self {
    case .none, .lowercase, .stripPunctuation, .stripMarkdown: false
    default: true
    }
  }

  /// Whether the edit takes words from another text.
  public var needsDonor: Bool { [.insert, .substitute, .copyPaste].contains(self) }

  /// Whether a repair of the text's characters may undo it.
  public var isDisguise: Bool { [.spaces, .invisible, .homoglyphs].contains(self) }
}
