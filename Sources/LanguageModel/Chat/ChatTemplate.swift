/// A turn of a conversation.
public struct ChatMessage: Hashable, Sendable {
  /// Who speaks: "system", "user" or "assistant".
  public var role: String
  /// What is said.
  public var content: String

  /// Makes a turn.
  public init(role: String, content: String) { (self.role, self.content) = (role, content) }

  /// A turn of the user's.
  public static func user(_ content: String) -> ChatMessage { ChatMessage(role: "user", content: content) }
}

/// How a model wants a conversation written.
///
/// Templates are programs in Jinja. Those of the ChatML form are read, with or without a system message of their own; any other is
/// refused, since a conversation written otherwise than the model learnt gives another model.
public struct ChatTemplate: Hashable, Sendable {
  /// What the model is told where a conversation begins without a system message; nil where nothing.
  public let defaultSystemMessage: String?

  private static let loop =
    "{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}"
    + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
  private static let head = "{% for message in messages %}"
  private static let system =
    "{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\n"
  private static let afterSystem = "<|im_end|>\n' }}{% endif %}"

  /// Reads a template.
  public init(_ template: String) throws(LanguageModelError) {
    let text = template.replacing("\\n", with: "\n").replacing("{%-", with: "{%").replacing("-%}", with: "%}")
    guard text.hasPrefix(Self.head), text.hasSuffix(Self.loop),
      text.count >= Self.head.count + Self.loop.count
    else { throw Self.unknown(template) }
    let between = String(text.dropFirst(Self.head.count).dropLast(Self.loop.count))
    if between.isEmpty {
      defaultSystemMessage = nil
    } else if between.hasPrefix(Self.system), between.hasSuffix(Self.afterSystem),
      between.count >= Self.system.count + Self.afterSystem.count
    {
      let message = String(between.dropFirst(Self.system.count).dropLast(Self.afterSystem.count))
      guard !message.contains("'"), !message.contains("\\"), !message.contains("{") else {
        throw Self.unknown(template)
      }
      defaultSystemMessage = message
    } else {
      throw Self.unknown(template)
    }
  }

  private static func unknown(_ template: String) -> LanguageModelError {
    LanguageModelError(
      code: .unsupportedModel, message: "the chat template '\(template.prefix(60))…' is of an unknown form",
      hint: "ChatML is read; write the conversation yourself and give it as a plain prompt")
  }

  /// The conversation as text, ending where the assistant is to speak.
  public func render(_ messages: [ChatMessage], addsGenerationPrompt: Bool = true) -> String {
    var text = ""
    if let system = defaultSystemMessage, let first = messages.first, first.role != "system" {
      text += "<|im_start|>system\n\(system)<|im_end|>\n"
    }
    for message in messages { text += "<|im_start|>\(message.role)\n\(message.content)<|im_end|>\n" }
    return addsGenerationPrompt ? text + "<|im_start|>assistant\n" : text
  }
}
