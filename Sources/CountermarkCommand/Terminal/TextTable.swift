import Reports

/// A table in columns for a terminal.
struct TextTable {
  struct Column {
    var title: String
    var isNumber: Bool

    init(_ title: String, number: Bool = false) { (self.title, isNumber) = (title, number) }
  }

  private let columns: [Column]
  private var rows: [[String]] = []

  init(columns: [Column]) { self.columns = columns }

  mutating func add(_ row: [String]) { rows.append(row) }

  func text(style: Style) -> String {
    let widths = columns.indices.map { index in
      rows.reduce(displayWidth(columns[index].title)) { max($0, displayWidth($1[index])) }
    }
    var out = style("1", Self.line(columns.map(\.title), columns: columns, widths: widths)) + "\n"
    for row in rows { out += Self.line(row, columns: columns, widths: widths) + "\n" }
    return out
  }

  static func line(_ cells: [String], columns: [Column], widths: [Int]) -> String {
    var out = ""
    for (index, cell) in cells.enumerated() {
      if index > 0 { out += "  " }
      let gap = String(repeating: " ", count: max(0, widths[index] - displayWidth(cell)))
      if columns[index].isNumber {
        out += gap + cell
      } else {
        out += index == cells.count - 1 ? cell : cell + gap
      }
    }
    return out
  }
}

/// The number of terminal columns of a text: wide East Asian characters and emoji take two, ANSI sequences and marks none.
func displayWidth(_ text: String) -> Int {
  var width = 0
  var isEscape = false
  for scalar in text.unicodeScalars {
    if isEscape {
      if scalar == "m" { isEscape = false }
      continue
    }
    switch scalar.value {
    case 0x1b: isEscape = true
    case 0x300...0x36f, 0x200b...0x200f, 0xfe00...0xfe0f, 0x20d0...0x20ff: break
    case 0x1100...0x115f, 0x2e80...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f, 0xff00...0xff60,
      0xffe0...0xffe6, 0x1f300...0x1faff, 0x20000...0x3fffd:
      width += 2
    default: width += 1
    }
  }
  return width
}

/// A text cut to some columns with an ellipsis, from the middle so that both ends of a path stay readable.
func shortened(_ text: String, to limit: Int) -> String {
  guard displayWidth(text) > limit, limit > 1 else { return text }
  let front = (limit - 1) / 2
  let back = limit - 1 - front
  return String(text.prefix(front)) + "…" + String(text.suffix(back))
}

/// A text without control characters, for showing what came from an input.
func printable(_ text: String) -> String { printableText(text) }
