extension Markup {
  /// The elements that a page is made of.
  package enum Tag: String, Sendable {
    case html, head, meta, title, body, main, header, footer, section, nav
    case h1, h2, h3, h4, p, ul, ol, li, dl, dt, dd, div, span, strong, em, code, a, br
    case table, caption, thead, tbody, tr, th, td, figure, figcaption, details, summary
    case form, label, input, select, option, button, img, mark
    case svg, desc, g, path, line, rect, circle, text

    var isVoid: Bool { self == .meta || self == .br || self == .input || self == .img }

    /// Whether a new line after it changes nothing.
    var isBlock: Bool {
      switch self {
      case .title, .label, .input, .option, .button, .img, .mark, .span, .strong, .em, .code, .a, .th, .td,
        .text, .g, .path, .line, .rect, .circle:
        false
      default: true
      }
    }
  }

  /// An attribute of an element.
  package struct Attribute: Sendable {
    let name: String
    let value: String

    private init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }

    static func identity(_ name: String) -> Attribute { Attribute("id", name) }
    static func style(_ names: String) -> Attribute { Attribute("class", names) }
    static func language(_ code: String) -> Attribute { Attribute("lang", code) }
    static func role(_ role: String) -> Attribute { Attribute("role", role) }
    static func label(_ words: String) -> Attribute { Attribute("aria-label", words) }
    static func labelled(by identities: String) -> Attribute { Attribute("aria-labelledby", identities) }
    static func described(by identities: String) -> Attribute { Attribute("aria-describedby", identities) }
    static func scope(_ scope: String) -> Attribute { Attribute("scope", scope) }
    static func characters(_ code: String) -> Attribute { Attribute("charset", code) }
    static func named(_ name: String) -> Attribute { Attribute("name", name) }
    static func content(_ content: String) -> Attribute { Attribute("content", content) }
    /// A link to a place of the same page; there are no others.
    static func place(_ identity: String) -> Attribute { Attribute("href", "#" + identity) }
    /// What makes an SVG one that stands alone in a file.
    static func graphicsNamespace() -> Attribute { Attribute("xmlns", "http://www.w3.org/2000/svg") }
    static func hidden() -> Attribute { Attribute("aria-hidden", "true") }
    static func focusable() -> Attribute { Attribute("tabindex", "0") }
    static func open() -> Attribute { Attribute("open", "") }

    static func type(_ type: InputType) -> Attribute { Attribute("type", type.rawValue) }
    static func value(_ value: String) -> Attribute { Attribute("value", value) }
    static func controls(_ identity: String) -> Attribute { Attribute("for", identity) }
    static func hiddenAtFirst() -> Attribute { Attribute("hidden", "") }
    static func alternative(_ words: String) -> Attribute { Attribute("alt", words) }
    static func policy() -> Attribute { Attribute("http-equiv", "Content-Security-Policy") }
    static func sortKey(_ key: String) -> Attribute { Attribute("data-key", key) }
    /// A picture that is part of the page; there are no others.
    static func picture(jpegBase64 text: String) -> Attribute {
      Attribute("src", "data:image/jpeg;base64," + text)
    }

    /// Kinds of fields and buttons.
    enum InputType: String { case search, button }

    static func viewBox(_ width: Double, _ height: Double) -> Attribute {
      Attribute("viewBox", "0 0 \(Shown.coordinate(width)) \(Shown.coordinate(height))")
    }
    static func data(_ path: String) -> Attribute { Attribute("d", path) }
    static func anchor(_ anchor: String) -> Attribute { Attribute("text-anchor", anchor) }
    static func fitting() -> Attribute { Attribute("lengthAdjust", "spacingAndGlyphs") }
    static func number(_ name: Number, _ value: Double) -> Attribute {
      Attribute(name.rawValue, Shown.coordinate(value))
    }

    /// Attributes that are numbers.
    enum Number: String {
      case x, y, x1, y1, x2, y2, cx, cy, r, width, height
      case fontSize = "font-size"
      case textLength, colspan
    }
  }
}
