"""The same facts about villages in six languages: syllables of names, sentences, questions.

Sentences need no agreement of number or gender: a value stands where it never changes its form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LANGUAGES = ("en", "es", "fr", "de", "zh", "ar")
SYLLABLES: tuple[tuple[str, str, str], ...] = (
    ("ka", "卡", "كا"), ("lo", "洛", "لو"), ("mi", "米", "مي"), ("ra", "拉", "را"),
    ("no", "诺", "نو"), ("ti", "蒂", "تي"), ("sa", "萨", "سا"), ("du", "杜", "دو"),
    ("ba", "巴", "با"), ("mo", "莫", "مو"), ("li", "利", "لي"), ("na", "纳", "نا"),
    ("ro", "罗", "رو"), ("fi", "菲", "في"), ("to", "托", "تو"), ("ga", "加", "غا"),
)  # fmt: skip
"""What names are made of, in Latin, Chinese and Arabic script."""
SCRIPTS: Mapping[str, int] = {"en": 0, "es": 0, "fr": 0, "de": 0, "zh": 1, "ar": 2}
NUMERIC: Mapping[str, tuple[int, int]] = {
    "founded": (1100, 1899),
    "bridge": (21, 99),
    "wells": (12, 89),
}
"""Attributes that are numbers -> lowest and highest."""
WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "market": {
        "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
        "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
        "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
        "zh": ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"),
        "ar": ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"),
    },
    "good": {
        "en": ("salt", "honey", "wool", "paper", "glass", "copper", "rice", "iron"),
        "es": ("sal", "miel", "lana", "papel", "vidrio", "cobre", "arroz", "hierro"),
        "fr": ("sel", "miel", "laine", "papier", "verre", "cuivre", "riz", "fer"),
        "de": ("Salz", "Honig", "Wolle", "Papier", "Glas", "Kupfer", "Reis", "Eisen"),
        "zh": ("盐", "蜂蜜", "羊毛", "纸", "玻璃", "铜", "大米", "铁"),
        "ar": ("الملح", "العسل", "الصوف", "الورق", "الزجاج", "النحاس", "الأرز", "الحديد"),
    },
}
"""Attributes that are one of a few words."""


@dataclass(frozen=True)
class Language:
    """How a language says it. Slots: e a village, r a river, v a value, y a year, np a village
    however it is named."""

    title: str
    says: Mapping[str, str]
    asks: Mapping[str, str]
    village: str
    by_river: str
    report: str
    newest: str
    person: str
    """How a given and a family name are joined."""
    ask: str
    last: str
    terse: str
    short: str
    steps: str
    think: str
    seen: str
    """A demonstration's working."""
    unseen: str


