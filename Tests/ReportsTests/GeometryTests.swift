import Reports
import TestSupport
import Testing

/// What a browser would show, without one: texts are measured wider than any usual font draws them.
@Suite("Figures: nothing overflows or overlaps")
struct GeometryTests {
  @Test("Texts and shapes of audits of decisions, on wide and narrow screens", arguments: Sample.allCases)
  func decisions(_ sample: Sample) async throws {
    let figures = AuditPage(try await sample.report()).figures
    #expect(!figures.isEmpty)
    for figure in figures { check(figure) }
  }

  @Test("Texts and shapes of audits of generated content")
  func generated() {
    let figures = GeneratedPage(GeneratedSample.report()).figures
    #expect(figures.count == 4)
    for figure in figures { check(figure) }
  }

  /// Every text lies within its drawing and clear of every other; so does every shape, also where a rate is not a number.
  private func check(_ figure: Figure) {
    for drawing in figure.wide + figure.narrow {
      #expect(drawing.height < 2_000, "\(figure.identity) is taller than a page can show")
      // Rounding to tenths of a unit moves a text by less than this.
      let frame = Drawing.Box(left: -0.1, top: -0.1, right: drawing.width + 0.1, bottom: drawing.height + 0.1)
      for (place, label) in drawing.labels.enumerated() {
        #expect(label.box.lies(within: frame), "\(figure.identity): ‘\(label.words)’ leaves the drawing")
        for other in drawing.labels[..<place] where label.box.overlaps(other.box) {
          Issue.record("\(figure.identity): ‘\(label.words)’ lies on ‘\(other.words)’")
        }
      }
      for point in drawing.shapes.flatMap(Self.points) {
        let isWithin =
          point.x >= -6 && point.x <= drawing.width + 6 && point.y >= -6 && point.y <= drawing.height + 6
        if !isWithin { Issue.record("\(figure.identity): a shape reaches \(point)") }
      }
    }
  }

  @Test("A figure fits the screen it is drawn for")
  func widths() async throws {
    for figure in AuditPage(try await Sample.manyGroups.report()).figures {
      #expect(figure.wide.allSatisfy { $0.width <= 720 })
      #expect(figure.narrow.allSatisfy { $0.width <= 340 })
    }
  }

  private static func points(_ shape: Drawing.Shape) -> [(x: Double, y: Double)] {
    switch shape {
    case .line(let x1, let y1, let x2, let y2, _): [(x1, y1), (x2, y2)]
    case .rectangle(let box, _): [(box.left, box.top), (box.right, box.bottom)]
    case .circle(let x, let y, let radius, _): [(x - radius, y - radius), (x + radius, y + radius)]
    case .path(let points, _, _): points
    }
  }
}
