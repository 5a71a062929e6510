/// A text as a cell of CSV that spreadsheets show, and do not carry out.
///
/// What begins like a formula and is no number gets an apostrophe; commas, quotes and line breaks are put in quotes.
func csvCell(_ text: String) -> String {
  var text = text
  if let first = text.unicodeScalars.first, "=+-@\t\r\n".unicodeScalars.contains(first), Double(text) == nil {
    text = "'" + text
  }
  guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
  return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
}
