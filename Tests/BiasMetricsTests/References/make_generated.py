"""Figures for the tests of generated content, made by scipy, statsmodels, rouge-score, langfair and, for benchmarks, plain
re-derivations of the published scripts.

    pip install numpy scipy statsmodels rouge-score nltk rich && pip install --no-deps langfair
    python make_generated.py > generated.json
"""
import contextlib, io, json, math, pathlib, random, site, sys, types
import numpy as np
from scipy import stats
from scipy.spatial.distance import jensenshannon
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

rng = np.random.default_rng(7)
out = {}

# CrowS-Pairs, as its metric.py counts. Scores near ties, some equal once rounded to three decimals.
rows = []
for k in range(400):
    base = round(float(rng.normal(-40, 10)), 4)
    gap = float(rng.choice([0, 0.0002, -0.0003, 0.0005, rng.normal(0.2, 1)]))
    rows.append([base + gap, base, "stereo" if rng.random() < 0.8 else "antistereo"])
n = neutral = ts = ta = hs = ha = 0
for more, less, direction in rows:
    n += 1
    first, second = (more, less) if direction == "stereo" else (less, more)
    first, second = round(first, 3), round(second, 3)
    if first == second:
        neutral += 1
    elif direction == "stereo":
        ts += 1
        hs += first > second
    else:
        ta += 1
        ha += second > first
out["crows_pairs"] = {
    "rows": rows, "score": (hs + ha) / n * 100, "stereotype": hs / ts * 100, "antistereotype": ha / ta * 100,
    "neutral": neutral, "wilson": list(proportion_confint(hs + ha, n, method="wilson")),
    "p": stats.binomtest(hs + ha, n - neutral).pvalue,
}

# StereoSet, as its evaluation.py averages over terms.
rows = []
for k in range(300):
    rows.append([f"term{rng.integers(0, 23)}"] + [float(rng.integers(0, 6)) for _ in range(3)])
terms = {}
for term, pro, anti, unrelated in rows:
    c = terms.setdefault(term, [0, 0, 0])
    c[0] += 1
    c[1] += pro > anti
    c[2] += (pro > unrelated) + (anti > unrelated)
ss = float(np.mean([100 * c[1] / c[0] for c in terms.values()]))
lms = float(np.mean([100 * c[2] / (2 * c[0]) for c in terms.values()]))
out["stereoset"] = {"rows": rows, "ss": ss, "lms": lms, "icat": lms * min(ss, 100 - ss) / 50}

# Coreference: pro - anti with Newcombe's interval and Fisher's test; a slope on shares.
pro, anti = (150, 196), (118, 188)
xs = [float(x) for x in rng.uniform(5, 95, 20)]
ys = [0.002 * x + float(rng.normal(0, 0.05)) for x in xs]
line = stats.linregress(xs, ys)
t = stats.t.ppf(0.975, len(xs) - 2)
out["coreference"] = {
    "pro": pro, "anti": anti, "difference": pro[0] / pro[1] - anti[0] / anti[1],
    "newcombe": list(confint_proportions_2indep(*pro, *anti, method="newcomb", compare="diff")),
    "fisher": stats.fisher_exact([[pro[0], pro[1] - pro[0]], [anti[0], anti[1] - anti[0]]])[1],
    "x": xs, "y": ys, "slope": line.slope, "r": line.rvalue, "p": line.pvalue,
    "interval": [line.slope - t * line.stderr, line.slope + t * line.stderr],
}

# Scores by group.
groups = {g: [round(float(v), 2) for v in rng.normal(m, 0.2, k)] for g, m, k in [("a", 0.5, 40), ("b", 0.6, 25), ("c", 0.52, 60)]}
pairs, level = [], 1 - 0.05 / 3
for f, s in [("a", "b"), ("a", "c"), ("b", "c")]:
    x, y = groups[f], groups[s]
    welch = stats.ttest_ind(x, y, equal_var=False)
    ci = welch.confidence_interval(level)
    pairs.append({
        "first": f, "second": s, "difference": float(np.mean(x) - np.mean(y)), "interval": [ci.low, ci.high],
        "wasserstein": stats.wasserstein_distance(x, y), "p": stats.mannwhitneyu(x, y, method="asymptotic").pvalue,
    })
for pair, p in zip(pairs, multipletests([p["p"] for p in pairs], method="fdr_bh")[1]):
    pair["adjusted"] = float(p)
means = {g: [float(np.mean(v))] + list(stats.t.interval(0.95, len(v) - 1, np.mean(v), stats.sem(v))) for g, v in groups.items()}
out["groups"] = {"scores": groups, "pairs": pairs, "means": means}

# Representation: distances, tests and intervals of counts against a reference; shares corrected for a labeller's errors.
counts, reference = [57, 23, 8, 0], [0.5, 0.3, 0.15, 0.05]
n = sum(counts)
p, q = np.array(counts) / n, np.array(reference)
matrix = np.array([[80, 15, 5], [10, 60, 10], [2, 8, 40]])
labels = np.array([150, 90, 60])
chances = matrix / matrix.sum(1, keepdims=True)
seen = labels / labels.sum()
inverse = np.linalg.inv(chances.T)
true = inverse @ seen
covariance = (np.diag(seen) - np.outer(seen, seen)) / labels.sum()
for k in range(3):
    covariance = covariance + true[k] ** 2 * (np.diag(chances[k]) - np.outer(chances[k], chances[k])) / matrix[k].sum()
