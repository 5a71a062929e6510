/// A text without control characters, for showing what came from an input.
package func printableText(_ text: String) -> String {
  var out = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    let isControl = scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
    // Bidirectional overrides could make a line read as something else.
    let isOverride = (0x202a...0x202e).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
    if isControl || isOverride { out.append("\u{fffd}") } else { out.append(scalar) }
  }
  return String(out)
}
