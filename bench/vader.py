"""A scorer that takes the steps of VADER (Hutto and Gilbert 2014) as its Python program vaderSentiment takes them: emoji to words, tokens without punctuation, for each word
of the list capitals, boosters and negations up to three words back, idioms, "least", "but", exclamation and question marks, and the shares of the three classes.
Only the lists are short and made up here; looking a word up costs the same in a longer one."""
import math
import string

WORDS = {"late": -1.3, "useless": -2.0, "charged": -0.8, "refuse": -1.6, "refund": -0.6, "quick": 1.4, "friendly": 2.2, "great": 3.1, "beautiful": 2.9, "bad": -2.5, "terrible": -2.9, "never": -0.9, "solved": 1.6,
         "thank": 1.5, "broke": -1.8, "happy": 2.7, "recommend": 1.7, "crashes": -1.9, "damaged": -2.0, "torn": -1.4, "позже": -1.0, "отвечает": -0.4, "списали": -0.9, "возвращают": -0.6, "отличный": 2.9, "вовремя": 1.5,
         "хорошо": 1.9, "ужасное": -2.9, "сломалась": -2.0, "доволен": 2.4, "советую": 2.0, "нагрубил": -2.7, "бросил": -1.4, "браком": -2.2, "спасибо": 1.9, "вылетает": -1.8, "вежливый": 2.1, "быстрая": 1.5, "пропали": -1.9}
BOOST = {"very": 0.293, "really": 0.293, "absolutely": 0.293, "so": 0.293, "очень": 0.293, "совсем": 0.293, "slightly": -0.293, "немного": -0.293}
NEGATE = {"not", "no", "never", "none", "nobody", "cannot", "without", "isn't", "don't", "didn't", "won't", "не", "нет", "никогда", "никто", "ни", "без"}
BUT = ("but", "но", "однако")
EMOJI = {"\U0001F600": "grinning face", "\U0001F621": "pouting face", "\U0001F44D": "thumbs up", "\U0001F44E": "thumbs down"}
IDIOMS = {"the bomb": 3.0, "bad ass": 1.5, "yeah right": -2.0, "kiss of death": -1.5, "to die for": 3.0, "beating heart": 3.1, "broken heart": -2.9}
CAPITALS, NEGATED, NORMAL = 0.733, -0.74, 15


def emoji_to_words(text):
    out, blank = "", True
    for c in text:
        if c in EMOJI:
            out += ("" if blank else " ") + EMOJI[c]
            blank = False
        else:
            out += c
            blank = c == " "
    return out.strip()


def strip_punctuation(word):
    bare = word.strip(string.punctuation + "«»…")
    return word if len(bare) <= 2 else bare


def some_capitals(words):
    n = sum(1 for w in words if w.isupper())
    return 0 < n < len(words)


def negated(words):
    words = [w.lower() for w in words]
    return any(w in NEGATE for w in words) or any("n't" in w for w in words)


def boost(word, valence, capitals):
    scalar = BOOST.get(word.lower(), 0.0)
    if scalar and valence < 0:
        scalar = -scalar
    if scalar and word.isupper() and capitals:
        scalar += CAPITALS if valence > 0 else -CAPITALS
    return scalar


def negation(valence, lower, back, i):
    if back == 0:
        return valence * NEGATED if negated([lower[i - 1]]) else valence
    if back == 1:
        if lower[i - 2] == "never" and lower[i - 1] in ("so", "this"):
            return valence * 1.25
        if lower[i - 2] == "without" and lower[i - 1] == "doubt":
            return valence
        return valence * NEGATED if negated([lower[i - 2]]) else valence
    if lower[i - 3] == "never" and (lower[i - 2] in ("so", "this") or lower[i - 1] in ("so", "this")):
        return valence * 1.25
    if lower[i - 3] == "without" and (lower[i - 2] == "doubt" or lower[i - 1] == "doubt"):
        return valence
    return valence * NEGATED if negated([lower[i - 3]]) else valence


def idioms(valence, lower, i):
    before = [" ".join(lower[i - 1:i + 1]), " ".join(lower[i - 2:i + 1]), " ".join(lower[i - 2:i]), " ".join(lower[i - 3:i]), " ".join(lower[i - 3:i - 1])]
    for words in before:
        if words in IDIOMS:
            valence = IDIOMS[words]
            break
    if len(lower) - 1 > i and " ".join(lower[i:i + 2]) in IDIOMS:
        valence = IDIOMS[" ".join(lower[i:i + 2])]
    if len(lower) - 1 > i + 1 and " ".join(lower[i:i + 3]) in IDIOMS:
        valence = IDIOMS[" ".join(lower[i:i + 3])]
    for words in (before[3], before[4], before[2]):
        if words in BOOST:
            valence += BOOST[words]
    return valence


def least(valence, lower, i):
    if i > 0 and lower[i - 1] == "least" and lower[i - 1] not in WORDS and not (i > 1 and lower[i - 2] in ("at", "very")):
        return valence * NEGATED
    return valence


def valence_of(words, lower, i, capitals):
    word = lower[i]
    if word not in WORDS:
        return 0.0
    valence = WORDS[word]
    if word == "no" and i + 1 != len(words) and lower[i + 1] in WORDS:
        valence = 0.0
    if any(i > back and lower[i - back - 1] == "no" for back in range(3)):
        valence = WORDS[word] * NEGATED
    if words[i].isupper() and capitals:
        valence += CAPITALS if valence > 0 else -CAPITALS
    for back in range(3):
        if i > back and lower[i - back - 1] not in WORDS:
            s = boost(words[i - back - 1], valence, capitals)
            valence += s * (1.0, 0.95, 0.9)[back]
            valence = negation(valence, lower, back, i)
            if back == 2:
                valence = idioms(valence, lower, i)
    return least(valence, lower, i)


def emphasis(text):
    n = text.count("?")
    return min(text.count("!"), 4) * 0.292 + (0.0 if n < 2 else n * 0.18 if n <= 3 else 0.96)


def score(text):
    """Like polarity_scores(): {"neg", "neu", "pos", "compound"}."""
    text = emoji_to_words(text)
    words = [strip_punctuation(w) for w in text.split()]
    capitals = some_capitals(words)
    lower = [w.lower() for w in words]
    found = []
    for i, w in enumerate(lower):
        if w in BOOST or (i < len(lower) - 1 and w == "kind" and lower[i + 1] == "of"):
            found.append(0.0)
        else:
            found.append(valence_of(words, lower, i, capitals))
    for but in BUT:
        if but in lower:
            at = lower.index(but)
            found = [v * 0.5 if i < at else v * 1.5 if i > at else v for i, v in enumerate(found)]
    if not found:
        return {"neg": 0.0, "neu": 0.0, "pos": 0.0, "compound": 0.0}
    total = float(sum(found))
    more = emphasis(text)
    total += more if total > 0 else -more if total < 0 else 0.0
    pos, neg, neu = sum(v + 1 for v in found if v > 0), sum(v - 1 for v in found if v < 0), sum(1 for v in found if v == 0)
    if pos > abs(neg):
        pos += more
    elif pos < abs(neg):
        neg -= more
    whole = pos + abs(neg) + neu
    return {"neg": round(abs(neg / whole), 3), "neu": round(abs(neu / whole), 3), "pos": round(abs(pos / whole), 3), "compound": round(total / math.sqrt(total * total + NORMAL), 4)}
