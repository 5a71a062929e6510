import Tabular

/// Where a record's parts are found in its JSON object, or in the columns of a table.
public struct RecordFields: Sendable {
  /// Ways to the text, in the order they are tried.
  public var text: [FieldPath]
  /// Ways to the token ids.
  public var ids: [FieldPath]
  /// Ways to the record's own id.
  public var id: [FieldPath]
  /// The way to the prompt's token ids, if there is one.
  public var promptIDs: FieldPath?
  /// Where one line holds several outputs; ``text`` and ``ids`` are not looked at then.
  public var turns: TurnFields?

  /// The usual names: `output`, `text`, `completion`; `token_ids`, `output_ids`, `ids`; `id`, `custom_id`.
  public init() {
    func paths(_ names: [String]) -> [FieldPath] { names.compactMap { try? FieldPath($0) } }
    text = paths(["output", "text", "completion"])
    ids = paths(["token_ids", "output_ids", "ids"])
    id = paths(["id", "custom_id"])
  }

  /// All paths: text or lists of turns, ids, names, the prompt's ids, conditions.
  var all: [FieldPath] {
    (turns?.lists ?? text) + (turns == nil ? ids : []) + id + (promptIDs.map { [$0] } ?? [])
      + (turns?.conditions.map(\.path) ?? [])
  }
}
