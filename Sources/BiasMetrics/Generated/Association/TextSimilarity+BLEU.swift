#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension TextSimilarity {
  /// BLEU-4 of one text against one reference, from 0 to 1: sentence BLEU as sacrebleu computes it, texts being words already.
  ///
  /// Exponential smoothing: the first order without a match counts as ½, the next as ¼ of one. Orders longer than the text are left out
  /// (effective order). 0 where no word is shared.
  ///
  /// Sources: Papineni, Roukos, Ward and Zhu, ACL 2002; Chen and Cherry, WMT 2014, method 3; Post, WMT 2018.
  public static func bleu(_ text: [String], reference: [String]) -> Double {
    guard !text.isEmpty, !reference.isEmpty else { return 0 }
    var (sum, orders, smoothing) = (0.0, 0, 1.0)
    for order in 1...min(4, text.count) {
      let (own, other) = (counts(text, order), counts(reference, order))
      let correct = own.reduce(0) { $0 + min($1.value, other[$1.key] ?? 0) }
      if order == 1, correct == 0 { return 0 }
      let total = Double(text.count - order + 1)
      if correct == 0 { smoothing *= 2 }
      sum += log(correct == 0 ? 1 / (smoothing * total) : Double(correct) / total)
      orders += 1
    }
    let penalty = min(0, 1 - Double(reference.count) / Double(text.count))
    return exp(penalty + sum / Double(orders))
  }

  /// How often each run of so many words stands in a text.
  private static func counts(_ words: [String], _ order: Int) -> [ArraySlice<String>: Int] {
    var counts: [ArraySlice<String>: Int] = [:]
    guard words.count >= order else { return counts }
    for first in 0...(words.count - order) { counts[words[first..<(first + order)], default: 0] += 1 }
    return counts
  }
}
