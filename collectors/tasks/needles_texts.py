"""Words and sentences that `needles` hides its facts among; none of them holds a digit."""

from __future__ import annotations

ADJECTIVES = (
    "amber", "black", "blue", "brass", "broken", "bronze", "brown", "clean", "copper", "dark",
    "empty", "glass", "golden", "green", "grey", "heavy", "iron", "ivory", "large", "light",
    "little", "long", "narrow", "new", "open", "orange", "painted", "pink", "plain", "purple",
    "quiet", "red", "round", "silver", "small", "square", "striped", "tall", "white", "wooden",
    "yellow",
)  # fmt: skip
THINGS = (
    "anchor", "basket", "bell", "bench", "bicycle", "boat", "bottle", "box", "bucket", "cabinet",
    "camera", "candle", "cart", "chair", "chest", "clock", "coat", "compass", "crate", "cup",
    "desk", "door", "drawer", "drum", "engine", "fan", "flag", "gate", "globe", "hammer", "jar",
    "kettle", "key", "kite", "ladder", "lamp", "lantern", "lock", "map", "mirror", "organ", "oven",
    "parcel", "piano", "pump", "radio", "rope", "safe", "scale", "shelf", "stove", "table",
    "tent", "trunk", "umbrella", "vase", "violin", "wagon", "wheel", "window",
)  # fmt: skip
PLACES = (
    "archive", "attic", "bakery", "barn", "basement", "bank", "tavern",
    "cellar", "chapel", "clinic",
    "cottage", "courtyard", "dairy", "factory", "ferry", "forge", "gallery", "garage", "garden",
    "greenhouse", "hall", "harbour", "hotel", "kitchen", "laboratory", "library", "lighthouse",
    "market", "mill", "museum", "office", "orchard", "pavilion", "pharmacy", "school", "stable",
    "station", "studio", "theatre", "tower", "vault", "warehouse", "workshop",
)  # fmt: skip
PEOPLE = (
    "baker", "captain", "carpenter", "cook", "doctor", "driver", "farmer", "gardener", "guard",
    "guest", "judge", "librarian", "painter", "pilot", "plumber", "sailor", "singer", "tailor",
    "teacher", "watchman", "weaver", "writer",
)  # fmt: skip
CHATTER = (
    "In the morning the {person} carried the {thing} to the {place} and came back without a word.",
    "Nobody could say why the {person} had painted the {thing} in the {place} again.",
    "The {person} spoke for a long while about the {place}, and then about the {thing}.",
    "It rained all day, so the {person} stayed in the {place} and mended a {thing}.",
    "A letter said that the {thing} would be sent to the {place} as soon as the {person} had time.",
    "The {person} asked twice whether the {thing} could be moved out of the {place}.",
    "From the {place} one could hear the {person} singing beside the {thing}.",
    "When the {person} opened the {place}, the {thing} stood where it had always stood.",
    "The {person} wrote down everything about the {thing}, except where the {place} was.",
    "After supper the {person} walked past the {place} and looked for the {thing}.",
    "Some thought that the {thing} belonged to the {person}, others that the {place} owned it.",
    "The {place} was closed for the winter, and the {person} took the {thing} home.",
)
OTHERS = ("number", "old code", "weight in grams", "spare code", "price in cents")
"""What else than its code may be said of a thing."""
