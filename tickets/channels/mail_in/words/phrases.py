# ruff: noqa: E501  languages stand in lines of their own
"""How mail programs say "wrote", "from", "original message" in the languages of our customers and their neighbours."""

import re

# et, fi, sk, cs, pl, en and de, fr, es, it, pt, nl, sv, da, no, ru, uk, lt, lv, hu
WROTE = (
    r"wrote|writes|kirjutas|kirjutab|on kirjutanud|kirjoitti|napísal\(a\)|napísala?|píše|napsal\(a\)|napsala?"
    r"|napisał\(a\)|napisała?|pisze|schrieb|hat geschrieben|a écrit|écrit|escribió|ha scritto|scrive|escreveu|schreef"
    r"|skrev|написала?\(а\)|написал\(а\)|написала?|пишет|пише|написав|rašė|parašė|rakstīja|írta|ezt írta|skreiv"
)
WROTE_WORD = re.compile(rf"(?<!\w)(?:{WROTE})(?!\w)", re.IGNORECASE)
DATE_OR_TIME = re.compile(r"\d{1,2}[:.h]\d{2}|\d{4}|\d{1,2}[./-]\s?\d{1,2}[./-]")
ADDRESS = re.compile(r"[^\s<>()\[\]]+@[^\s<>()\[\]]+\.[^\s<>()\[\]]+")
ZOHO = re.compile(r"^-{2,}\s*On\b.{5,200}\bwrote\s*-{2,}$", re.IGNORECASE)

LABELS = {
    "from": "from|saatja|kellelt|lähettäjä|odosielateľ|od|odesílatel|von|de|expéditeur|da|mittente|van|från|fra|от|від|nuo|no|feladó|frá",
    "date": "sent|date|saadetud|kuupäev|lähetetty|päivämäärä|päiväys|odoslané|dátum|odesláno|datum|wysłano|wysłane|data"
    "|gesendet|envoyé|enviado|enviado el|fecha|inviato|enviada em|verzonden|skickat|sendt|dato|отправлено|дата|надіслано|išsiųsta"
    "|nosūtīts|elküldve|küldve",
    "to": "to|kellele|adressaat|saaja|vastaanottaja|komu|pre|do|adresat|an|empfänger|à|a|para|aan|till|til|кому|kam|címzett|per",
    "cc": "cc|koopia|kopio|kópia|kopie|kopia|do wiadomości|dw|copie|copia|cópia|kopi|копия|копія|kopija|másolat",
    "subject": "subject|teema|aihe|predmet|předmět|temat|betreff|objet|sujet|asunto|oggetto|assunto|onderwerp|ämne|emne|тема"
    "|tema|temats|tárgy",
    "other": "importance|priority|tähtsus|tärkeys|reply-to|attachments|manused|organization|tel|wichtigkeit",
}
LABEL = re.compile(
    r"^\s*\*{0,2}(?:"
    + "|".join(f"(?P<{kind}>{words})" for kind, words in LABELS.items())
    + r")\s?\*{0,2}\s?[:：]\*{0,2}(?:\s|$)",
    re.IGNORECASE,
)

_ORIGINAL = (
    r"original message|original e-?mail|algne (?:kiri|sõnum|teade|e-kiri)|alkuperäinen viesti|pôvodná správa|pôvodný e-?mail"
    r"|původní (?:zpráva|e-?mail)|wiadomość oryginalna|oryginalna wiadomość|oryginał wiadomości|ursprüngliche nachricht"
    r"|original-?nachricht|message d[’']origine|message original|mensaje original|messaggio originale|mensagem original"
    r"|oorspronkelijk bericht|ursprungligt meddelande|originalmeddelande|oprindelig meddelelse|opprinnelig melding"
    r"|исходное сообщение|оригинальное сообщение|початкове повідомлення|оригінальне повідомлення|originalus laiškas"
    r"|sākotnējais ziņojums|eredeti üzenet|reply message"
)
_FORWARDED = (
    r"forwarded message|begin forwarded message|forwarded by|edastatud (?:kiri|sõnum)|edasi saadetud kiri|suunatud kiri"
    r"|välitetty viesti|edelleenlähetetty viesti|preposlaná správa|preposlaný e-?mail|přeposlaná zpráva|přeposlaný e-?mail"
    r"|przekazana wiadomość|wiadomość przekazana|weitergeleitete nachricht|message transféré|mensaje reenviado"
    r"|messaggio inoltrato|mensagem encaminhada|doorgestuurd bericht|vidarebefordrat meddelande|videresendt (?:meddelelse|melding)"
    r"|пересылаемое сообщение|переслане повідомлення|persiųstas laiškas|pārsūtīts ziņojums|továbbított üzenet"
    r"|początek wiadomości przekazanej|anfang der weitergeleiteten nachricht"
)
ORIGINAL = re.compile(
    rf"^[\s>*]*[-_=*]{{2,}}\s*(?:{_ORIGINAL})\s*[-_=*:]*\s*$|^\s*(?:{_ORIGINAL})\s*:?\s*$", re.IGNORECASE
)
FORWARDED = re.compile(rf"^[\s>*]*[-_=*]*\s*(?:{_FORWARDED})\b.{{0,80}}$", re.IGNORECASE)
RULE = re.compile(r"^\s*(?:_{10,}|-{10,}|={10,}|\*{10,}|─{5,}|—{5,})\s*$")

