import FoundationEssentials

extension Markup {
  /// The elements that a page is made of.
  package enum Tag: String, Sendable {
    case html, head, meta, title, body, main, header, footer, section, nav
    case h1, h2, h3, h4, p, ul, ol, li, dl, dt, dd, div, span, strong, em, code, a, br
    case table, caption, thead, tbody, tr, th, td, figure, figcaption, details, summary
    case svg, desc, g, path, line, rect, circle, text
    case img, mark, button, input, label, select, option

    var isVoid: Bool { self == .meta || self == .br || self == .img || self == .input }

    /// Whether a new line after it changes nothing.
    var isBlock: Bool {
      switch self {
      case .title, .span, .strong, .em, .code, .a, .th, .td, .text, .g, .path, .line, .rect, .circle, .img,
        .mark,
        .button, .input, .label, .select, .option:
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

    /// A picture within the page; there are no others.
    static func picture(_ bytes: [UInt8], type: String) -> Attribute {
      Attribute("src", "data:\(type);base64," + Data(bytes).base64EncodedString())
    }
    static func alternative(_ words: String) -> Attribute { Attribute("alt", words) }
    static func equivalent(_ header: String) -> Attribute { Attribute("http-equiv", header) }
    static func type(_ type: String) -> Attribute { Attribute("type", type) }
    static func value(_ value: String) -> Attribute { Attribute("value", value) }
    static func invisible() -> Attribute { Attribute("hidden", "") }

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
