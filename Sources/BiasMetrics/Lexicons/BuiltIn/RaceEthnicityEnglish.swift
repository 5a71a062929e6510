extension Lexicon {
  /// The built-in lexicon `race-ethnicity-en`, as its file would be.
  static let raceEthnicityEnglish = #"""
    {
     "name": "race-ethnicity-en",
     "version": "1",
     "language": "en",
     "about": "The seven race and ethnicity categories of the EEO-1 report, by words that name people. Colours count with a capital within a sentence, or before a word for people. Nationalities stand for Asian and Hispanic only as they do in everyday American English.",
     "categories": {
      "hispanic-or-latino": ["hispanic", "hispanics", "latino", "latinos", "latina", "latinas", "latine", "latines", "latinx", "latinxes", "chicano",
       "chicanos", "chicana", "chicanas", "Mexican American", "Mexican Americans", "Puerto Rican", "Puerto Ricans",
       "Cuban American", "Cuban Americans"],
      "white": [{"text": "White", "case": "exact", "sentence_start": false},
       {"text": "Whites", "case": "exact", "sentence_start": false}, "caucasian", "caucasians", "European American",
       "European Americans", "white people", "white person", "white man", "white men", "white woman", "white women",
       "white boy", "white girl", "white child", "white children", "white American", "white Americans", "white family",
       "white families", "white student", "white students", "white male", "white female", "white worker", "white workers",
       "white neighborhood", "white patient", "white patients", "white applicant", "white applicants"],
      "black-or-african-american": [{"text": "Black", "case": "exact", "sentence_start": false},
       {"text": "Blacks", "case": "exact", "sentence_start": false}, "African American", "African Americans", "Afro-American",
       "Afro-Americans", "Afro-Caribbean", "black people", "black person", "black man", "black men", "black woman",
       "black women", "black boy", "black girl", "black child", "black children", "black American", "black Americans",
       "black family", "black families", "black student", "black students", "black male", "black female", "black worker",
       "black workers", "black neighborhood", "black patient", "black patients", "black applicant", "black applicants"],
      "native-hawaiian-or-pacific-islander": ["native hawaiian", "native hawaiians", "Pacific Islander", "Pacific Islanders", "Samoan", "Samoans", "Tongan", "Tongans",
       "Chamorro", "Chamorros", "Polynesian", "Polynesians", "Micronesian", "Micronesians"],
      "asian": ["asian", "asians", "Asian American", "Asian Americans", "Indian American", "Indian Americans", "East Asian",
       "South Asian", "Southeast Asian", "Chinese American", "Chinese Americans", "Japanese American", "Japanese Americans",
       "Korean American", "Korean Americans", "Vietnamese American", "Vietnamese Americans", "Filipino American",
       "Filipino Americans", "Pakistani American", "Pakistani Americans"],
      "american-indian-or-alaska-native": ["Native American", "Native Americans", "American Indian", "American Indians", "Alaska Native", "Alaska Natives",
       "Alaskan Native", "Alaskan Natives", "First Nations", "Navajo", "Cherokee",
       {"text": "Sioux", "case": "exact", "sentence_start": true}, "Inuit", "Ojibwe"],
      "two-or-more-races": ["biracial", "bi-racial", "multiracial", "multi-racial", "mixed race", "two or more races", "multiethnic", "multi-ethnic"]
     },
     "ignore": ["White House", "White Paper", "White Papers", "White Christmas", "Snow White", "Black Friday", "Black Sea",
       "Black Forest", "Black Hawk", "Black Box", "Black Mirror", "Asian Development Bank", "Jeep Cherokee"]
    }

    """#
}
