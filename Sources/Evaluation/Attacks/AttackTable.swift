import LanguageModel
import Statistics
import TextMarking
import TextWatermark

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Looks for the mark in texts after each edit, as a detector that has only the text.
struct AttackTable<Model: CausalLanguageModel> {
  var plan: EvaluationPlan
  var markers: [TextMarker<Model>]
  var texts: [WrittenText]

  /// What undoes disguises.
  static var repair: [TextNormalizer] { [.invisible, .homoglyphs] }

  func rows() throws -> [EvaluationResult.AttackRow] {
    var rows: [EvaluationResult.AttackRow] = []
    for (index, strength) in plan.strengths.enumerated() {
      // Only texts of the full length: shorter ones would be missed for their length, not for the edit.
      let marked = texts.filter { $0.strength == index && $0.ids.count == plan.lengths.last }
      guard !marked.isEmpty else { continue }
      let workspace = TextDetector.Workspace(for: markers[index].detector)
      for attack in plan.attacks {
        for isRepaired in attack.kind.isDisguise ? [false, true] : [false] {
          var (whole, window, scored): ([Double], [Double], [Double]) = ([], [], [])
          for text in marked {
            let found = try reading(of: text, after: attack, isRepaired, markers[index], workspace)
            whole.append(found.whole)
            window.append(found.window)
            scored.append(Double(found.scored))
          }
          for rate in plan.falsePositiveRates {
            rows.append(
              EvaluationResult.AttackRow(
                attack: attack, isRepaired: isRepaired, strength: strength, falsePositiveRate: rate,
                whole: try power(of: whole, at: rate, level: plan.level),
                window: try power(of: window, at: rate, level: plan.level),
                medianLog10P: median(whole) / M_LN10,
                meanScored: mean(scored)))
          }
        }
      }
    }
    return rows
  }

  private func reading(
    of text: WrittenText, after attack: TextAttack, _ isRepaired: Bool, _ marker: TextMarker<Model>,
    _ workspace: TextDetector.Workspace
  ) throws -> (whole: Double, window: Double, scored: Int) {
    let written = String(decoding: marker.tokenizer.decode(text.ids), as: UTF8.self)
    let seed = text.seed &* 0x9e37_79b9_7f4a_7c15 &+ UInt64(text.prompt)
    var bytes = Array(try attack.apply(to: written, donor: plan.donor, seed: seed).utf8)
    let normalizers = marker.detector.profile.parameters.normalizers + (isRepaired ? Self.repair : [])
    bytes = TextNormalizer.apply(normalizers, to: bytes)
    let ids = marker.tokenizer.encode(bytes).ids
    let detection = try marker.detector.detect(ids, workspace: workspace)
    let scored = workspace.trace.scored
    return (detection.logPValue, try marker.detector.bestWindow(workspace: workspace), scored)
  }
}
