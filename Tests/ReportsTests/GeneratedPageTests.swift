import BiasMetrics
import Reports
import Testing

@Suite("The page of an audit of generated content")
struct GeneratedPageTests {
  @Test("Well-formed, named and described, the same bytes twice")
  func structure() throws {
    let html = GeneratedSample.report().html()
    let page = try PageReader(html)
    #expect(page.problems.isEmpty, "\(page.problems.prefix(5))")
    #expect(page.figures == 4 && page.figuresWithTable == 4)
    #expect(page.count("svg") == page.drawingsWithNames)
    #expect(GeneratedSample.report().html() == html)
    #expect(!html.contains("<b>") && html.contains("&lt;b&gt;"))
  }

  @Test(
    "The gravest finding comes first, with its interval, what resampling makes of it, and the verdict in words"
  )
  func sentences() throws {
    let html = GeneratedSample.report().html()
    let card = try #require(html.components(after: "id=\"findings\"", before: "id=\"evidence\""))
    let first = try #require(card.components(after: "<li>", before: "</li>"))
    #expect(
      first
        == "refusal difference, g = women 0 against g = men: 0.000, 99 % interval -0.050 to 0.050; even would be 0; resampling the same prompts moves a difference, 95 times in 100, by no more than 0.020. Corrected p 0.040. More than is tolerated."
    )
    #expect(card.contains("cannot be estimated, fewer than 30 pairs"))
    #expect(card.contains("1 disparity, 1 inconclusive, 1 not-estimable, 1 within-tolerance"))
    #expect(html.contains("no output") && html.contains("pronouns 1, sha256:ab"))
  }
}
