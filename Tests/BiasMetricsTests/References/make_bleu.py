"""Writes bleu.json: sentence BLEU of texts of words, both ways, as sacrebleu computes it.

    pip install sacrebleu==2.6.0
    python3 make_bleu.py > bleu.json
"""

import json
import random

from sacrebleu.metrics import BLEU

random.seed(20261125)
bleu = BLEU(smooth_method="exp", effective_order=True, tokenize="none")
words = "the a nurse doctor said that they would help soon because it was late and quiet".split()
pairs = []
for length in [1, 2, 3, 4, 5, 8, 12, 20, 35, 60]:
    for change in [0.0, 0.2, 0.6, 1.0]:
        first = [random.choice(words) for _ in range(length)]
        second = [random.choice(words) if random.random() < change else word for word in first]
        if random.random() < 0.4:
            second = second[: max(1, len(second) // 2)]
        if random.random() < 0.2:
            second += [random.choice(words) for _ in range(6)]
        pairs.append((first, second))
pairs.append((["x", "y"], ["a", "b", "c"]))
pairs.append((["a", "x", "y", "z"], ["a", "b", "c", "d"]))
print(
    json.dumps(
        [
            {
                "first": " ".join(first),
                "second": " ".join(second),
                "bleu": bleu.sentence_score(" ".join(first), [" ".join(second)]).score / 100,
                "reversed": bleu.sentence_score(" ".join(second), [" ".join(first)]).score / 100,
            }
            for first, second in pairs
        ],
        indent=1,
    )
)