errors = np.sqrt(np.diag(inverse @ covariance @ inverse.T))
z = stats.norm.ppf(1 - 0.05 / 2 / 3)
out["representation"] = {
    "counts": counts, "reference": reference,
    "intervals": [list(proportion_confint(c, n, alpha=0.05 / 4, method="wilson")) for c in counts],
    "tv": float(np.abs(p - q).sum() / 2), "kl": stats.entropy(p, q), "js": jensenshannon(p, q) ** 2,
    "hellinger": float(np.sqrt(((np.sqrt(p) - np.sqrt(q)) ** 2).sum() / 2)),
    "expected_tv": float(sum(stats.binom(n, r).expect(lambda x: abs(x / n - r)) for r in reference) / 2),
    "chi_square_p": stats.chisquare([570, 230, 80, 20], [900 * r for r in reference]).pvalue,
    "entropy": stats.entropy(p) / math.log(4),
    "confusion": matrix.tolist(), "labels": labels.tolist(), "corrected": true.tolist(),
    "corrected_intervals": [[max(0, t - z * e), min(1, t + z * e)] for t, e in zip(true, errors)],
}

# Likeness of texts.
from rouge_score import rouge_scorer

scorer = rouge_scorer.RougeScorer(["rougeL"], use_stemmer=False)
draw = random.Random(5)
words = "she he the nurse doctor said that was here and left early with old friends".split()


def edit_distance(a, b):
    table = list(range(len(b) + 1))
    for i, x in enumerate(a):
        corner, table[0] = table[0], i + 1
        for j, y in enumerate(b):
            corner, table[j + 1] = table[j + 1], min(table[j + 1] + 1, table[j] + 1, corner + (x != y))
    return table[-1]


out["similarity"] = []
for k in range(40):
    a, b = ([draw.choice(words) for _ in range(draw.randint(1, 30))] for _ in range(2))
    out["similarity"].append({
        "a": " ".join(a), "b": " ".join(b), "jaccard": len(set(a) & set(b)) / len(set(a) | set(b)),
        "rouge_l": scorer.score(" ".join(a), " ".join(b))["rougeL"].fmeasure,
        "edit": 1 - edit_distance(a, b) / max(len(a), len(b)),
    })

# Association by langfair's own code, cutting at spaces and leaving no stop words out (its data would have to be downloaded).
import nltk.corpus, nltk.tokenize

nltk.corpus.stopwords = types.SimpleNamespace(words=lambda language: [])
nltk.tokenize.word_tokenize = lambda text: text.split()
root = pathlib.Path(site.getsitepackages()[0]) / "langfair"
for name in ["langfair", "langfair.metrics.recommendation", "langfair.metrics.recommendation.metrics", "langfair.metrics", "langfair.metrics.stereotype", "langfair.metrics.stereotype.metrics",
             "langfair.constants", "langfair.utils"]:
    module = types.ModuleType(name)
    module.__path__ = [str(root.joinpath(*name.split(".")[1:]))]
    sys.modules[name] = module
from langfair.metrics.stereotype.metrics.associations import StereotypicalAssociations
from langfair.metrics.stereotype.metrics.cooccurrence import CooccurrenceBiasMetric

groups = {"woman": ["she", "her"], "man": ["he", "his", "him"]}
targets = ["nurse", "doctor", "baker"]
words = "she her he his him nurse doctor baker the old red house went home".split()
texts = [" ".join(draw.choice(words) for _ in range(draw.randint(3, 25))) for _ in range(60)]
with contextlib.redirect_stdout(io.StringIO()):
    cobs = CooccurrenceBiasMetric(demographic_group_word_lists=groups, stereotype_word_list=targets, how="word_level")
    association = StereotypicalAssociations(demographic_group_word_lists=groups, stereotype_word_list=targets)
    out["association"] = {
        "groups": groups, "targets": targets, "texts": texts, "cobs": cobs.evaluate(texts, show_progress_bars=False),
        "helm": float(association.evaluate(texts)),
    }

# Recommended lists by langfair.
from langfair.metrics.recommendation.metrics.jaccard import JaccardSimilarity
from langfair.metrics.recommendation.metrics.prag import PRAG
from langfair.metrics.recommendation.metrics.serp import SERP

out["rankings"] = []
for k in [1, 2, 3, 5, 10]:
    for _ in range(8):
        a, b = (draw.sample([f"item{i}" for i in range(2 * k)], k) for _ in range(2))
        if draw.random() < 0.2:
            b = a
        out["rankings"].append({
            "a": a, "b": b, "jaccard": JaccardSimilarity().evaluate(a, b), "serp": SERP().evaluate(a, b),
            "prag": PRAG().evaluate(a, b), "same": a == b,
        })

json.dump(json.loads(json.dumps(out, default=float)), fp=__import__("sys").stdout, indent=0)
