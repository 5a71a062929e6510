import Scan
import TextWatermark

/// A record with its green and red tokens coloured, and the arithmetic of its p-value spelled out.
struct ExplanationText {
  let style: Style

  func text(_ result: TextResult, rule: DecisionRule) -> String {
    guard let explanation = result.explanation else { return "" }
    let detection = result.detection
    var out =
      "\n" + style("1", "\(printable(result.id))  \(printable(result.profile)) under \(result.keyID)") + "\n"
    out += tokens(explanation) + "\n"
    out += legend(explanation) + "\n"
    let rate = detection.nullRate
    let mean = rate * Double(detection.scored)
    out += """
        How the list is found: \(explanation.seeding).
        Null model: text that does not depend on the key. Each token is then green with probability \
      \(explanation.greenlistSize)/\(explanation.vocabularySize) = \(fixed(rate, 6)).
        Tokens: \(detection.tokens) seen, \(detection.scored) scored; each pair of list and token counts once.
        Green: \(detection.value); expected without a mark \(fixed(mean, 1)), so z = \(fixed(detection.z, 2)).

      """
    if detection.logHypotheses > 0 {
      out +=
        "  The best of many windows: its tail is multiplied by their number (10^\(fixed(detection.logHypotheses / 2.302585, 2))).\n"
    }
    out += """
        p = P(at least \(detection.value) of \(detection.scored) green) = 10^\(fixed(detection.log10PValue, 2)) (exact binomial tail)
        Tests on this record: \(rule.testsPerRecord), so adjusted p = 10^\(fixed(result.adjustedLog10PValue, 2)); \
      detected if at most \(rule.alpha).
        A mark of this profile's usual strength would be detected here with probability \(fixed(result.power, 2)).
        Verdict: \(result.verdict.rawValue)\(result.evidence == .retokenized ? ", on retokenised evidence" : "").

      """
    for span in result.spans {
      out +=
        "  Found in \(span.unit)s \(span.start) to \(span.end): any such stretch has p at most 10^\(fixed(span.log10PValue, 2))\n"
    }
    return out
  }

  private func tokens(_ explanation: TextExplanation) -> String {
    // A token may end inside a character: bytes are joined before they are read as text, per run of one colour.
    var out = "  "
    var index = 0
    while index < explanation.marks.count {
      let mark = explanation.marks[index]
      var bytes: [UInt8] = []
      var end = index
      while end < explanation.marks.count, end < index + 1 || Self.splitsCharacter(bytes) {
        let piece = explanation.pieces[end]
        bytes += piece.isEmpty ? Array("⟨\(explanation.ids[end])⟩".utf8) : piece
        end += 1
      }
      out += colored(Self.shown(bytes), mark)
      index = end
    }
    return out
  }

  /// Whether the bytes end inside a UTF-8 sequence.
  private static func splitsCharacter(_ bytes: [UInt8]) -> Bool {
    let tail = bytes.suffix(3).reversed()
    for (distance, byte) in tail.enumerated() where byte & 0xc0 != 0x80 {
      let length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
      return length > distance + 1
    }
    return false
  }

  private static func shown(_ bytes: [UInt8]) -> String {
    let text = String(decoding: bytes, as: UTF8.self)
    return text.split(separator: "\n", omittingEmptySubsequences: false).map { printable(String($0)) }
      .joined(separator: "⏎\n  ")
  }

  private func colored(_ text: String, _ mark: GreenListTrace.Mark) -> String {
    guard style.isOn else {
      // Without colour the marks must still be readable.
      switch mark {
      case .green: return "[+\(text)]"
      case .red: return "[-\(text)]"
      case .repeated: return "[=\(text)]"
      case .notScored: return text
      }
    }
    switch mark {
    case .green: return style("30;42", text)
    case .red: return style("30;41", text)
    case .repeated: return style("2;4", text)
    case .notScored: return style("2", text)
    }
  }

  private func legend(_ explanation: TextExplanation) -> String {
    let counts = explanation.marks.reduce(into: [GreenListTrace.Mark: Int]()) { $0[$1, default: 0] += 1 }
    let names: [(GreenListTrace.Mark, String)] = [
      (.green, "green"), (.red, "red"), (.repeated, "repeated, not counted again"),
      (.notScored, "not scored"),
    ]
    return "  " + names.map { colored($0.1, $0.0) + " \(counts[$0.0] ?? 0)" }.joined(separator: "   ")
  }
}
