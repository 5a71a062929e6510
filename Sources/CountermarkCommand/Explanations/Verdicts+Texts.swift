extension Explanation {
  /// What a verdict on a text or a picture says.
  static let verdictsTexts: [Explanation] = [
    .init(
      "detected",
      "The adjusted p-value is at or below alpha: so strong a trace of this profile's mark under this key would be chance in at most alpha of unmarked records.",
      "It says that the mark is there, not who wrote the text: marks can be copied into other texts, and keys can be stolen. Look at the spans."
    ),
    .init(
      "not-detected",
      "No trace at this level, though a mark of usual strength would more likely than not have been seen.",
      "It is not \"unmarked\": another key, another scheme, a thinner mark or an edited text would not be seen."
    ),
    .init(
      "insufficient",
      "No trace, but there is too little to tell: a mark of usual strength would more likely than not have been missed.",
      "Judge longer texts, or several texts of one source together."),
    .init("invalid", "The evidence contradicts itself.", "Look at the record's own lines for the reason."),
    .init("error", "The record could not be examined.", "The line names the reason and what to do."),
    .init(
      "skipped", "A limit kept the record from being looked at. It is not clean.",
      "Raise the limit that the line names, or look at the record by itself."),
    .init(
      "failed", "The record was opened and could not be read or examined.",
      "The line names the reason and what to do."),
    .init(
      "too-short", "Fewer tokens were scored than a mark of usual strength needs to be found.",
      "Write more tokens, raise the bias, or raise alpha."),
    .init(
      "low-entropy",
      "The model had too little choice at too many steps, so the mark could not be written there.",
      "Raise the bias or the temperature, write more tokens, or ask for something more open."),
    .init(
      "reads-otherwise",
      "The mark is in the tokens that were drawn, but the text is tokenised otherwise and does not show it.",
      "Write more tokens; keep the token ids beside the text."),
  ]
}
