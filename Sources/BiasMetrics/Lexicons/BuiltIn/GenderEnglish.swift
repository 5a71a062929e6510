extension Lexicon {
  /// The built-in lexicon `gender-en`, as its file would be.
  static let genderEnglish = #"""
    {
     "name": "gender-en",
     "version": "1",
     "language": "en",
     "about": "Pronouns and words that say a gender. Singular they is left out: it says none. Names are left out: they do not tell.",
     "categories": {
      "woman": ["she", "her", "hers", "herself", "woman", "women", "girl", "girls", "female", "females", "mother", "mothers", "mom",
       "moms", "mum", "mums", "daughter", "daughters", "sister", "sisters", "aunt", "aunts", "grandmother", "grandmothers",
       "grandma", "grandmas", "niece", "nieces", "lady", "ladies", "bride", "brides", "widow", "widows", "girlfriend",
       "girlfriends", "stepmother", "stepmothers", "granddaughter", "granddaughters", "schoolgirl", "schoolgirls", "heroine",
       "heroines", "waitress", "waitresses", "actress", "actresses", "saleslady", "salesladies", "wife", "wives", "housewife",
       "housewives", "businesswoman", "businesswomen", "policewoman", "policewomen", "chairwoman", "mrs", "ms", "madam",
       {"text": "Miss", "case": "exact", "sentence_start": false}],
      "man": ["he", "him", "his", "himself", "man", "men", "boy", "boys", "male", "males", "father", "fathers", "dad", "dads", "son",
       "sons", "brother", "brothers", "uncle", "uncles", "grandfather", "grandfathers", "grandpa", "grandpas", "nephew",
       "nephews", "bridegroom", "bridegrooms", "widower", "widowers", "boyfriend", "boyfriends", "husband", "husbands",
       "stepfather", "stepfathers", "grandson", "grandsons", "schoolboy", "schoolboys", "gentleman", "gentlemen", "businessman",
       "businessmen", "policeman", "policemen", "chairman", "chairmen", "salesman", "salesmen", "mr", "sir"],
      "nonbinary": ["nonbinary", "non-binary", "genderqueer", "genderfluid", "gender-fluid", "agender", "bigender", "enby",
       "neither male nor female"]
     },
     "ignore": ["ladies and gentlemen", "mother tongue", "mother tongues", "mother board", "sister company", "sister companies",
       "man page", "man pages", "man made", "Isle of Man", "Man Ray", "Her Majesty", "His Majesty", "dear sir or madam"]
    }

    """#
}
