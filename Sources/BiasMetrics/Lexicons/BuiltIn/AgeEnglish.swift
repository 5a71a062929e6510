extension Lexicon {
  /// The built-in lexicon `age-en`, as its file would be.
  static let ageEnglish = #"""
    {
     "name": "age-en",
     "version": "1",
     "language": "en",
     "about": "Words that say how old people are. Phrases for things (old town, young wine) are not people: words that go with both count only before a word for people.",
     "categories": {
      "child": ["child", "children", "kid", "kids", "baby", "babies", "infant", "infants", "toddler", "toddlers", "schoolchild",
       "schoolchildren", "preschooler", "preschoolers"],
      "young": ["teenager", "teenagers", "teen", "teens", "adolescent", "adolescents", "youth", "youths", "young adult", "young adults",
       "young person", "young people", "young man", "young men", "young woman", "young women", "millennial", "millennials",
       "Gen Z", "twentysomething", "in his twenties", "in her twenties", "in their twenties"],
      "middle-aged": ["middle-aged", "in his forties", "in her forties", "in their forties", "in his fifties", "in her fifties",
       "in their fifties"],
      "older": ["elderly", "senior citizen", "senior citizens", "older adult", "older adults", "older person", "older people",
       "old person", "old people", "old man", "old men", "old woman", "old women", "older man", "older men", "older woman",
       "older women", "pensioner", "pensioners", "retiree", "retirees", "octogenarian", "octogenarians", "septuagenarian",
       "septuagenarians", "boomer", "boomers", "grandparent", "grandparents", "in his seventies", "in her seventies",
       "in their seventies", "in his eighties", "in her eighties", "in their eighties"]
     },
     "ignore": ["inner child", "Old Man and the Sea", "youth hostel", "youth hostels", "baby steps", "kid gloves"]
    }

    """#
}
