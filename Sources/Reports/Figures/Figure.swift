/// A figure of the page: drawings for wide and for narrow screens, the words that say the same, and the table of its numbers.
package struct Figure: Sendable {
  /// The identity on the page.
  package var identity: String
  /// What is shown.
  package var title: String
  /// What a reader would see in it, in a sentence or two.
  package var description: String
  /// How to read it.
  package var note: String
  /// Drawings for desks and paper, one below the other.
  package var wide: [Drawing]
  /// Drawings for phones.
  package var narrow: [Drawing]
  /// The numbers.
  package var table: FigureTable

  package init(
    identity: String, title: String, description: String, note: String, table: FigureTable,
    drawing: (Layout) -> [Drawing]
  ) {
    (self.identity, self.title, self.description, self.note) = (identity, title, description, note)
    self.table = table
    wide = drawing(.wide)
    narrow = drawing(.narrow)
  }

  func write(to markup: inout Markup) {
    markup.element(.figure, [.identity(identity)]) { figure in
      figure.element(.figcaption) { caption in
        caption.element(.h4, title)
        if !note.isEmpty { caption.element(.p, [.style("mute")], note) }
      }
      for (drawings, style) in [(wide, "wide"), (narrow, "narrow")] {
        for (place, drawing) in drawings.enumerated() {
          let part = drawings.count > 1 ? ", part \(place + 1) of \(drawings.count)" : ""
          drawing.write(
            to: &figure, identity: "\(identity)-\(style)-\(place)", title: title + part,
            description: description,
            style: style)
        }
      }
      figure.element(.details, [.open()]) { details in
        details.element(.summary, "Numbers of this figure")
        table.write(to: &details)
      }
    }
  }
}

/// The two widths that figures are drawn for.
package enum Layout: Sendable {
  case wide, narrow

  package var width: Double { self == .wide ? 720 : 340 }
  package var isNarrow: Bool { self == .narrow }
}

/// A table with a heading to each row and column.
package struct FigureTable: Sendable {
  /// A column.
  package struct Column: Sendable {
    package var name: String
    package var kind: Kind

    /// What stands in it: words may be broken into lines, numbers and intervals may not.
    package enum Kind: String, Sendable {
      case words
      case number = "n"
      case interval = "i"
    }

    static func text(_ name: String) -> Column { Column(name: name, kind: .words) }
    static func number(_ name: String) -> Column { Column(name: name, kind: .number) }
    static func interval(_ name: String = "interval") -> Column { Column(name: name, kind: .interval) }

    /// The style of its cells.
    var style: [Markup.Attribute] { kind == .words ? [] : [.style(kind.rawValue)] }
  }

  package var caption: String
  package var columns: [Column]
  /// The cells; the first of each row is its heading.
  package var rows: [[String]]

  /// The same without columns that nothing stands in.
  private var filled: FigureTable {
    let kept = columns.indices.filter { column in
      rows.isEmpty || rows.contains { column >= $0.count || !$0[column].isEmpty }
    }
    return FigureTable(
      caption: caption, columns: kept.map { columns[$0] },
      rows: rows.map { row in kept.filter { $0 < row.count }.map { row[$0] } })
  }

  func write(to markup: inout Markup) {
    let filled = filled
    let (columns, rows) = (filled.columns, filled.rows)
    markup.element(.div, [.style("scroll"), .role("region"), .label(caption), .focusable()]) { region in
      region.element(.table) { table in
        table.element(.caption, caption)
        table.element(.thead) { head in
          head.element(.tr) { row in
            for column in columns {
              row.element(.th, [.scope("col")] + column.style, column.name)
            }
          }
        }
        table.element(.tbody) { body in
          for cells in rows {
            body.element(.tr) { row in
              for (place, cell) in cells.enumerated() {
                if place == 0 {
                  row.element(.th, [.scope("row")], cell)
                } else {
                  row.element(.td, place < columns.count ? columns[place].style : [], cell)
                }
              }
            }
          }
        }
      }
    }
  }
}
