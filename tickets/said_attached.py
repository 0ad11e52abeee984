# ruff: noqa: E501  languages stand in lines of their own
"""Whether a text says that a file comes with it, in the languages of our customers."""

import re

# What can only be said by who attaches something.
_OFFERS = (
    # en
    r"\b(?:i|we)(?:['’]ve| have| am|['’]m| are|['’]re)? (?:\w+ )?(?:attach|attached|attaching|enclose|enclosed|enclosing)\b",
    r"(?<!cannot )(?<!can't )(?<!can’t )(?<!not )\b(?:see|find) (?:\w+ ){0,4}(?:attached|attachment|enclosed|enclosure)\b",
    r"^\W*(?:attached|enclosed)\b",
    # et
    r"\bmanuses (?:on|leia\w+)|\bsaada(?:n|me) (?:\w+ ){0,5}manuse\w+|^\W*(?:manuses|lisatud|kaasas)\b",
    r"\blisa(?:n|me|sin|sime) (?:\w+ ){0,4}(?:manus|fail|pildi|arve|juhend|dokumen|kuvatõmmis)\w*",
    # fi
    r"\b(?:liitän|liitämme|liitin|liitimme|oheistan|oheistin)\b|\bliitteenä (?:on|ovat|löy\w+)|\blähet(?:än|ämme) (?:\w+ ){0,5}liittee\w+",
    r"^\W*(?:liitteenä|liitteessä|ohessa|oheisena)\b",
    # sk
    r"\bprikladám(?:e)?\b|\bpriložil[ai]? (?:som|sme)\b|\bv prílohe (?:je|sú|nájdete|posiela\w+|zasiela\w+)|\bposielam(?:e)? (?:\w+ ){0,5}v prílohe\b|^\W*v prílohe\b",
    # cs
    r"\bpřikládám(?:e)?\b|\bpřiložil[aiy]? (?:jsem|jsme)\b|\bv příloze (?:je|jsou|najdete|posílá\w+|zasílá\w+)|\bposílám(?:e)? (?:\w+ ){0,5}v příloze\b|^\W*v příloze\b",
    # pl
    r"\b(?:za|do)łączam(?:y)?\b|\b(?:za|do)łączył[ae]m\b|\bw załącz(?:niku|eniu) (?:znajd\w+|jest|są|przesyła\w+|wysyła\w+)|\b(?:prze|wy)syłam(?:y)? (?:\w+ ){0,5}w załącz\w+|^\W*w załącz(?:niku|eniu)\b",
)
# What is also said when something is asked for, or thanked for.
_MENTIONS = (
    r"\b(?:attached|enclosed)\b|\bin the attachment\b",
    r"\bmanuses\b|\blisatud fail\w*|\bkirja(?:le)? lisa\w+|\bkaasasole\w+",
    r"\bliitteenä\b|\bliitteessä\b|\bohessa\b|\boheis\w+",
    r"\bv prílohe\b|\bpriložen\w+",
    r"\bv příloze\b|\bpřiložen\w+",
    r"\bw załącz(?:niku|eniu)\b|\b(?:za|do)łączon\w+",
)
_OF_THE_OTHER = (
    r"\bthank(?:s| you)\b|\byou(?:['’]ve| have)? (?:attached|enclosed|sent|added)\b|\byour (?:\w+ )?(?:attach|e?-?mail|message|report)",
    r"\b(?:please|could you|can you|would you) (?:\w+ ){0,3}(?:send|attach|upload|add)\b|\bnot\b|n['’]t\b|\bnothing\b",
    r"\bpalun (?:\w+ ){0,4}(?:saatke|saada|lisage|lisa)\b|^\W*(?:saatke|lisage)\b|\b(?:saat|lisa)site\b|\baitäh\b|\btäna(?:n|me)\b|\bei\b",
    r"\blähettä(?:kää|isi\w*|ä)\b|\blähetä\b|\blähetit\w*|\bliittä(?:kää|isi\w*)|\bliitä\b|\bkiito\w+|\bkiitä\w+",
    r"\b(?:pošlite|pošli|zašlite|priložte|prilož|doložte|ďakuj\w+|nie|nebol\w*)\b|\bste (?:poslali|priložili)|\b(?:poslali|priložili) ste",
    r"\b(?:pošlete|zašlete|přiložte|přilož|doložte|děkuj\w+|není|nebyl\w*)\b|\bjste (?:poslali?|přiložili?)|\b(?:poslali?|přiložili?) jste",
    r"\bprosz\w+ (?:\w+ ){0,3}(?:przesła|wysła|dołączy|załączy)\w*|\b(?:prześlij|przyślij|wyślij|dołącz|załącz|dzięku\w+)\b|\b(?:pan|pani|państwo) (?:załączy|dołączy|przesła)\w+",
)


def _any(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


OFFERS, MENTIONS, OF_THE_OTHER = _any(_OFFERS), _any(_MENTIONS), _any(_OF_THE_OTHER)
SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n")


def says_attached(text: str) -> bool:
    """Looked at sentence by sentence; lines quoted with ">" are somebody else's."""
    sentences = (one for line in text.splitlines() if line[:1] != ">" for one in SENTENCE_END.split(line))
    return any(
        OFFERS.search(one) or (MENTIONS.search(one) and not OF_THE_OTHER.search(one)) for one in sentences
    )