TEXTS: Mapping[str, Language] = {
    "en": Language(
        "Grounded answers in English",
        {
            "founded": "The village of {e} was founded in {v}.",
            "leader": "The village of {e} is led by {v}.",
            "bridge": "The bridge of the village of {e} is {v} metres long.",
            "market": "The village of {e} holds its market on {v}.",
            "good": "The village of {e} sells {v}.",
            "wells": "The village of {e} has {v} wells.",
            "river": "The village of {e} lies on the river {v}.",
        },
        {
            "founded": "In which year was {np} founded?",
            "leader": "Who leads {np}?",
            "bridge": "How many metres long is the bridge of {np}?",
            "market": "On which day does {np} hold its market?",
            "good": "What does {np} sell?",
            "wells": "How many wells does {np} have?",
        },
        "the village of {e}",
        "the village on the river {r}",
        "Report of {y}:",
        "The newest report counts.",
        "{first} {last}",
        "Answer the question from the passages alone. If they don't say, answer 'not stated'.",
        "end with a line 'Answer: <answer>'.",
        "Reply with the answer only.",
        "Note in a few words what decides it, then",
        "Work step by step, a short line each, then",
        "Think it through: plan, work step by step, check the result, then",
        "The passage says: {said}",
        "No passage says that.",
    ),
    "es": Language(
        "Grounded answers in Spanish",
        {
            "founded": "El pueblo de {e} se fundó en {v}.",
            "leader": "El pueblo de {e} lo dirige {v}.",
            "bridge": "El puente que tiene el pueblo de {e} mide {v} metros.",
            "market": "El pueblo de {e} celebra su mercado el {v}.",
            "good": "El pueblo de {e} vende {v}.",
            "wells": "El pueblo de {e} tiene {v} pozos.",
            "river": "El pueblo de {e} está a orillas del río {v}.",
        },
        {
            "founded": "¿En qué año se fundó {np}?",
            "leader": "¿Quién dirige {np}?",
            "bridge": "¿Cuántos metros mide el puente que tiene {np}?",
            "market": "¿Qué día celebra su mercado {np}?",
            "good": "¿Qué producto vende {np}?",
            "wells": "¿Cuántos pozos tiene {np}?",
        },
        "el pueblo de {e}",
        "el pueblo situado a orillas del río {r}",
        "Informe de {y}:",
        "Vale el informe más reciente.",
        "{first} {last}",
        "Responde a la pregunta solo con lo que dicen los textos. Si no lo dicen, responde "
        "'no consta'.",
        "termina con una línea 'Answer: <respuesta>'.",
        "Escribe solo la respuesta.",
        "Anota en pocas palabras qué lo decide y",
        "Trabaja paso a paso, una línea corta por paso, y",
        "Piénsalo bien: haz un plan, trabaja paso a paso, comprueba el resultado y",
        "El texto dice: {said}",
        "Ningún texto lo dice.",
    ),
    "fr": Language(
        "Grounded answers in French",
        {
            "founded": "Le village de {e} a été fondé en {v}.",
            "leader": "Le village de {e} est dirigé par {v}.",
            "bridge": "Le pont que possède le village de {e} mesure {v} mètres.",
            "market": "Le village de {e} tient son marché le {v}.",
            "good": "Le village de {e} vend une marchandise : {v}.",
            "wells": "Le village de {e} possède {v} puits.",
            "river": "Le village de {e} se trouve au bord de la rivière {v}.",
        },
        {
            "founded": "En quelle année {np} a-t-il été fondé ?",
            "leader": "Qui dirige {np} ?",
            "bridge": "Combien de mètres mesure le pont que possède {np} ?",
            "market": "Quel jour {np} tient-il son marché ?",
            "good": "Quelle marchandise {np} vend-il ?",
            "wells": "Combien de puits {np} possède-t-il ?",
        },
        "le village de {e}",
        "le village situé au bord de la rivière {r}",
        "Rapport de {y} :",
        "Le rapport le plus récent fait foi.",
        "{first} {last}",
        "Réponds à la question uniquement d'après les textes. S'ils ne le disent pas, réponds "
        "'non précisé'.",
        "termine par une ligne 'Answer: <réponse>'.",
        "Écris seulement la réponse.",
        "Note en quelques mots ce qui est décisif, puis",
        "Travaille pas à pas, une courte ligne par étape, puis",
        "Réfléchis bien : fais un plan, travaille pas à pas, vérifie le résultat, puis",
        "Le texte dit : {said}",
        "Aucun texte ne le dit.",
    ),
    "de": Language(
        "Grounded answers in German",
        {
            "founded": "Das Dorf {e} wurde im Jahr {v} gegründet.",
            "leader": "Das Dorf {e} wird von {v} geleitet.",
            "bridge": "Die Brücke, die das Dorf {e} hat, ist {v} Meter lang.",
            "market": "Das Dorf {e} hält am {v} Markt.",
            "good": "Das Dorf {e} verkauft {v}.",
            "wells": "Das Dorf {e} hat {v} Brunnen.",
            "river": "Das Dorf {e} liegt am Fluss {v}.",
        },
        {
            "founded": "In welchem Jahr wurde {np} gegründet?",
            "leader": "Wer leitet {np}?",
            "bridge": "Wie viele Meter lang ist die Brücke, die {np} hat?",
            "market": "An welchem Tag hält {np} Markt?",
            "good": "Welche Ware verkauft {np}?",
            "wells": "Wie viele Brunnen hat {np}?",
        },
        "das Dorf {e}",
        "das Dorf am Fluss {r}",
        "Bericht von {y}:",
        "Es gilt der neueste Bericht.",
        "{first} {last}",
        "Beantworte die Frage nur anhand der Texte. Wenn sie es nicht sagen, antworte "
        "'nicht angegeben'.",
        "schließe mit einer Zeile 'Answer: <Antwort>'.",
        "Schreibe nur die Antwort.",
        "Notiere in wenigen Worten, was den Ausschlag gibt, und",
        "Arbeite Schritt für Schritt, je eine kurze Zeile, und",
        "Denke gründlich nach: plane, arbeite Schritt für Schritt, prüfe das Ergebnis, und",
        "Der Text sagt: {said}",
        "Kein Text sagt es.",
    ),
    "zh": Language(
        "Grounded answers in Chinese",
        {
            "founded": "{e}村建于{v}年。",
            "leader": "{e}村由{v}管理。",
            "bridge": "{e}村的桥长{v}米。",
            "market": "{e}村在{v}赶集。",
            "good": "{e}村出售{v}。",
            "wells": "{e}村有{v}口井。",
            "river": "{e}村在{v}河边。",
        },
        {
            "founded": "{np}建于哪一年？",
            "leader": "{np}由谁管理？",
            "bridge": "{np}的桥长多少米？",
            "market": "{np}在星期几赶集？",
            "good": "{np}出售什么货物？",
            "wells": "{np}有多少口井？",
        },
        "{e}村",
        "{r}河边的村子",
        "{y}年的报告：",
        "以最新的报告为准。",
        "{first}·{last}",
        "只根据下面的文字回答问题。如果文字中没有说明，请回答“未提及”。",
        "最后一行写“Answer: <答案>”。",
        "只写答案。",
        "先用几个字说明依据，",
        "一步一步地做，每步写短短一行，",
        "仔细思考：先计划，再一步一步地做，检查结果，",
        "文中说：{said}",
        "文中没有说明。",
    ),
    "ar": Language(
        "Grounded answers in Arabic",
        {
            "founded": "تأسست قرية {e} في عام {v}.",
            "leader": "رئاسة قرية {e} بيد {v}.",
            "bridge": "طول جسر قرية {e} بالمتر هو {v}.",
            "market": "يقام سوق قرية {e} يوم {v}.",
            "good": "السلعة التي تبيعها قرية {e} هي {v}.",
            "wells": "عدد آبار قرية {e} هو {v}.",
            "river": "تقع قرية {e} على نهر {v}.",
        },
        {
            "founded": "في أي عام تأسست {np}؟",
            "leader": "بيد من رئاسة {np}؟",
            "bridge": "كم طول جسر {np} بالمتر؟",
            "market": "في أي يوم يقام سوق {np}؟",
            "good": "ما السلعة التي تبيعها {np}؟",
            "wells": "كم عدد آبار {np}؟",
        },
        "قرية {e}",
        "القرية الواقعة على نهر {r}",
        "تقرير عام {y}:",
        "التقرير الأحدث هو المعتمد.",
        "{first} {last}",
        "أجب عن السؤال اعتمادًا على النصوص وحدها. إذا لم تذكر النصوص الجواب فأجب 'غير مذكور'.",
        "اختم بسطر 'Answer: <الجواب>'.",
        "اكتب الجواب فقط.",
        "اذكر في كلمات قليلة ما يحسم الأمر، ثم",
        "اعمل خطوة بخطوة، سطرًا قصيرًا لكل خطوة، ثم",
        "فكّر جيدًا: ضع خطة، واعمل خطوة بخطوة، وتحقق من النتيجة، ثم",
        "يقول النص: {said}",
        "لا يقول ذلك أي نص.",
    ),
}
DEMO_NAMES: Mapping[int, tuple[str, str]] = {
    0: ("Pufago", "Zeluku"),
    1: ("普法戈", "泽卢库"),
    2: ("بوفاغو", "زيلوكو"),
}
"""Script -> villages of the demonstrations: no sample has their names."""
