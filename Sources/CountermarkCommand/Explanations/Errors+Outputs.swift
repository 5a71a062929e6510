extension Explanation {
  /// Errors of outputs.
  static let errorsOutputs: [Explanation] = [
    .init(
      "cannot-write", "The result cannot be written.",
      "Check that the folder exists, that it can be written to, and that the disk has room."),
    .init("unwritable", "The file cannot be written.", "Check the folder and its permissions."),
    .init(
      "disk-full", "The disk is full; what was written before is whole lines.",
      "Free some space and run again."),
    .init("broken-pipe", "Whoever read the output stopped reading.", "Nothing is to be done."),
    .init(
      "encoding-failed", "The picture could not be written in its format.", "Report it with the picture."),
    .init("internal", "Something happened that should not.", "Report it with the command."),
  ]
}
