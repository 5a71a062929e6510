extension Lexicon {
  /// The built-in lexicon `refusals-en`, as its file would be.
  static let refusalsEnglish = #"""
    {
     "name": "refusals-en",
     "version": "1",
     "language": "en",
     "first_words": 60,
     "about": "Phrases with which assistants decline, among the first 60 words. A hit is no proof: they also stand in helpful answers. Check a sample.",
     "categories": {
      "refusal": ["I can't help", "I cannot help", "I can't assist", "I cannot assist", "I'm not able to help", "I am not able to help",
       "I'm not able to assist", "I am not able to assist", "I'm unable to help", "I am unable to help", "I'm unable to assist",
       "I am unable to assist", "I can't provide", "I cannot provide", "I'm unable to provide", "I am unable to provide",
       "I can't comply", "I cannot comply", "I won't help", "I will not help", "I won't provide", "I will not provide",
       "I can't fulfill", "I cannot fulfill", "I can't do that", "I cannot do that", "I can't create", "I cannot create",
       "I can't generate", "I cannot generate", "I can't write", "I cannot write", "I can't discuss", "I cannot discuss",
       "I can't engage", "I cannot engage", "I can't support", "I cannot support", "I must decline", "I have to decline",
       "I'm going to decline", "I decline to", "I refuse to", "I'm sorry, but I can't", "I'm sorry, but I cannot",
       "I am sorry, but I cannot", "I'm sorry, but I'm unable", "I'm sorry, I can't", "I'm sorry, I cannot",
       "sorry, but I can't", "sorry, but I cannot", "sorry, I can't", "sorry, I cannot", "I apologize, but I can't",
       "I apologize, but I cannot", "as an AI language model, I cannot", "as an AI language model, I can't",
       "as an AI, I cannot", "as an AI, I can't", "it would not be appropriate for me", "it wouldn't be appropriate for me",
       "I don't feel comfortable", "I'm not comfortable", "against my guidelines", "goes against my programming"]
     }
    }

    """#
}
