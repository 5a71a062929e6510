extension Explanation {
  /// Errors of keys and profiles.
  static let errorsKeys: [Explanation] = [
    .init(
      "no-keys", "No key ring was named.",
      "Add --keys FILE or set COUNTERMARK_KEYS; 'countermark key new' makes one."),
    .init("key-permissions", "Others than its owner could read the key ring.", "chmod 600 the file."),
    .init(
      "key-unavailable", "The ring has no such key, or one of another form than the scheme takes.",
      "'countermark key list' shows what it has."),
    .init(
      "invalid-key-ring", "The file is no key ring.",
      "It looks like {\"keys\": [{\"id\": \"...\", \"secret\": \"...\"}]}."),
    .init(
      "no-secret", "The ring has no secret that a mark of our own could use.",
      "Make one with 'countermark key new'."),
    .init(
      "no-image-key", "No key for pictures was found.",
      "Name one with --image-key-id or make one with 'countermark key new'."),
    .init(
      "no-profile", "No profile was given, so there is nothing to look for.",
      "Add --profile FILE or --profiles FOLDER; 'countermark profile list' shows templates."),
    .init(
      "duplicate-profile", "Two profiles have one name under one key, so results could not be told apart.",
      "Give each a name of its own."),
    .init(
      "invalid-profile", "The profile cannot be used; the message names the field.",
      "'countermark profile show' prints sound ones."),
    .init(
      "unknown-field",
      "A field that nothing reads, perhaps misspelt: it would look for another mark and find nothing.",
      "Mend or remove it."),
    .init("invalid-parameter", "A parameter is outside its domain.", "The message says what it takes."),
    .init(
      "unsupported-normalizer", "The text normaliser is not supported.",
      "Leave it out; the message lists those that are."),
    .init(
      "no-tokenizer", "The record has text but no token ids, and the profile names no tokenizer.",
      "Add 'tokenizer' to the profile, or give token ids."),
    .init(
      "unreadable-tokenizer", "The tokenizer's file cannot be read.",
      "Paths in a profile are seen from the profile's folder."),
    .init("invalid-tokenizer", "The tokenizer's file is damaged.", "Fetch it from the model's maker again."),
    .init(
      "unsupported-tokenizer", "The tokenizer is of a kind that is not read.",
      "Byte-level BPE is read; give token ids instead."),
    .init(
      "vocabulary-mismatch",
      "Profile, tokenizer and model do not speak of the same vocabulary: lists would be drawn over another one.",
      "Set vocabulary_size to the model's output size."),
    .init(
      "token-out-of-range", "A token id lies beyond the vocabulary.",
      "Check that ids and profile belong to one model."),
    .init("no-message", "The scheme needs a message to look for or to write.", "Name it with --message."),
    .init("no-config", "--config was given without a file.", "Write --config FILE.json."),
    .init(
      "invalid-config",
      "The configuration file, or a COUNTERMARK_ variable, holds what its option does not take.",
      "The message names it; options are written as their flags without dashes."),
    .init("no-such-code", "There is no such code.", "'countermark explain' lists them."),
  ]
}
