/// A writer of HTML and of the SVG within it: elements are typed, and every text is escaped in this one place.
///
/// Values come from tables that anybody may have made. What can reach a page is an element of ``Tag``, an attribute made by one of
/// ``Attribute``'s functions, or text that has been escaped.
package struct Markup: Sendable {
  /// What has been written.
  package private(set) var text = ""

  /// An empty text.
  package init() {}

  /// An element with what is in it.
  package mutating func element(
    _ tag: Tag, _ attributes: [Attribute] = [], _ body: (inout Markup) -> Void = { _ in }
  ) {
    text += "<" + tag.rawValue
    for attribute in attributes {
      text += " " + attribute.name + "=\""
      escape(attribute.value)
      text += "\""
    }
    text += ">"
    if tag.isVoid { return }
    body(&self)
    text += "</" + tag.rawValue + ">"
    if tag.isBlock { text += "\n" }
  }

  /// An element that holds a text alone.
  package mutating func element(_ tag: Tag, _ attributes: [Attribute] = [], _ words: String) {
    element(tag, attributes) { $0.words(words) }
  }

  /// The same without attributes.
  package mutating func element(_ tag: Tag, _ words: String) { element(tag, [], words) }

  /// A text, escaped.
  package mutating func words(_ words: String) { escape(words) }

  /// The style sheet, which is ours and never holds anything of an input.
  package mutating func styleSheet(_ sheet: String) {
    text += "<style>\(sheet)</style>\n"
  }

  /// A script of ours, which never holds anything of an input.
  package mutating func script(_ script: StaticString) { text += "<script>\(script)</script>\n" }

  /// Values of inputs for the script, as a JSON text in which nothing can end the element.
  package mutating func dataBlock(_ identity: String, json: String) {
    text += "<script type=\"application/json\" id=\""
    escape(identity)
    text += "\">"
    for scalar in json.unicodeScalars {
      switch scalar {
      case "<": text += "\\u003c"
      case "\u{2028}": text += "\\u2028"
      case "\u{2029}": text += "\\u2029"
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "</script>\n"
  }

  /// What a document begins with.
  package mutating func doctype() { text += "<!doctype html>\n" }

  private mutating func escape(_ words: String) {
    // Most texts have nothing to escape; what has is walked byte by byte.
    guard words.utf8.contains(where: { Self.isSpecial($0) }) else {
      text += words
      return
    }
    var bytes: [UInt8] = []
    for byte in words.utf8 {
      switch byte {
      case UInt8(ascii: "&"): bytes += "&amp;".utf8
      case UInt8(ascii: "<"): bytes += "&lt;".utf8
      case UInt8(ascii: ">"): bytes += "&gt;".utf8
      case UInt8(ascii: "\""): bytes += "&quot;".utf8
      case UInt8(ascii: "'"): bytes += "&#39;".utf8
      default: bytes.append(byte)
      }
    }
    text += String(decoding: bytes, as: UTF8.self)
  }

  private static func isSpecial(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'"): true
    default: false
    }
  }
}
