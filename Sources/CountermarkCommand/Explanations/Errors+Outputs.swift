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
    .init(
      "checkpoint-mismatch",
      "The checkpoint belongs to another run: other inputs, profiles, options or another version.",
      "The message names the difference; start anew with another checkpoint file, or restore what was changed."
    ),
    .init(
      "in-use", "Another run that has not ended writes the same results or keeps the same checkpoint.",
      "Wait for it, or end it and run the same command again; give runs side by side files of their own."),
    .init(
      "damaged-checkpoint",
      "The file is no checkpoint, or one that was changed: where to go on cannot be known, so nothing was done.",
      "Remove it and run the same command to start over; if it is another file of yours, name another checkpoint."
    ),
    .init(
      "not-repeatable", "A checkpoint needs inputs that can be read again.",
      "Write the pipe's contents to a file first."),
    .init(
      "unreadable-results", "The file of results cannot be read.", "Check the path and its permissions."),
    .init(
      "incomplete-results",
      "The file of results does not hold all of its run: the run did not finish or was stopped, or the file was cut.",
      "Run the scan again to its end; with --checkpoint it goes on from where it stopped."),
    .init(
      "incomplete-record",
      "The file of results ends within this record, as it does when a run did not finish: some of its results are not there.",
      "Run the scan again to its end; with --checkpoint it goes on from where it stopped."),
    .init(
      "parts-do-not-fit",
      "The parts do not make up one run: they overlap, leave gaps, or were made otherwise.",
      "The message names the difference."),
    .init(
      "damaged-results",
      "A line of the results is no result line, or the results do not add up to their summary.",
      "Write them again with 'countermark scan -o'."),
    .init(
      "changed-results", "The results are not those that their summary was written for.",
      "Take the file as the scan wrote it; results are not edited."),
  ]
}
