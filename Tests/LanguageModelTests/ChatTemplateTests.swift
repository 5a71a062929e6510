import LanguageModel
import Testing

@Suite("Chat templates")
struct ChatTemplateTests {
  @Test("conversations are written as Jinja writes them")
  func jinja() throws {
    for chat in try References.load().chats {
      let messages = chat.messages.map { ChatMessage(role: $0[0], content: $0[1]) }
      let text = try ChatTemplate(chat.template).render(messages, addsGenerationPrompt: chat.adds_prompt)
      #expect(text == chat.text)
    }
  }

  @Test("templates of another form are refused")
  func unknown() throws {
    let known = try References.load().chats[0].template
    for template in [
      "", "{{ messages[0]['content'] }}", known + " ", String(known.dropLast(5)),
      known.replacing("You are", with: "You are ' + name + '"), known.replacing("'system'", with: "'tool'"),
      known.replacing("{% for message in messages %}", with: "{% for message in messages %}{{ bos_token }}"),
    ] {
      let error = #expect(throws: LanguageModelError.self) { try ChatTemplate(template) }
      #expect(error?.code == .unsupportedModel)
    }
  }
}
