import Tabular

/// Layouts of well-known logs, so that nobody has to write their paths.
///
/// Each is a documented set of paths; ``fields`` are what `--text-field` and its kin would say, ``turns`` where one line holds
/// several outputs.
public enum RecordPreset: String, CaseIterable, Sendable {
  /// Batch results of OpenAI-style APIs: `response.body.choices[*].message.content`, ids in `token_ids` of a choice.
  case openaiBatch = "openai-batch"
  /// Conversations: `messages[*].content` of role `assistant`, or `conversations[*].value` from `gpt`.
  case chat
  /// `lm-eval --log_samples`: `resps[*][*]`, named by `doc_id`.
  case lmEval = "lm-eval"
  /// garak's report.jsonl: `outputs[*]` of complete attempts, named by `uuid`.
  case garak
  /// Rows of a data set: `text`, with `input_ids` where the row has them.
  case hfText = "hf-text"

  /// The fields of records.
  public var fields: RecordFields {
    var fields = RecordFields()
    func paths(_ names: String...) -> [FieldPath] { names.compactMap { try? FieldPath($0) } }
    switch self {
    case .openaiBatch:
      fields.id = paths("custom_id", "id")
      fields.promptIDs = try? FieldPath("response.body.prompt_token_ids")
    case .chat: fields.id = paths("id", "conversation_id", "conversation_hash", "uuid")
    case .lmEval: fields.id = paths("doc_id", "doc.id")
    case .garak: fields.id = paths("uuid")
    case .hfText:
      fields.text = paths("text", "content", "completion", "output")
      fields.ids = paths("input_ids", "token_ids")
      fields.id = paths("id", "_id", "idx", "uuid")
    }
    fields.turns = turns
    return fields
  }

  /// Where one line holds several outputs; nil where it holds one.
  private var turns: TurnFields? {
    switch self {
    case .openaiBatch:
      TurnFields(
        lists: ["response.body.choices", "choices", "response.body.output"],
        text: ["message.content", "text", "content"], ids: ["token_ids"], role: ["role"])
    case .chat:
      TurnFields(
        lists: ["messages", "conversations", "conversation"], text: ["content", "value"], ids: ["token_ids"],
        role: ["role", "from"], needsRole: true)
    case .lmEval: TurnFields(lists: ["resps"], text: [], ids: [], role: [])
    case .garak:
      TurnFields(
        lists: ["outputs"], text: ["text"], ids: [], role: [],
        conditions: [("entry_type", ["attempt"]), ("status", ["2"])])
    case .hfText: nil
    }
  }
}

/// Where the outputs of one line are, when there may be several: an array, or an array of arrays.
///
/// Each output becomes a record of its own whose id ends in `#` and its index in the array.
public struct TurnFields: Sendable {
  /// Ways to the array, in the order they are tried.
  var lists: [FieldPath]
  /// Within an element that is an object: ways to its text, its ids and its speaker.
  var text: [FieldPath]
  var ids: [FieldPath]
  var role: [FieldPath]
  /// Whether elements that name no speaker are left out.
  var needsRole: Bool
  /// Fields that must have one of some values where they are there; other lines are no records.
  var conditions: [(path: FieldPath, values: [String])]

  init(
    lists: [String], text: [String], ids: [String], role: [String], needsRole: Bool = false,
    conditions: [(String, [String])] = []
  ) {
    func paths(_ names: [String]) -> [FieldPath] { names.compactMap { try? FieldPath($0) } }
    (self.lists, self.text, self.ids, self.role) = (paths(lists), paths(text), paths(ids), paths(role))
    self.needsRole = needsRole
    self.conditions = conditions.compactMap { name, values in (try? FieldPath(name)).map { ($0, values) } }
  }

  /// Names of the speaker that generated text is by.
  static let speakers: Set<String> = ["assistant", "gpt", "model", "chatgpt", "bot"]
}
