/// A text being written, a token at a time.
///
/// Stop whenever you like: what was returned is whole. After an error the text stays where it was.
///
///     var generation = try TextGeneration(of: request, by: model)
///     while let token = try generation.next() { … }
public struct TextGeneration<Model: CausalLanguageModel> {
  private let model: Model
  private let cache: Model.Cache
  private var decoder: SequenceDecoder
  private var logits: [Float]?
  private var unread: [UInt32]

  /// Checks a request and makes a cache; the prompt is read with the first token.
  public init(of request: GenerationRequest, by model: Model) throws(LanguageModelError) {
    decoder = try SequenceDecoder(request, model: model)
    cache = try model.makeCache(capacity: request.prompt.count + decoder.limit)
    self.model = model
    unread = request.prompt
  }

  /// Continues where another sequence stands, whose tokens the request's prompt begins with: a prompt is read once for many texts.
  ///
  /// - Parameter prefix: a cache of the model's; it is forked, never changed.
  public init(
    of request: GenerationRequest, by model: Model, after prefix: Model.Cache
  ) throws(LanguageModelError) {
    decoder = try SequenceDecoder(request, model: model)
    let known = prefix.tokens
    guard known.count < request.prompt.count, request.prompt.starts(with: known) else {
      throw LanguageModelError(
        code: .invalidOption, message: "the cache holds other tokens than the prompt begins with",
        hint: "give a cache of the prompt's first tokens, the last one left out")
    }
    cache = try prefix.fork()
    self.model = model
    unread = Array(request.prompt[known.count...])
  }

  /// The next token, or nil at the end.
  public mutating func next() throws(LanguageModelError) -> GeneratedToken? {
    guard decoder.finish == nil else { return nil }
    if !unread.isEmpty {
      logits = try model.evaluate(unread, cache: cache, positions: .last).last
      unread = []
    }
    guard let logits, let token = try decoder.advance(logits) else { return nil }
    if decoder.finish == nil { unread = [token.id] }
    return token
  }

  /// The tokens so far, prompt first.
  public var history: TokenHistory { decoder.history }

  /// Why the text ended; nil while it goes on.
  public var finish: FinishReason? { decoder.finish }

  /// Writes to the end.
  public mutating func run() throws(LanguageModelError) -> GeneratedText {
    var tokens: [GeneratedToken] = []
    while let token = try next() { tokens.append(token) }
    return GeneratedText(tokens: tokens, finish: decoder.finish ?? .length)
  }
}
