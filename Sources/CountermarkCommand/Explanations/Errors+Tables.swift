extension Explanation {
  /// Errors of tables and audits.
  static let errorsTables: [Explanation] = [
    .init("no-rows", "The table has no rows.", "Check the file."),
    .init("no-such-column", "No column has this name.", "The message lists what there is."),
    .init("no-such-label", "No row has this value.", "The message lists what there is."),
    .init(
      "ambiguous-labels", "It cannot be told which value is the favourable one.", "Name it with --positive."),
    .init(
      "missing-labels", "Rows lack a label or a decision.",
      "--missing-labels exclude counts them and leaves them out."),
    .init(
      "probabilities-as-predictions", "The column of decisions holds probabilities.",
      "Give it as --score with a --threshold."),
    .init("single-group", "All rows are of one group, so nothing can be compared.", "Check the column."),
    .init(
      "too-many-labels", "The column has more values than groups can be told from.",
      "Cut it into classes, as in 'age: <25|25-45|>45'."),
    .init("invalid-weights", "Weights are missing, negative, not finite or all zero.", "Mend the column."),
    .init("invalid-scores", "Scores are missing or not finite.", "Mend the column."),
    .init("invalid-sample", "The values cannot be tested.", "The message names them."),
    .init(
      "invalid-probability", "A number that should be a probability is none.",
      "Probabilities lie from 0 to 1."),
    .init(
      "invalid-privileged", "The group to compare with is not there.", "Write COLUMN=VALUE of the table."),
    .init("invalid-seed", "The seed is no whole number.", "Give one from 0 on."),
    .init("invalid-header", "The table's first line cannot be its header.", "Name each column once."),
    .init(
      "invalid-column", "The column's definition cannot be read.", "Classes look like 'age: <25|25-45|>45'."),
    .init("invalid-field", "A field's value is outside its domain.", "The message says what it takes."),
    .init("invalid-plan", "The plan cannot be used.", "'countermark audit --show-plan' prints a sound one."),
    .init(
      "contradicts-plan", "A flag says something else than the plan that was declared.",
      "Leave the flag out, or declare another plan."),
    .init(
      "changed-source", "A file that a plan names is not what the plan declared: its digest differs.",
      "Give the file that was declared, or declare another plan; 'countermark audit --show-plan' prints digests."
    ),
    .init("invalid-lexicon", "The lexicon cannot be used.", "The message names the entry."),
    .init("unreadable-history", "The earlier audit cannot be read.", "Give the JSON that --json wrote."),
    .init("incompatible", "Two parts do not belong together.", "The message names the difference."),
    .init("stray-option", "The option has no meaning for this kind of audit.", "Leave it out."),
    .init(
      "stray-quote", "A quote stands within a field that is not quoted.",
      "Quote the whole field and double the quotes in it."),
    .init("ragged-row", "The row has more or fewer fields than the header.", "Mend the row."),
    .init("row-too-long", "A row is longer than the limit.", "A quote may be open; mend the file."),
    .init("not-a-number", "The field is no number.", "Mend it, or leave it empty."),
  ]
}
