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

  /// A script, which is ours and never holds anything of an input.
  package mutating func script(_ script: String) {
    text += "<script>\(script)</script>\n"
  }

  /// JSON for a script of the page to read.
  ///
  /// Within a script element nothing is unescaped and only its end is looked for, so every "<" becomes an escape of JSON's own; it can
  /// only stand within strings.
  package mutating func data(_ json: [UInt8], identity: String) {
    text += "<script type=\"application/json\" id=\""
    escape(identity)
    text += "\">"
    var bytes: [UInt8] = []
    bytes.reserveCapacity(json.count)
    for byte in json {
      if byte == UInt8(ascii: "<") { bytes += "\\u003c".utf8 } else { bytes.append(byte) }
    }
    text += String(decoding: bytes, as: UTF8.self) + "</script>\n"
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
