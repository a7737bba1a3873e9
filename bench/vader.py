"""A scorer in the manner of VADER (Hutto and Gilbert 2014) in plain Python: word weights, boosters, negation in the three words before, "but", capitals,
exclamation marks. The word list is short and made up here; the steps for a word, which is what costs, are those of the paper."""
import math
import string

WORDS = {"late": -1.3, "useless": -2.0, "charged": -0.8, "refuse": -1.6, "refund": -0.6, "quick": 1.4, "friendly": 2.2, "great": 3.1, "beautiful": 2.9, "bad": -2.5, "terrible": -2.9, "never": -0.9, "solved": 1.6,
         "thank": 1.5, "broke": -1.8, "happy": 2.7, "recommend": 1.7, "crashes": -1.9, "damaged": -2.0, "torn": -1.4, "позже": -1.0, "отвечает": -0.4, "списали": -0.9, "возвращают": -0.6, "отличный": 2.9, "вовремя": 1.5,
         "хорошо": 1.9, "ужасное": -2.9, "сломалась": -2.0, "доволен": 2.4, "советую": 2.0, "нагрубил": -2.7, "бросил": -1.4, "браком": -2.2, "спасибо": 1.9, "вылетает": -1.8, "вежливый": 2.1, "быстрая": 1.5, "пропали": -1.9}
BOOST = {"very": 0.293, "really": 0.293, "absolutely": 0.293, "so": 0.293, "очень": 0.293, "совсем": 0.293, "slightly": -0.293, "немного": -0.293}
NEGATE = {"not", "no", "never", "none", "nobody", "cannot", "without", "isn't", "don't", "didn't", "won't", "не", "нет", "никогда", "никто", "ни", "без"}
BUT = {"but", "но", "однако"}
IDIOMS = {"the bomb": 3.0, "bad ass": 1.5, "yeah right": -2.0, "kiss of death": -1.5, "at all": -0.5}


def tokens(text):
    out = []
    for w in text.split():
        bare = w.strip(string.punctuation + "«»…")
        out.append(bare if len(bare) > 2 or bare.isalpha() else w)
    return out


def boost(word, valence, shouting):
    scalar = BOOST.get(word.lower(), 0.0)
    if scalar and valence < 0:
        scalar = -scalar
    if scalar and word.isupper() and shouting:
        scalar += 0.733 if valence > 0 else -0.733
    return scalar


def valence_of(words, lower, i, shouting):
    valence = WORDS.get(lower[i], 0.0)
    if not valence:
        return 0.0
    if words[i].isupper() and shouting:
        valence += 0.733 if valence > 0 else -0.733
    for back in range(3):
        if i > back and lower[i - back - 1] not in WORDS:
            s = boost(words[i - back - 1], valence, shouting)
            valence += s * (1.0, 0.95, 0.9)[back]
            if lower[i - back - 1] in NEGATE or lower[i - back - 1].endswith("n't"):
                valence *= -0.74
            if back == 2:
                for n in (2, 3):
                    idiom = IDIOMS.get(" ".join(lower[i - n + 1:i + 1]))
                    if idiom:
                        valence = idiom
    return valence


def score(text):
    words = tokens(text)
    lower = [w.lower() for w in words]
    n_upper = sum(1 for w in words if w.isupper())
    shouting = 0 < n_upper < len(words)
    found = [0.0 if w in BOOST else valence_of(words, lower, i, shouting) for i, w in enumerate(lower)]
    for but in BUT:
        if but in lower:
            at = lower.index(but)
            found = [v * 0.5 if i < at else v * 1.5 if i > at else v for i, v in enumerate(found)]
    total = sum(found)
    emphasis = min(text.count("!"), 4) * 0.292
    total += emphasis if total > 0 else -emphasis if total < 0 else 0.0
    return total / math.sqrt(total * total + 15)