SENT_FROM = re.compile(
    r"^\s*(?:"
    r"(?:sent|envoyé|odesláno|odoslané|saadetud|saadetud minu|lähetetty|odoslané|odesláno|wysłane|wysłano|gesendet|von meinem|enviado|inviato|verzonden|verstuurd|skickat|sendt"
    r"|отправлено|надіслано|išsiųsta|nosūtīts|küldve)\s.{0,30}(?:iphon|ipad|android|samsung|galaxy|huawei|xiaomi|redmi|nokia"
    r"|smartphone|mobile|mobil|telefon|phone|puhelim|mobiil|outlook|yahoo|gmail|proton|mail\b|blackberry|windows|gmx|web\.de|bluemail|aqua|tutanota"
    r"|seznam|onet|wp|zone).{0,60}"
    r"|get (?:outlook|bluemail|typeapp) for .{2,30}|download outlook.{0,40}|hanki outlook .{2,30}|laadige alla outlook.{0,40}"
    r"|získajte outlook .{2,30}|stáhněte si outlook .{2,30}|pobierz program outlook .{2,30}|von meinem (?:iphone|ipad|handy) gesendet"
    r"|diese nachricht wurde von meinem .{2,40} gesendet.?"
    r")\s*(?:<https?://\S+>)?\s*\.?\s*$",
    re.IGNORECASE,
)
ADVERT = re.compile(
    r"virus-?free|avast|avg\.com|checked (?:by|for) (?:avg|viruses)|zkontrolov[aá]n|bol[ao]? skontrolovan|wolna od wirusów|brak wirusów"
    r"|viirusevaba|unsubscribe from this (?:list|group)|you received this message because you are subscribed"
    r"|to unsubscribe|mailing list\b.{0,80}https?://|please consider the environment|mõelge enne printimist|myslite na životné prostredie"
    r"|before printing this",
    re.IGNORECASE,
)
CONFIDENTIAL = re.compile(
    r"confidential|konfidentsiaals|luottamuksell|dôvern|důvěrn|poufn|vertraulich|confidentiel|confidencial|riservat|vertrouwelijk|konfidentiel|конфиденциальн",
    re.IGNORECASE,
)
RECIPIENT = re.compile(
    r"intended|recipient|addressee|adressaa|vastaanottaja|adresát|príjemc|příjemc|odbiorc|adresat|empfänger|destinataire|destinatari|geadresseerde|mottagare|адресат",
    re.IGNORECASE,
)
CLOSING = re.compile(
    r"^\s*(?:(?:best|kind|warm|with best|with kind)?\s*regards|best wishes|yours (?:sincerely|faithfully|truly)|sincerely|cheers|thanks|thank you"
    r"|many thanks|best|lugupidamisega|parimate soovidega|tervitades|tervitustega|heade soovidega|aitäh|tänades|ystävällisin terveisin|terveisin|yt|kiitos"
    r"|s pozdravom|s úctou|ďakujem|s pozdravem|děkuji|zdraví|z poważaniem|pozdrawiam|z wyrazami szacunku|dziękuję"
    r"|mit freundlichen grüßen|freundliche grüße|viele grüße|mfg|cordialement|bien à vous|saludos|un saludo|atentamente|cordiali saluti|distinti saluti"
    r"|atenciosamente|cumprimentos|met vriendelijke groet(?:en)?|vänliga hälsningar|med vänlig hälsning|mvh|med venlig hilsen|hilsen|med vennlig hilsen"
    r"|с уважением|з повагою|pagarbiai|ar cieņu|üdvözlettel)\s*[,.!–-]*\s*$",
    re.IGNORECASE,
)
CONTACT = re.compile(
    r"(?:\+|\b00)\d[\d\s().-]{6,}|\b(?:tel|phone|mob(?:il)?e?|gsm|fax|telefon|puh|mobiil|e-?mail|web|www|skype)\b\s*[.:]|https?://|www\."
    r"|[^\s<>@]+@[^\s<>@]+\.\w+|\b(?:o[uü]|as|ltd|inc|gmbh|s\.r\.o|sp\. z o\.o|oy|llc|a\.s)\b\.?\s*$|\b\d{4,5}\b.*\b(?:tallinn|tartu|helsinki|praha|bratislava|warszawa)",
    re.IGNORECASE,
)
MATTERS = re.compile(
    r"order|tellimus|tilaus|objedn|zamów|bestell|commande|pedido|code|kood|koodi|kód|kod\b|klucz|klíč|kľúč|key\b|ticket|serial|licen[cs]",
    re.IGNORECASE,
)
"""Words by which the last lines of a mail are about the problem, whatever they look like."""
