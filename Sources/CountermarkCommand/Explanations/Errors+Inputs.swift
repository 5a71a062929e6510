extension Explanation {
  /// Errors of inputs: files, folders, records.
  static let errorsInputs: [Explanation] = [
    .init("unreadable", "The file cannot be opened or read.", "Check the path and its permissions."),
    .init("unreadable-file", "The file cannot be opened or read.", "Check the path and its permissions."),
    .init("unreadable-folder", "The folder cannot be listed.", "Check its permissions."),
    .init(
      "not-found", "No file or folder has this name, or a pattern matches none.",
      "Check the path; quote patterns so that the shell leaves them alone."),
    .init("unsupported-format", "The input is of a kind that is not read.", "Convert it, or name its kind."),
    .init(
      "unsupported-encoding", "The text is in an encoding that is not read.",
      "Convert it to UTF-8, for example with iconv."),
    .init(
      "not-text", "The file holds bytes that are no text.",
      "Name the right file; pictures are read when they are PNG or JPEG."),
    .init("invalid-utf8", "The bytes are not UTF-8.", "Convert the file: iconv -f WINDOWS-1252 -t UTF-8."),
    .init(
      "invalid-json", "The line is not one JSON value as RFC 8259 has it.",
      "Look at the byte that the line names."),
    .init(
      "truncated-json", "The line ends within a JSON value.", "The file may have been cut; write it again."),
    .init("too-deep", "The JSON nests deeper than is read.", "Flatten it, or take the part that matters."),
    .init(
      "wrong-type", "A field holds another kind of value than is needed.",
      "Name the right field, or mend the record."),
    .init("invalid-path", "A field path cannot be read.", "Paths look like messages[-1].content."),
    .init(
      "line-too-long", "A line is longer than the limit, so it was passed over.",
      "Raise the limit if the line is meant to be so long."),
    .init(
      "file-too-large", "The file is larger than the limit.",
      "Raise the limit, or check that it is the file you mean."),
    .init(
      "decompression-limit", "The data unpack to more than the limits allow, as a bomb's do.",
      "Raise the limits only for a source that you trust."),
    .init("invalid-gzip", "The file is damaged or is no gzip file.", "Fetch it again."),
    .init(
      "truncated-gzip", "The compressed file ends too early; what was unpacked before was examined.",
      "Fetch it again."),
    .init(
      "trailing-garbage", "Bytes that belong to nothing follow the compressed data.", "Fetch the file again."),
    .init(
      "no-evidence", "The record has neither the token ids nor the text that are looked for.",
      "Name its fields with --ids-field or --text-field."),
    .init(
      "ids-not-integers", "The field of token ids holds something else.",
      "Name the right field with --ids-field."),
    .init("id-out-of-range", "A token id is negative or too large.", "Check which model the ids come from."),
    .init(
      "same-file", "An output would overwrite an input, or two outputs each other.",
      "Give each a name of its own; originals are never touched."),
    .init("same-input", "The same input is named twice.", "Name each once."),
    .init(
      "encrypted", "The member of the archive needs a password.", "Unpack the archive and scan the files."),
    .init(
      "input-changed", "The file changed while it was read, so what was read is no one state of it.",
      "Scan it again when nobody writes to it."),
    .init(
      "input-stalled", "A pipe gave nothing for so long that it was given up.",
      "Check what writes to it, or raise --stall-limit."),
    .init(
      "too-many-members",
      "The archive has more members than the limit; the rest were not read, and are not clean.",
      "Unpack it and scan the folder, or raise the limit."),
    .init(
      "truncated-archive", "The archive ends too early; members before the cut were read.", "Fetch it again."),
    .init(
      "invalid-archive", "The archive is damaged; what came before the damage was read.",
      "Fetch the file again."),
    .init(
      "too-many-outputs",
      "One line of a preset holds more outputs than are read of a line; none of them was examined.",
      "Write them on several lines."),
    .init(
      "id-too-long",
      "The record's id is longer than results carry, so the record was skipped: every line of results repeats it.",
      "Name another field with --id-field."),
    .init(
      "no-output", "The record of a preset holds no generated text.",
      "A request that failed has no output; else check --preset."),
  ]
}
