extension String {
  /// The same text in memory of its own.
  ///
  /// Tasks that hold one string count its references in turns, at the price of a trip between cores each time.
  var unshared: String { String(decoding: Array(utf8), as: UTF8.self) }
}
