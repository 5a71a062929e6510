/// Takes Markdown's marks out of a text, as someone does who pastes an answer into a plain document.
///
/// Not a parser of all of CommonMark: line by line, headings, quotes, list marks, rules and fences go; within lines emphasis, code
/// marks, and links, of which the words stay.
enum MarkdownStripper {
  static func plain(_ text: String) -> String {
    var lines: [String] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let bare = line.drop { $0 == " " || $0 == "\t" }
      if bare.hasPrefix("```") || bare.hasPrefix("~~~") || isRule(bare) { continue }
      lines.append(inline(withoutLead(line)))
    }
    return lines.joined(separator: "\n")
  }

  private static func isRule(_ line: Substring) -> Bool {
    guard let first = line.first, "-*_".contains(first) else { return false }
    return line.count >= 3 && line.allSatisfy { $0 == first || $0 == " " } && line.count { $0 == first } >= 3
  }

  /// The line without the marks at its beginning.
  private static func withoutLead(_ line: Substring) -> Substring {
    var rest = line.drop { $0 == " " || $0 == "\t" }
    while rest.hasPrefix(">") { rest = rest.dropFirst().drop { $0 == " " } }
    let hashes = rest.prefix { $0 == "#" }
    if (1...6).contains(hashes.count), rest.dropFirst(hashes.count).first.map({ $0 == " " }) ?? true {
      return rest.dropFirst(hashes.count).drop { $0 == " " }
    }
    if let first = rest.first, "-*+".contains(first), rest.dropFirst().first == " " {
      return rest.dropFirst(2).drop { $0 == " " }
    }
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    let after = rest.dropFirst(digits.count)
    if (1...9).contains(digits.count), let mark = after.first, ".)".contains(mark),
      after.dropFirst().first == " "
    {
      return after.dropFirst(2).drop { $0 == " " }
    }
    return rest.startIndex == line.startIndex ? line : rest
  }

  /// The line without emphasis, code marks and the targets of links.
  private static func inline(_ line: Substring) -> String {
    let characters = Array(line)
    var out = ""
    var place = 0
    while place < characters.count {
      let character = characters[place]
      let before = place > 0 ? characters[place - 1] : " "
      let after = place + 1 < characters.count ? characters[place + 1] : " "
      switch character {
      case "*", "~", "`":
        // A star between spaces is a sign of multiplication.
        if character == "*", before.isWhitespace, after.isWhitespace { out.append(character) }
      case "_":
        // Within a word it is part of a name.
        if (before.isLetter || before.isNumber) && (after.isLetter || after.isNumber) {
          out.append(character)
        }
      case "!" where after == "[": break
      case "[":
        if let link = link(characters, from: place) {
          out += inline(link.words)
          place = link.end
          continue
        }
        out.append(character)
      case "\\" where after.isPunctuation || after.isSymbol:
        out.append(after)
        place += 1
      default: out.append(character)
      }
      place += 1
    }
    return out
  }

  /// `[words](target)` from a place on.
  private static func link(_ characters: [Character], from start: Int) -> (words: Substring, end: Int)? {
    guard let close = characters[start...].firstIndex(of: "]"), close + 1 < characters.count,
      characters[close + 1] == "(", let end = characters[close...].firstIndex(of: ")")
    else { return nil }
    return (Substring(String(characters[(start + 1)..<close])), end + 1)
  }
}
