/// What a code of an error or a verdict means, and what to do: the words behind `countermark explain`.
struct Explanation: Sendable {
  var code: String
  var meaning: String
  var advice: String

  init(_ code: String, _ meaning: String, _ advice: String) {
    (self.code, self.meaning, self.advice) = (code, meaning, advice)
  }

  /// The groups in the order in which they are listed.
  static let groups: [(title: String, entries: [Explanation])] = [
    ("Verdicts on texts and pictures", verdictsTexts), ("Verdicts of audits", verdictsAudits),
    ("Inputs", errorsInputs), ("Outputs", errorsOutputs), ("Keys and profiles", errorsKeys),
    ("Pictures", errorsPictures), ("Models", errorsModels), ("Tables and audits", errorsTables),
  ]

  static func of(_ code: String) -> Explanation? {
    groups.lazy.flatMap(\.entries).first { $0.code == code }
  }
}
